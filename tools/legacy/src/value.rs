//! How the old backend wrote things, and what they mean.

use std::borrow::Cow;

use kernel::{BusinessDate, Kg, RatePerKg, Timestamp, decimal};
use serde::Serialize;

/// Where the old backend says that sold material came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SaleSource {
    /// Bought for the deal: `new`, also spelled `New Material`.
    New,
    /// From stock: `inventory`, also spelled `From Inventory`.
    Inventory,
}

/// Who brings the material.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Delivery {
    /// The firm.
    Delivered,
    /// The customer, ex warehouse.
    Pickup,
}

/// The source that a spelling means; letter case and surrounding blanks do not count.
#[must_use]
pub fn sale_source(text: &str) -> Option<SaleSource> {
    match text.trim().to_lowercase().as_str() {
        "new" | "new material" | "new-material" => Some(SaleSource::New),
        "inventory" | "from inventory" | "from-inventory" => Some(SaleSource::Inventory),
        _ => None,
    }
}

/// The delivery terms that a spelling means; letter case and surrounding blanks do not count.
#[must_use]
pub fn delivery(text: &str) -> Option<Delivery> {
    match text.trim().to_lowercase().as_str() {
        "delivered" => Some(Delivery::Delivered),
        "pickup" | "ex-warehouse" => Some(Delivery::Pickup),
        _ => None,
    }
}

/// A day written `DD-MM-YYYY` or `YYYY-MM-DD`.
#[must_use]
pub fn date(text: &str) -> Option<BusinessDate> {
    if is_iso_date(text) {
        return text.parse().ok();
    }
    let mut parts = text.split('-');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(day), Some(month), Some(year), None) if day.len() == 2 && month.len() == 2 => {
            format!("{year}-{month}-{day}").parse().ok()
        }
        _ => None,
    }
}

/// Whether a day is written with its year first.
#[must_use]
pub fn is_iso_date(text: &str) -> bool {
    text.as_bytes().get(4) == Some(&b'-')
}

/// An instant as text: RFC 3339, or SQLite's `YYYY-MM-DD HH:MM:SS` in UTC.
#[must_use]
pub fn instant(text: &str) -> Option<Timestamp> {
    let rfc3339 = if text.contains('T') {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("{}Z", text.replacen(' ', "T", 1)))
    };
    rfc3339.parse().ok()
}

/// The stored float as people would write it: the shortest decimal text that gives the same float again.
#[must_use]
pub fn shortest(stored: f64) -> String {
    stored.to_string()
}

/// A weight, rounded to the gram, half away from zero.
#[must_use]
pub fn kg(text: &str) -> Option<Kg> {
    rounded(text, 3).map(Kg::from_grams)
}

/// A rate, rounded to the ten-thousandth of a rupee, half away from zero.
#[must_use]
pub fn rate(text: &str) -> Option<RatePerKg> {
    rounded(text, 4).map(RatePerKg::from_ten_thousandths)
}

/// Whether the text has digits that rounding to `decimals` takes away: the dust of binary floats.
#[must_use]
pub fn has_dust(text: &str, decimals: usize) -> bool {
    text.split_once('.').is_some_and(|(_, fraction)| fraction.trim_end_matches('0').len() > decimals)
}

/// The number in units of `10^-decimals`, computed on the digits.
fn rounded(text: &str, decimals: u32) -> Option<i64> {
    let kept = usize::try_from(decimals).ok()?;
    let (exact, next) = match text.split_once('.') {
        Some((whole, fraction)) if fraction.len() > kept => {
            let (fraction, rest) = fraction.split_at_checked(kept)?;
            (Cow::Owned(format!("{whole}.{fraction}")), rest.bytes().next())
        }
        _ => (Cow::Borrowed(text), None),
    };
    let units = decimal::parse(&exact, decimals).ok()?;
    let up = i128::from(next.is_some_and(|digit| digit >= b'5'));
    let units = if text.starts_with('-') { units - up } else { units + up };
    i64::try_from(units).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dust_of_floats_is_rounded_away() {
        assert_eq!(kg(&shortest(504.699_999_999_999_8)), Some(Kg::from_grams(504_700)));
        assert_eq!(kg(&shortest(28.899_999_999_999_86)), Some(Kg::from_grams(28_900)));
        assert_eq!(kg(&shortest(27_000.0)), Some(Kg::from_grams(27_000_000)));
        assert_eq!(kg("-0.0005"), Some(Kg::from_grams(-1)));
        assert_eq!(kg("0.00049999"), Some(Kg::ZERO));
        assert_eq!(rate("123.75"), Some(RatePerKg::from_ten_thousandths(1_237_500)));
        assert!(has_dust("504.6999999999998", 3) && !has_dust("504.7000", 3) && !has_dust("504", 3));
    }

    #[test]
    fn what_is_no_number_is_not_read_as_one() {
        for text in ["NaN", "inf", "", "12abc", "1e5", &shortest(1e300)] {
            assert_eq!(kg(text), None, "{text}");
        }
    }

    #[test]
    fn both_forms_of_a_date_are_the_same_day() {
        assert_eq!(date("27-07-2025"), date("2025-07-27"));
        assert_eq!(date("27-07-2025").map(|d| d.to_string()).as_deref(), Some("2025-07-27"));
        for text in ["31-31-2025", "2025-02-30", "1-7-2025", "27/07/2025", "27-07-25", "27-07-2025-1", ""] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn synonyms_mean_the_short_form() {
        assert_eq!(sale_source("New Material"), sale_source("new"));
        assert_eq!(sale_source("From Inventory"), Some(SaleSource::Inventory));
        assert_eq!(sale_source("elsewhere"), None);
        assert_eq!(delivery(" Ex-Warehouse"), Some(Delivery::Pickup));
    }

    #[test]
    fn an_instant_is_read_in_both_texts_that_occur() {
        let instants = [instant("2025-07-26T03:06:33.970Z"), instant("2025-07-26 03:06:33")];
        let shown: Vec<_> = instants.iter().flatten().map(ToString::to_string).collect();
        assert_eq!(shown, ["2025-07-26T03:06:33.970Z", "2025-07-26T03:06:33.000Z"]);
    }
}
