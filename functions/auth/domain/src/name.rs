use std::fmt;
use std::str::FromStr;

/// Longest name, in characters.
const LONGEST: usize = 100;

/// What a user is called: 1 to 100 characters without control characters, and no spaces around them.
#[derive(Clone, PartialEq, Eq)]
pub struct Name(String);

/// A text that is not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to {LONGEST} characters, no control characters, no spaces around them")]
pub struct NameError;

impl Name {
    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let length_fits = (1..=LONGEST).contains(&text.chars().count());
        if length_fits && text.trim() == text && !text.contains(char::is_control) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NameError)
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Hidden, so that a person's name does not reach a log inside a larger value.
impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Name(…)")
    }
}

kernel::text_serde!(Name, r"^\S(.{0,98}\S)?$");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_counted_in_characters_not_bytes() {
        assert!("आ".repeat(100).parse::<Name>().is_ok());
        assert_eq!("आ".repeat(101).parse::<Name>(), Err(NameError));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in ["", " ", " Asha", "Asha ", "As\nha", "As\u{0}ha"] {
            assert_eq!(text.parse::<Name>(), Err(NameError), "{text:?}");
        }
    }
}
