use std::fmt;
use std::str::FromStr;

use auth_domain::{ApiKeyId, Fingerprint};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::random::{RandomError, random};

/// Begins the text of every API key, so that scanners for leaked secrets know one.
const PREFIX: &str = "polykey_";
/// Bytes of the checksum at its end.
const CHECKSUM: usize = 4;

/// What a program sends as its bearer token.
///
/// `polykey_`, the 32 hexadecimal digits of the key's id, `_`, and 48 characters of URL-safe base64 (RFC 4648, section 5): 32 random
/// bytes and the first four of the SHA-256 of id and random bytes. `polykey_[0-9a-f]{32}_[A-Za-z0-9_-]{48}` finds one in a text;
/// the checksum tells it from what only looks like one, and a mistyped one is refused without a look at any table. What is kept of
/// the random bytes is their SHA-256.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKeySecret {
    id: ApiKeyId,
    secret: [u8; 32],
}

/// A text that is no API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no API key")]
pub struct ApiKeySecretError;

impl ApiKeySecret {
    /// A new secret of a key.
    ///
    /// # Errors
    /// When no random bytes are to be had.
    pub fn random(id: ApiKeyId) -> Result<Self, RandomError> {
        Ok(Self { id, secret: random()? })
    }

    /// Whether a bearer token means to be an API key.
    #[must_use]
    pub fn is_meant_by(token: &str) -> bool {
        token.starts_with(PREFIX)
    }

    /// Which key it belongs to, as it says.
    #[must_use]
    pub const fn id(&self) -> ApiKeyId {
        self.id
    }

    /// What is kept of it.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(Sha256::digest(self.secret).into())
    }

    fn checksum(&self) -> impl Iterator<Item = u8> {
        let digest = Sha256::new().chain_update(self.id.uuid()).chain_update(self.secret).finalize();
        digest.into_iter().take(CHECKSUM)
    }
}

impl fmt::Display for ApiKeySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes: Vec<u8> = self.secret.into_iter().chain(self.checksum()).collect();
        write!(f, "{PREFIX}{}_{}", self.id.uuid().simple(), URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for ApiKeySecret {
    type Err = ApiKeySecretError;

    fn from_str(text: &str) -> Result<Self, ApiKeySecretError> {
        let read = || {
            let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
            // The id's own reader: one id has one spelling.
            let id: ApiKeyId = format!("apikey_{id}").parse().ok()?;
            let bytes = URL_SAFE_NO_PAD.decode(secret).ok()?;
            let (secret, checksum) = bytes.split_first_chunk::<32>()?;
            let read = Self { id, secret: *secret };
            read.checksum().eq(checksum.iter().copied()).then_some(read)
        };
        read().ok_or(ApiKeySecretError)
    }
}

/// Hidden: who has the text can do what the key can.
impl fmt::Debug for ApiKeySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeySecret").field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> ApiKeySecret {
        ApiKeySecret::random(ApiKeyId::new(uuid::Uuid::from_u128(7))).unwrap()
    }

    #[test]
    fn a_key_reads_back_and_its_secret_is_not_in_debug_output() {
        let secret = secret();
        let text = secret.to_string();
        assert_eq!(text.parse(), Ok(secret.clone()));
        assert_eq!(text.len(), 89);
        assert!(text.starts_with("polykey_00000000000000000000000000000007_"), "{text}");
        assert!(!format!("{secret:?}").contains(&text[41..]));
    }

    #[test]
    fn two_secrets_of_a_key_have_nothing_in_common_but_its_id() {
        let (one, other) = (secret(), secret());
        assert_eq!(one.id(), other.id());
        assert_ne!(one.fingerprint(), other.fingerprint());
    }

    #[test]
    fn what_is_mistyped_cut_or_lengthened_is_no_key() {
        let good = secret().to_string();
        for at in 0..good.len() {
            let mut bytes = good.clone().into_bytes();
            bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
            let typed = String::from_utf8(bytes).unwrap();
            assert_eq!(typed.parse::<ApiKeySecret>(), Err(ApiKeySecretError), "{at}");
        }
        for text in ["", "polykey_", "polykey__", &good[..88], &format!("{good}A"), &good[8..], "polykey_é_é"]
        {
            assert_eq!(text.parse::<ApiKeySecret>(), Err(ApiKeySecretError), "{text}");
        }
    }
}
