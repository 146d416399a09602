//! How a party's people are called up.

use std::fmt;
use std::str::FromStr;

/// A telephone number in the international form of ITU-T E.164, e.g. `+919876543210`: `+`, country code, number, at most
/// 15 digits in all. Indian numbers (`+91`) have ten digits (National Numbering Plan).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(String);

/// A text that is not such a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a telephone number in international form such as +919876543210")]
pub struct PhoneError;

impl Phone {
    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads a number as people in India write it: also without the country code, with or without a leading zero.
    ///
    /// # Errors
    /// [`PhoneError`] when it is neither that nor in international form.
    pub fn indian(text: &str) -> Result<Self, PhoneError> {
        text.parse().or_else(|_| {
            let digits = without_separators(text);
            format!("+91{}", digits.strip_prefix('0').unwrap_or(&digits)).parse()
        })
    }
}

/// The number without what people put between its digits.
fn without_separators(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '-' | '\u{2011}' | '(' | ')' | '.')).collect()
}

impl FromStr for Phone {
    type Err = PhoneError;

    /// Blanks, hyphens, dots and parentheses are dropped.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = without_separators(text);
        let digits = number.strip_prefix('+').ok_or(PhoneError)?;
        let international = (8..=15).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0');
        let national =
            digits.strip_prefix("91").is_none_or(|rest| rest.len() == 10 && !rest.starts_with('0'));
        if international && national { Ok(Self(number)) } else { Err(PhoneError) }
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Hidden, so that a number does not reach a log inside a larger value.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}

kernel::text_serde!(Phone, r"^\+[1-9][0-9]{7,14}$");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_spelling() {
        let phone: Phone = "+91 (98765) 432-10".parse().unwrap();
        assert_eq!(phone.as_str(), "+919876543210");
        assert_eq!("+442079460000".parse::<Phone>().unwrap().as_str(), "+442079460000");
        for typed in ["9876543210", "098765 43210", "+91 98765 43210"] {
            assert_eq!(Phone::indian(typed), Ok(phone.clone()), "{typed}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "+",
            "9876543210",
            "+919876",
            "+9198765432101",
            "+910876543210",
            "+0123456789",
            "+1234567890123456",
            "+91987654321x",
            "+1 555",
        ] {
            assert_eq!(text.parse::<Phone>(), Err(PhoneError), "{text:?}");
        }
        assert_eq!(Phone::indian("12345"), Err(PhoneError));
    }

    #[test]
    fn it_does_not_show_in_debug_output() {
        let shown = format!("{:?}", "+919876543210".parse::<Phone>());
        assert!(!shown.contains("98765"), "{shown}");
    }
}
