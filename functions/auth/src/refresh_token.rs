use std::fmt;
use std::str::FromStr;

use auth_domain::session::Presented;
use auth_domain::{Fingerprint, SessionId};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::random::{RandomError, random};

/// Begins every refresh token, so that scanners for leaked secrets know one.
const PREFIX: &str = "rt_";
/// Session, generation, family, secret.
const LENGTH: usize = 16 + 4 + 16 + 32;

/// What a client trades for the next access token; opaque to it.
///
/// `rt_` and, in unpadded URL-safe base64 (RFC 4648, section 5), the session's id (16 bytes), the token's generation (4, big
/// endian), 16 random bytes that all tokens of the session share, and 32 that are its own. What is kept of the random bytes is
/// their SHA-256.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    session: SessionId,
    generation: u32,
    family: [u8; 16],
    secret: [u8; 32],
}

/// A text that is no refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no refresh token")]
pub struct RefreshTokenError;

impl RefreshToken {
    /// The first token of a session.
    ///
    /// # Errors
    /// When no random bytes are to be had.
    pub fn first(session: SessionId) -> Result<Self, RandomError> {
        Ok(Self { session, generation: 1, family: random()?, secret: random()? })
    }

    /// A later token of the same session. Its generation is [`numbered`](Self::numbered) once the session has decided.
    ///
    /// # Errors
    /// When no random bytes are to be had.
    pub fn next(&self) -> Result<Self, RandomError> {
        Ok(Self { secret: random()?, ..self.clone() })
    }

    /// The same token with its generation.
    #[must_use]
    pub fn numbered(self, generation: u32) -> Self {
        Self { generation, ..self }
    }

    /// Which session it belongs to, as it says.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        self.session
    }

    /// What is kept of what it has in common with the session's other tokens.
    #[must_use]
    pub fn family(&self) -> Fingerprint {
        Fingerprint::of(Sha256::digest(self.family).into())
    }

    /// What is kept of what it has for itself.
    #[must_use]
    pub fn secret(&self) -> Fingerprint {
        Fingerprint::of(Sha256::digest(self.secret).into())
    }

    /// What the session looks at.
    #[must_use]
    pub fn presented(&self) -> Presented {
        Presented { generation: self.generation, family: self.family(), secret: self.secret() }
    }
}

impl fmt::Display for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.extend(self.session.uuid().as_bytes());
        bytes.extend(self.generation.to_be_bytes());
        bytes.extend(self.family);
        bytes.extend(self.secret);
        write!(f, "{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for RefreshToken {
    type Err = RefreshTokenError;

    fn from_str(text: &str) -> Result<Self, RefreshTokenError> {
        let bytes = text.strip_prefix(PREFIX).and_then(|rest| URL_SAFE_NO_PAD.decode(rest).ok());
        let bytes: [u8; LENGTH] = bytes.and_then(|bytes| bytes.try_into().ok()).ok_or(RefreshTokenError)?;
        let (session, rest) = bytes.split_first_chunk::<16>().ok_or(RefreshTokenError)?;
        let (generation, rest) = rest.split_first_chunk::<4>().ok_or(RefreshTokenError)?;
        let (family, rest) = rest.split_first_chunk::<16>().ok_or(RefreshTokenError)?;
        let secret = rest.try_into().map_err(|_| RefreshTokenError)?;
        Ok(Self {
            session: SessionId::new(uuid::Uuid::from_bytes(*session)),
            generation: u32::from_be_bytes(*generation),
            family: *family,
            secret,
        })
    }
}

/// Hidden: who has the text is the user.
impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshToken").field("session", &self.session).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> RefreshToken {
        RefreshToken::first(SessionId::new(uuid::Uuid::from_u128(7))).unwrap()
    }

    #[test]
    fn a_token_reads_back_and_its_text_is_not_in_debug_output() {
        let token = token().next().unwrap().numbered(3);
        let text = token.to_string();
        assert_eq!(text.parse(), Ok(token.clone()));
        assert_eq!(text.len(), 94);
        assert!(!format!("{token:?}").contains(&text[30..]));
    }

    #[test]
    fn tokens_of_a_session_share_their_family_and_nothing_else() {
        let (first, stranger) = (token(), token());
        let next = first.next().unwrap();
        assert_eq!(first.family(), next.family());
        assert_ne!(first.secret(), next.secret());
        assert_ne!(first.family(), stranger.family());
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let good = token().to_string();
        let shorter = &good[..good.len() - 1];
        for text in ["", "rt_", "rt_AAAA", shorter, &format!("{good}A"), &good[3..], "rt_é"] {
            assert_eq!(text.parse::<RefreshToken>(), Err(RefreshTokenError), "{text}");
        }
    }
}
