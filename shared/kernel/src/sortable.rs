//! Weights, rates and amounts as texts that sort as they do, for stores that compare text only.

use crate::{Inr, Kg, RatePerKg};

/// Amounts are shifted by this many paise, so that negative ones sort as text too. No amount reaches it.
const SHIFT_PAISE: i128 = 1_000_000_000_000_000_000_000;

/// A weight in grams; less than nothing counts as nothing.
#[must_use]
pub fn weight(quantity: Kg) -> String {
    format!("{:019}", quantity.grams().max(0))
}

/// A rate in ten-thousandths of a rupee per kilogram; less than nothing counts as nothing.
#[must_use]
pub fn rate(rate: RatePerKg) -> String {
    format!("{:019}", rate.ten_thousandths().max(0))
}

/// An amount as it is shown, to the paisa.
#[must_use]
pub fn amount(amount: Inr) -> String {
    let shifted = amount.paise().clamp(-SHIFT_PAISE, SHIFT_PAISE).saturating_add(SHIFT_PAISE);
    format!("{shifted:022}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_rates_and_amounts_sort_as_text() {
        let kg = |text: &str| weight(text.parse().unwrap());
        assert!(kg("9") < kg("10") && kg("10") < kg("27000.001"));
        let per_kg = |text: &str| rate(text.parse().unwrap());
        assert!(per_kg("9.9999") < per_kg("10") && per_kg("90") < per_kg("123.75"));
        let inr = |text: &str| amount(text.parse().unwrap());
        let sorted = ["-100000000", "-20", "-3.01", "-3", "0", "0.01", "5", "12", "2801250"];
        assert!(sorted.map(inr).is_sorted());
    }
}
