use std::fmt;
use std::str::FromStr;

use subtle::ConstantTimeEq as _;

/// What is kept of a code: its keyed digest (HMAC-SHA-256), in hexadecimal as text. Without the key, ten thousand guesses
/// at what was digested lead nowhere.
#[derive(Clone, Copy)]
pub struct CodeDigest([u8; 32]);

/// A text that is no digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 64 hexadecimal digits")]
pub struct CodeDigestError;

impl CodeDigest {
    /// From the bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

/// Takes as long for two that differ as for two that do not.
impl PartialEq for CodeDigest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for CodeDigest {}

impl FromStr for CodeDigest {
    type Err = CodeDigestError;

    fn from_str(text: &str) -> Result<Self, CodeDigestError> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| CodeDigestError)?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for CodeDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for CodeDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeDigest(…)")
    }
}

kernel::text_serde!(CodeDigest, "^[0-9a-f]{64}$");
