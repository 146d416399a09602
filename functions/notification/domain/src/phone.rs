//! Telephone numbers.

use std::fmt;
use std::str::FromStr;

/// A telephone number in the form of ITU-T E.164: `+`, a country code, at most 15 digits in all.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(String);

/// A text that is no telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a telephone number with country code, such as +919876543210")]
pub struct PhoneError;

impl Phone {
    /// The digits alone, as WhatsApp names a number.
    #[must_use]
    pub fn digits(&self) -> &str {
        self.0.trim_start_matches('+')
    }

    /// From the digits alone, as WhatsApp names a number.
    ///
    /// # Errors
    /// When they are no number.
    pub fn from_digits(digits: &str) -> Result<Self, PhoneError> {
        format!("+{digits}").parse()
    }
}

impl FromStr for Phone {
    type Err = PhoneError;

    /// Blanks, hyphens and parentheses that people put between the digits are dropped.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let compact: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
        let digits = compact.strip_prefix('+').ok_or(PhoneError)?;
        let shaped = (8..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|b| b.is_ascii_digit());
        if shaped { Ok(Self(compact)) } else { Err(PhoneError) }
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Hidden but for the last two digits, so that a number does not reach a log inside a larger value.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.get(self.0.len().saturating_sub(2)..).unwrap_or_default();
        write!(f, "Phone(…{shown})")
    }
}

kernel::text_serde!(Phone, r"^\+[1-9]\d{7,14}$");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_spelling_however_it_is_typed() {
        let phone: Phone = "+91 (98765) 432-10".parse().unwrap();
        assert_eq!((phone.to_string().as_str(), phone.digits()), ("+919876543210", "919876543210"));
        assert_eq!(Phone::from_digits("919876543210"), Ok(phone));
    }

    #[test]
    fn a_number_does_not_show_in_debug_output() {
        let phone: Phone = "+919876543210".parse().unwrap();
        assert_eq!(format!("{phone:?}"), "Phone(…10)");
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in
            ["", "9876543210", "+0123456789", "+91", "+1234567890123456", "+91x8765432", "++9198765432"]
        {
            assert_eq!(text.parse::<Phone>(), Err(PhoneError), "{text}");
        }
    }
}
