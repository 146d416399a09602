//! Quantities and rates that commands accept: more than zero, and small enough that any sum of them fits.

use std::fmt;
use std::str::FromStr;

use crate::decimal::decimal_text;
use crate::{DecimalError, Kg, RatePerKg};

/// Largest accepted quantity: 10⁹ kg. Nine million of them still fit in [`Kg`].
pub const LARGEST_QUANTITY: Kg = Kg::from_grams(1_000_000_000_000);
/// Largest accepted rate: 10⁷ INR/kg.
pub const LARGEST_RATE: RatePerKg = RatePerKg::from_ten_thousandths(100_000_000_000);

/// Why a text is not an acceptable quantity or rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PositiveError {
    /// Not a decimal of the unit.
    #[error(transparent)]
    Decimal(#[from] DecimalError),
    /// Zero or less.
    #[error("must be more than zero")]
    NotPositive,
    /// More than a command accepts.
    #[error("must be at most {0}")]
    TooLarge(&'static str),
}

macro_rules! positive {
    ($(#[$doc:meta])* $name:ident($inner:ident) <= $largest:ident, $largest_text:literal, $pattern:literal, $example:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($inner);

        impl $name {
            /// Accepts a value.
            ///
            /// # Errors
            /// [`PositiveError`] when it is not more than zero or beyond the limit.
            pub fn try_new(value: $inner) -> Result<Self, PositiveError> {
                if !value.is_positive() {
                    Err(PositiveError::NotPositive)
                } else if value > $largest {
                    Err(PositiveError::TooLarge($largest_text))
                } else {
                    Ok(Self(value))
                }
            }

            /// The plain value.
            #[must_use]
            pub const fn get(self) -> $inner {
                self.0
            }
        }

        impl From<$name> for $inner {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl FromStr for $name {
            type Err = PositiveError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::try_new(text.parse()?)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        decimal_text!($name, $pattern, $example, concat!("More than zero, at most ", $largest_text, ", as a string."));
    };
}

positive!(
    /// A weight that a command accepts.
    PositiveKg(Kg) <= LARGEST_QUANTITY, "1000000000 kg", r"^\d+(\.\d{1,3})?$", "27000.000"
);

positive!(
    /// A rate that a command accepts.
    PositiveRate(RatePerKg) <= LARGEST_RATE, "10000000 INR/kg", r"^\d+(\.\d{1,4})?$", "123.75"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_negative_and_absurd_quantities_are_refused() {
        for (text, error) in [
            ("0", PositiveError::NotPositive),
            ("-1", PositiveError::NotPositive),
            ("1000000000.001", PositiveError::TooLarge("1000000000 kg")),
            ("0.0001", PositiveError::Decimal(DecimalError::TooPrecise(3))),
        ] {
            assert_eq!(text.parse::<PositiveKg>(), Err(error), "{text}");
        }
        assert_eq!("1000000000".parse::<PositiveKg>().unwrap().get(), LARGEST_QUANTITY);
    }
}
