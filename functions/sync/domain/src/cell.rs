//! What a cell holds, and how text is kept from being taken for a formula.

use std::fmt;
use std::str::FromStr;

use kernel::{DecimalError, Kg, RatePerKg, decimal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Decimals of a number in the sheet: those of a rate, the finest unit shown there.
const SCALE: u32 = 4;
/// Ten-thousandths in a thousandth: a gram is a thousandth of a kilogram.
const PER_GRAM: i128 = 10;

/// A number as the sheet shows it, held as ten-thousandths and written without trailing zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SheetNumber(i128);

impl SheetNumber {
    /// Nothing of whatever it counts.
    pub const ZERO: Self = Self(0);
}

impl From<Kg> for SheetNumber {
    fn from(quantity: Kg) -> Self {
        Self(i128::from(quantity.grams()) * PER_GRAM)
    }
}

impl From<RatePerKg> for SheetNumber {
    fn from(rate: RatePerKg) -> Self {
        Self(i128::from(rate.ten_thousandths()))
    }
}

impl FromStr for SheetNumber {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        decimal::parse(text, SCALE).map(Self)
    }
}

impl fmt::Display for SheetNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = decimal::format(self.0, SCALE);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

kernel::text_serde!(SheetNumber, r"^-?\d+(\.\d{1,4})?$");

/// One cell. Text is what people read: [`Cell::text`] and [`Cell::meaning`] translate to and from the escaped form.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Text, as it stands in the cell.
    Text(String),
    /// A number.
    Number(SheetNumber),
}

impl Cell {
    /// A cell that shows `text` and is never computed. What a program reading the sheet could take for a formula (`=`, `+`,
    /// `-`, `@`, tab or carriage return in front: OWASP, "CSV Injection") gets an apostrophe in front, and so does what begins
    /// with an apostrophe, so that [`Cell::meaning`] gives back exactly what was put in. Empty text is no text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        match text.chars().next() {
            None => Self::Empty,
            Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\'') => Self::Text(format!("'{text}")),
            Some(_) => Self::Text(text.to_owned()),
        }
    }

    /// A cell that shows a number.
    pub fn number(number: impl Into<SheetNumber>) -> Self {
        Self::Number(number.into())
    }

    /// What somebody reads in the cell: text without the apostrophe that [`Cell::text`] put in front of it.
    #[must_use]
    pub fn meaning(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.strip_prefix('\'').unwrap_or(text).to_owned(),
            Self::Number(number) => number.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_that_a_program_could_compute_stands_at_the_beginning_of_a_text() {
        for text in ["=1+1", "+91 98765", "-5", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(Cell::text(text), Cell::Text(format!("'{text}")), "{text:?}");
        }
        assert_eq!(Cell::text("Acme = Films"), Cell::Text("Acme = Films".to_owned()));
        assert_eq!(Cell::text(""), Cell::Empty);
    }

    #[test]
    fn a_number_is_shown_without_the_zeros_that_say_nothing() {
        for (number, shown) in [
            (SheetNumber::from("27000".parse::<Kg>().unwrap()), "27000"),
            (SheetNumber::from("804.7".parse::<Kg>().unwrap()), "804.7"),
            (SheetNumber::from("123.7525".parse::<RatePerKg>().unwrap()), "123.7525"),
            (SheetNumber::ZERO, "0"),
        ] {
            assert_eq!(number.to_string(), shown);
            assert_eq!(shown.parse(), Ok(number));
        }
    }

    proptest! {
        #[test]
        fn a_text_means_afterwards_what_it_meant_before(text in "(?s)['=+@\t\r-]{0,3}.{0,40}") {
            prop_assert_eq!(Cell::text(&text).meaning(), text);
        }

        #[test]
        fn no_text_is_stored_with_a_formula_in_front(text in "(?s)['=+@\t\r-]{0,3}.{0,40}") {
            if let Cell::Text(stored) = Cell::text(&text) {
                prop_assert!(!stored.starts_with(['=', '+', '-', '@', '\t', '\r']), "{:?}", stored);
            }
        }

        #[test]
        fn a_number_reads_back_as_itself(grams in any::<i64>()) {
            let number = SheetNumber::from(Kg::from_grams(grams));
            prop_assert_eq!(number.to_string().parse(), Ok(number));
        }
    }
}
