//! Price per unit of weight.

use std::fmt;
use std::str::FromStr;

use crate::decimal::{self, DecimalError, decimal_text};
use crate::{Inr, Kg};

/// Indian rupees per kilogram, held as ten-thousandths of a rupee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RatePerKg(i64);

impl RatePerKg {
    /// From ten-thousandths of a rupee per kilogram.
    #[must_use]
    pub const fn from_ten_thousandths(units: i64) -> Self {
        Self(units)
    }

    /// In ten-thousandths of a rupee per kilogram.
    #[must_use]
    pub const fn ten_thousandths(self) -> i64 {
        self.0
    }

    /// Whether it is more than zero.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// The exact amount for `quantity`: 1 g × 10⁻⁴ INR/kg = 10⁻⁷ INR, so nothing is lost.
    #[must_use]
    pub fn times(self, quantity: Kg) -> Inr {
        Inr::from_ten_millionths(i128::from(self.0) * i128::from(quantity.grams()))
    }
}

impl FromStr for RatePerKg {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let units = decimal::parse(text, 4)?;
        i64::try_from(units).map(Self).map_err(|_| DecimalError::OutOfRange)
    }
}

impl fmt::Display for RatePerKg {
    /// At least paise, and the finer digits only where there are any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = decimal::format(i128::from(self.0), 4);
        f.write_str(text.strip_suffix("00").or_else(|| text.strip_suffix('0')).unwrap_or(&text))
    }
}

decimal_text!(
    RatePerKg,
    r"^-?\d+(\.\d{1,4})?$",
    "123.75",
    "Indian rupees per kilogram, at most 4 decimals, as a string."
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_paise_and_finer_digits_only_where_there_are_any() {
        for (units, text) in
            [(1_237_500, "123.75"), (900_000, "90.00"), (1_234_567, "123.4567"), (10, "0.001")]
        {
            assert_eq!(RatePerKg::from_ten_thousandths(units).to_string(), text);
        }
    }

    #[test]
    fn the_amount_is_exact() {
        let rate: RatePerKg = "123.75".parse().unwrap();
        assert_eq!(rate.times("2000".parse().unwrap()).to_string(), "247500.00");
    }
}
