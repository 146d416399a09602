//! Figures as the firm's people are used to read them.

use kernel::{Inr, Kg, RatePerKg, Timestamp};

/// `1092.7`: a plain number without idle digits.
pub(super) fn plain_kg(quantity: Kg) -> String {
    decimal(i128::from(quantity.grams()), 3, false)
}

/// `1,092.7`
pub(super) fn grouped_kg(quantity: Kg) -> String {
    decimal(i128::from(quantity.grams()), 3, true)
}

/// `123.75`: a plain number without idle digits.
pub(super) fn plain_rate(rate: RatePerKg) -> String {
    decimal(i128::from(rate.ten_thousandths()), 4, false)
}

/// `₹347,081.625`: grouped by thousands, at most three decimals, the half rounded away from zero.
pub(super) fn rupees(amount: Inr) -> String {
    let thousandths = rounded(amount.ten_millionths(), 10_000);
    let sign = if thousandths < 0 { "-" } else { "" };
    format!("{sign}₹{}", decimal(thousandths.saturating_abs(), 3, true))
}

/// `4/2/2026, 5:30:00 PM` in India.
pub(super) fn us_date_and_time(at: Timestamp) -> String {
    // India has had one offset since 1945: five hours and a half.
    let local_s = at.unix_ms().div_euclid(1_000).saturating_add(19_800);
    let second_of_day = local_s.rem_euclid(86_400);
    let date = at.business_date().to_string();
    let part = |from: usize, to: usize| date.get(from..to).unwrap_or_default().trim_start_matches('0');
    let (hour, minute, second) = (second_of_day / 3_600, second_of_day / 60 % 60, second_of_day % 60);
    let half = if hour < 12 { "AM" } else { "PM" };
    let hour = if hour % 12 == 0 { 12 } else { hour % 12 };
    format!("{}/{}/{}, {hour}:{minute:02}:{second:02} {half}", part(5, 7), part(8, 10), part(0, 4))
}

/// Half away from zero.
const fn rounded(value: i128, unit: i128) -> i128 {
    let half = if value < 0 { -unit / 2 } else { unit / 2 };
    value.saturating_add(half) / unit
}

fn decimal(units: i128, decimals: usize, grouped: bool) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    let fraction = fraction.trim_end_matches('0');
    let whole = if grouped { group(whole) } else { whole.to_owned() };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

fn group(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_no_idle_digits() {
        let kg = |text: &str| text.parse::<Kg>().unwrap();
        assert_eq!(plain_kg(kg("27000")), "27000");
        assert_eq!(plain_kg(kg("0.05")), "0.05");
        assert_eq!(grouped_kg(kg("1234567.8")), "1,234,567.8");
        assert_eq!(grouped_kg(kg("999")), "999");
        assert_eq!(plain_rate("123.7500".parse().unwrap()), "123.75");
    }

    #[test]
    fn amounts_have_at_most_three_decimals() {
        let amount = |text: &str| rupees(text.parse().unwrap());
        assert_eq!(amount("347081.625"), "₹347,081.625");
        assert_eq!(amount("0.0005"), "₹0.001");
        assert_eq!(amount("0.00049"), "₹0");
        assert_eq!(amount("-5000"), "-₹5,000");
    }

    #[test]
    fn the_time_is_indias_in_the_american_form() {
        let shown = |text: &str| us_date_and_time(text.parse().unwrap());
        assert_eq!(shown("2026-04-02T12:00:05Z"), "4/2/2026, 5:30:05 PM");
        assert_eq!(shown("2026-12-31T18:30:00Z"), "1/1/2027, 12:00:00 AM");
        assert_eq!(shown("2026-10-10T06:31:00Z"), "10/10/2026, 12:01:00 PM");
    }
}
