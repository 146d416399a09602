//! E-mail addresses.

use std::fmt;
use std::str::FromStr;

/// Longest address, in characters (RFC 3696, erratum 1690).
const LONGEST: usize = 254;
/// Longest part before the `@` (RFC 5321, 4.5.3.1.1).
const LONGEST_LOCAL: usize = 64;
/// Longest label of a domain (RFC 1035, 2.3.4).
const LONGEST_LABEL: usize = 63;

/// An e-mail address in lower case.
///
/// The unquoted form of RFC 5321 in ASCII only: an address that looks like another must not be another account. For the
/// same reason the local part is lower-cased too, although the standard would let a mail server tell `A@` from `a@`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

/// A text that is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an e-mail address such as name@example.com")]
pub struct EmailError;

impl Email {
    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Email {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError)?;
        if text.len() <= LONGEST && is_local_part(local) && is_domain(domain) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(EmailError)
        }
    }
}

/// A dot-atom (RFC 5322, 3.2.3).
fn is_local_part(text: &str) -> bool {
    let is_atom = |atom: &str| {
        !atom.is_empty()
            && atom.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
    };
    text.len() <= LONGEST_LOCAL && text.split('.').all(is_atom)
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=LONGEST_LABEL).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    text.contains('.') && text.split('.').all(is_label)
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Hidden, so that an address does not reach a log inside a larger value.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

crate::text_serde!(Email, r"^[^@\s]{1,64}@[a-z0-9.-]{3,253}$");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_has_one_spelling() {
        let email: Email = "Asha.Rao+polymer@Demo.Polymer.Example".parse().unwrap();
        assert_eq!(email.as_str(), "asha.rao+polymer@demo.polymer.example");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long_local = format!("{}@example.com", "a".repeat(65));
        let long_label = format!("a@{}.com", "b".repeat(64));
        let long = format!("a@{}example.com", "b.".repeat(130));
        for text in [
            "",
            "@",
            "a",
            "a@",
            "@example.com",
            "a@localhost",
            "a b@example.com",
            "a@exam ple.com",
            "a@@example.com",
            "a@b@example.com",
            ".a@example.com",
            "a.@example.com",
            "a..b@example.com",
            "a@example..com",
            "a@-example.com",
            "a@example-.com",
            "a@example.com\n",
            " a@example.com",
            "\"a\"@example.com",
            "а@example.com",
            "a@ехample.com",
            &long_local,
            &long_label,
            &long,
        ] {
            assert_eq!(text.parse::<Email>(), Err(EmailError), "{text:?}");
        }
    }

    #[test]
    fn an_address_does_not_show_in_debug_output() {
        let email: Email = "asha@example.com".parse().unwrap();
        assert!(!format!("{email:?}").contains("asha"));
    }

    proptest! {
        #[test]
        fn parsing_is_idempotent_and_never_panics(text in "\\PC{0,40}|[a-zA-Z.+]{1,9}@[a-zA-Z.-]{1,9}\\.[a-z]{1,3}") {
            if let Ok(email) = text.parse::<Email>() {
                prop_assert_eq!(email.as_str().parse(), Ok(email.clone()));
                prop_assert!(!email.as_str().contains(char::is_uppercase));
            }
        }
    }
}
