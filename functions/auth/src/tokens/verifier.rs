use std::fmt;
use std::sync::Arc;

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use kernel::Clock;

use super::algorithms;
use super::claims::{AUDIENCE, Claims};
use super::key::{KeyError, PublicKey};

/// How far clocks may be apart, in seconds.
const LEEWAY_S: i64 = 30;
/// Longest token that is looked at, in bytes: well above the longest that is issued.
const LONGEST: usize = 4_096;

/// Checks tokens. Makes no call.
#[derive(Clone)]
pub struct Verifier {
    key_id: String,
    key: DecodingKey,
    validation: Validation,
    clock: Arc<dyn Clock>,
}

/// Why a token is not accepted. What exactly is wrong with a bad one is nobody's business outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// It was good once: log in again.
    #[error("the token has expired")]
    Expired,
    /// It is none of ours, or was tampered with.
    #[error("the token is not valid")]
    Invalid,
}

impl Verifier {
    /// Accepts tokens of `issuer` (the claim `iss`) signed with `key`.
    ///
    /// # Errors
    /// Never for a key that was read by [`PublicKey`]; the library reads its coordinates anew.
    pub fn try_new(issuer: &str, key: &PublicKey, clock: Arc<dyn Clock>) -> Result<Self, KeyError> {
        algorithms::install();
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "sub", "aud", "exp"]);
        // The library would read the machine's clock.
        validation.validate_exp = false;
        let decoding = DecodingKey::from_ec_components(&key.x(), &key.y()).map_err(|_| KeyError)?;
        Ok(Self { key_id: key.id().to_owned(), key: decoding, validation, clock })
    }

    /// What the token says, when it is one of ours and has not expired.
    ///
    /// # Errors
    /// [`TokenFault`]; expiry is told only of a token that is good in every other way.
    pub fn verify(&self, token: &str) -> Result<Claims, TokenFault> {
        if token.len() > LONGEST {
            return Err(TokenFault::Invalid);
        }
        let decoded = jsonwebtoken::decode::<Claims>(token, &self.key, &self.validation)
            .map_err(|_| TokenFault::Invalid)?;
        if decoded.header.kid.as_deref() != Some(self.key_id.as_str()) {
            return Err(TokenFault::Invalid);
        }
        let claims = decoded.claims;
        let now_s = self.clock.now().unix_ms().div_euclid(1_000);
        if claims.iat > now_s.saturating_add(LEEWAY_S) {
            return Err(TokenFault::Invalid);
        }
        if claims.exp.saturating_add(LEEWAY_S) <= now_s {
            return Err(TokenFault::Expired);
        }
        Ok(claims)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}
