//! Weight of material.

use std::fmt;
use std::iter::Sum;
use std::str::FromStr;

use crate::decimal::{self, DecimalError, decimal_text};

/// A weight in kilograms, held as whole grams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Kg(i64);

impl Kg {
    /// No material.
    pub const ZERO: Self = Self(0);

    /// From whole grams.
    #[must_use]
    pub const fn from_grams(grams: i64) -> Self {
        Self(grams)
    }

    /// In whole grams.
    #[must_use]
    pub const fn grams(self) -> i64 {
        self.0
    }

    /// Whether there is more than nothing.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Whether it is exactly nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Sum, or `None` when it does not fit.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Difference (possibly negative), or `None` when it does not fit.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// Sum of many, or `None` when it does not fit.
    pub fn checked_sum(parts: impl IntoIterator<Item = Self>) -> Option<Self> {
        parts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// Sum that stays at the largest weight instead of wrapping. For totals of already accepted quantities,
    /// which the acceptance limits keep far below that.
    #[must_use]
    pub fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Difference that stays at the smallest weight instead of wrapping; see [`Self::saturating_add`].
    #[must_use]
    pub fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Kg {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Self::saturating_add)
    }
}

impl FromStr for Kg {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let grams = decimal::parse(text, 3)?;
        i64::try_from(grams).map(Self).map_err(|_| DecimalError::OutOfRange)
    }
}

impl fmt::Display for Kg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&decimal::format(i128::from(self.0), 3))
    }
}

decimal_text!(Kg, r"^-?\d+(\.\d{1,3})?$", "27000.000", "Kilograms, at most 3 decimals, as a string.");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn always_shows_grams() {
        assert_eq!(Kg::from_grams(804_700).to_string(), "804.700");
        assert_eq!("27000".parse(), Ok(Kg::from_grams(27_000_000)));
    }

    #[test]
    fn a_number_in_json_is_not_a_stored_quantity() {
        assert!(serde_json::from_str::<Kg>("12.5").is_err());
        assert_eq!(serde_json::from_str::<Kg>("\"12.5\"").ok(), Some(Kg::from_grams(12_500)));
    }
}
