use std::fmt;
use std::str::FromStr;

/// Most characters of a sealed field: an address of a thousand characters fits well.
const LONGEST: usize = 8_192;
/// What every sealed field begins with: the version of the scheme.
const SCHEME: &str = "v1.";

/// A field of personal data that only the holder of the party's key can read: `v1.` and base64url.
///
/// The domain moves it from commands to events and never looks inside. How it is sealed is told where the keys are, in the
/// function's `vault`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sealed(String);

/// A text that is not a sealed field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a sealed field")]
pub struct SealedError;

impl Sealed {
    /// Wraps what was sealed: the scheme's bytes in base64url without padding.
    ///
    /// # Errors
    /// [`SealedError`] when it is something else.
    pub fn try_new(base64url: &str) -> Result<Self, SealedError> {
        format!("{SCHEME}{base64url}").parse()
    }

    /// The scheme's bytes in base64url.
    #[must_use]
    pub fn base64url(&self) -> &str {
        self.0.strip_prefix(SCHEME).unwrap_or_default()
    }
}

impl FromStr for Sealed {
    type Err = SealedError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let inner = text.strip_prefix(SCHEME).ok_or(SealedError)?;
        let fits = !inner.is_empty() && text.len() <= LONGEST;
        let plain = inner.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        if fits && plain { Ok(Self(text.to_owned())) } else { Err(SealedError) }
    }
}

impl fmt::Display for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(…)")
    }
}

kernel::text_serde!(Sealed, r"^v1\.[A-Za-z0-9_-]+$");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_cannot_pass_for_a_sealed_field() {
        for text in ["", "v1.", "v2.AAAA", "AAAA", "v1.+919876543210", "v1.asha@ivory.example"] {
            assert_eq!(text.parse::<Sealed>(), Err(SealedError), "{text:?}");
        }
        assert_eq!(Sealed::try_new("AAAA").unwrap().base64url(), "AAAA");
    }
}
