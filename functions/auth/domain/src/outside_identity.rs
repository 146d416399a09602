use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest subject that a provider may give (OpenID Connect Core 1.0, section 2), in characters.
const LONGEST_SUBJECT: usize = 255;
/// Longest issuer that is taken, in characters.
const LONGEST_ISSUER: usize = 512;

/// Somebody as an outside provider knows them: the one pair of a token that never stands for anybody else (OpenID Connect Core
/// 1.0, section 5.7). An e-mail address may be given to the next person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutsideIdentity {
    issuer: String,
    subject: String,
}

/// A pair that names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an issuer has 1 to {LONGEST_ISSUER} and a subject 1 to {LONGEST_SUBJECT} visible ASCII characters")]
pub struct OutsideIdentityError;

impl OutsideIdentity {
    /// The one whom `issuer` calls `subject`. Both are compared as they are, upper and lower case apart.
    ///
    /// # Errors
    /// When one is empty, too long, or has other characters than visible ASCII and spaces within.
    pub fn try_new(issuer: &str, subject: &str) -> Result<Self, OutsideIdentityError> {
        let plain = |text: &str, most: usize| {
            (1..=most).contains(&text.len())
                && text.trim() == text
                && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
        };
        if plain(issuer, LONGEST_ISSUER) && plain(subject, LONGEST_SUBJECT) {
            Ok(Self { issuer: issuer.to_owned(), subject: subject.to_owned() })
        } else {
            Err(OutsideIdentityError)
        }
    }

    /// Whose word it is.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What they call the person.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }
}

/// Hidden: it names a person.
impl fmt::Debug for OutsideIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutsideIdentity").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://accounts.example.com";

    #[test]
    fn an_identity_is_a_pair_that_is_compared_as_it_is() {
        let identity = OutsideIdentity::try_new(ISSUER, "110169484474386276334").unwrap();
        assert_eq!((identity.issuer(), identity.subject()), (ISSUER, "110169484474386276334"));
        assert_ne!(OutsideIdentity::try_new(ISSUER, "AAAA"), OutsideIdentity::try_new(ISSUER, "aaaa"));
        assert!(!format!("{identity:?}").contains("1101"));
    }

    #[test]
    fn what_names_nobody_is_refused() {
        for subject in ["", " ", "a ", "a\nb", "é", &"a".repeat(256)] {
            assert_eq!(OutsideIdentity::try_new(ISSUER, subject), Err(OutsideIdentityError), "{subject:?}");
        }
        for issuer in ["", "https://é.example.com", &"a".repeat(513)] {
            assert_eq!(OutsideIdentity::try_new(issuer, "a"), Err(OutsideIdentityError), "{issuer:?}");
        }
    }
}
