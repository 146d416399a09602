//! Amounts of money.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Neg, Sub};
use std::str::FromStr;

use crate::decimal::{self, DecimalError, decimal_text};

/// Units of [`Inr`] in a paisa.
const PER_PAISA: i128 = 100_000;

/// An exact amount in Indian rupees, held as 10⁻⁷ rupees: the product of grams and ten-thousandths of a rupee per
/// kilogram needs no rounding. Sum first; rounding happens once, where the amount is shown ([`Inr::paise`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Inr(i128);

impl Inr {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From 10⁻⁷ rupees.
    #[must_use]
    pub const fn from_ten_millionths(units: i128) -> Self {
        Self(units)
    }

    /// In 10⁻⁷ rupees.
    #[must_use]
    pub const fn ten_millionths(self) -> i128 {
        self.0
    }

    /// Rounded to the paisa, half away from zero. The one place where money is rounded.
    #[must_use]
    pub const fn paise(self) -> i128 {
        let half = if self.0 < 0 { -PER_PAISA / 2 } else { PER_PAISA / 2 };
        self.0.saturating_add(half) / PER_PAISA
    }
}

impl Add for Inr {
    type Output = Self;

    /// Saturates: one i64 × i64 product is below 2¹²⁶, and accepted inputs are far smaller still.
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Inr {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Inr {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Inr {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

impl FromStr for Inr {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        decimal::parse(text, 7).map(Self)
    }
}

impl fmt::Display for Inr {
    /// Rupees with two decimals, rounded by [`Inr::paise`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&decimal::format(self.paise(), 2))
    }
}

decimal_text!(Inr, r"^-?\d+(\.\d{1,7})?$", "2801250.00", "Indian rupees, shown to the paisa, as a string.");

/// Serializes an amount with all its seven decimals, for what is stored to be added up: `#[serde(with = "kernel::money::exact")]`.
pub mod exact {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::Inr;
    use crate::decimal;

    /// Writes every decimal.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(amount: &Inr, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&decimal::format(amount.ten_millionths(), 7))
    }

    /// Reads what [`serialize`] wrote.
    ///
    /// # Errors
    /// When it is no amount.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Inr, D::Error> {
        Inr::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_paisa_rounds_away_from_zero() {
        assert_eq!(Inr::from_ten_millionths(50_000).to_string(), "0.01");
        assert_eq!(Inr::from_ten_millionths(49_999).to_string(), "0.00");
        assert_eq!(Inr::from_ten_millionths(-50_000).to_string(), "-0.01");
    }

    #[test]
    fn the_sum_is_rounded_not_the_parts() {
        let third = Inr::from_ten_millionths(33_333);
        assert_eq!([third, third, third].into_iter().sum::<Inr>().to_string(), "0.01");
        assert_eq!(third.to_string(), "0.00");
    }

    #[test]
    fn what_is_stored_exactly_reads_back_to_the_last_decimal() {
        #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        struct Stored(#[serde(with = "exact")] Inr);
        let stored = Stored(Inr::from_ten_millionths(-12_345_678));
        let text = serde_json::to_string(&stored).unwrap();
        assert_eq!(text, "\"-1.2345678\"");
        assert_eq!(serde_json::from_str::<Stored>(&text).unwrap(), stored);
    }

    #[test]
    fn the_extremes_do_not_wrap() {
        let largest = Inr::from_ten_millionths(i128::MAX);
        assert_eq!(largest + largest, largest);
        assert!(largest.paise() > 0);
    }
}
