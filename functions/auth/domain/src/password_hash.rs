use std::fmt;
use std::str::FromStr;

/// Longest PHC string that is taken: parameters, a 64-byte salt and a 64-byte output fit well.
const LONGEST: usize = 512;
const ALGORITHM: &str = "$argon2id$";

/// A password's Argon2id hash as a PHC string, with its salt and parameters.
///
/// The domain never sees a password and does not look inside; the hasher that made the string reads it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// A text that cannot be an Argon2id hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an Argon2id hash as a PHC string")]
pub struct PasswordHashError;

impl PasswordHash {
    /// The PHC string, for the hasher.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for PasswordHash {
    type Err = PasswordHashError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with(ALGORITHM) && text.len() <= LONGEST && text.bytes().all(|b| b.is_ascii_graphic())
        {
            Ok(Self(text.to_owned()))
        } else {
            Err(PasswordHashError)
        }
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// Stored events carry it; nothing else may write it.
impl serde::Serialize for PasswordHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for PasswordHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_argon2id_hash_is_taken() {
        assert!("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".parse::<PasswordHash>().is_ok());
        for text in ["", "secret", "$argon2i$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA", "$argon2id$\n"] {
            assert_eq!(text.parse::<PasswordHash>(), Err(PasswordHashError), "{text:?}");
        }
    }

    #[test]
    fn a_hash_does_not_show_in_debug_output() {
        let hash: PasswordHash = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".parse().unwrap();
        assert!(!format!("{hash:?}").contains("argon2"));
    }
}
