use std::fmt;
use std::str::FromStr;

/// Longest password that is looked at, in characters: hashing takes longer with every one of them.
const LONGEST: usize = 1_024;
/// Shortest password that may be chosen, in characters: what NIST SP 800-63B-4, 3.1.1.2, asks of a password that is the
/// only factor.
const SHORTEST_CHOSEN: usize = 15;

/// A password as it was typed. Shown nowhere, stored nowhere.
///
/// Deliberately absent: rules about kinds of characters, which the same section of NIST's guide advises against.
#[derive(Clone)]
pub struct Password(String);

/// A text that cannot be a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Nobody has it.
    #[error("must be 1 to {LONGEST} characters long")]
    Length,
    /// Nobody may choose it.
    #[error("must be at least {SHORTEST_CHOSEN} characters long")]
    TooShort,
}

impl Password {
    /// What is hashed: the UTF-8 bytes as they were typed.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Whether a user may choose it.
    ///
    /// # Errors
    /// [`PasswordError::TooShort`].
    pub fn choosable(self) -> Result<Self, PasswordError> {
        if self.0.chars().count() >= SHORTEST_CHOSEN { Ok(self) } else { Err(PasswordError::TooShort) }
    }
}

impl FromStr for Password {
    type Err = PasswordError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if (1..=LONGEST).contains(&text.chars().count()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(PasswordError::Length)
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_does_not_show_in_debug_output() {
        let password: Password = "correct horse battery".parse().unwrap();
        assert!(!format!("{password:?}").contains("horse"));
    }

    #[test]
    fn the_longest_password_has_1024_characters() {
        assert!("é".repeat(1_024).parse::<Password>().is_ok());
        assert_eq!("é".repeat(1_025).parse::<Password>().unwrap_err(), PasswordError::Length);
        assert_eq!("".parse::<Password>().unwrap_err(), PasswordError::Length);
    }

    #[test]
    fn a_short_password_may_be_typed_but_not_chosen() {
        let choose = |text: &str| text.parse::<Password>().unwrap().choosable().map(|_| ());
        assert_eq!(choose("demo-owner-202"), Err(PasswordError::TooShort));
        assert_eq!(choose("demo-owner-2026"), Ok(()));
    }
}
