use std::fmt;

use auth_domain::{Email, OutsideIdentity};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation};
use kernel::Timestamp;
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

use super::keys::KeySet;
use super::provider::Provider;
use crate::tokens::algorithms;

/// How far the provider's clock and ours may be apart, in seconds.
const LEEWAY_S: i64 = 60;
/// A token is made for a login, which takes no longer than this, in seconds.
const OLDEST_S: i64 = 600;
/// Longest token that is looked at, in bytes.
const LONGEST: usize = 16_384;

/// Whom a token is about.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// As whom the provider knows them.
    pub identity: OutsideIdentity,
    /// An address that the provider has verified to be theirs.
    pub verified_email: Option<Email>,
}

/// Hidden: it names a person.
impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person").field("identity", &self.identity).finish_non_exhaustive()
    }
}

/// Why an ID token is not believed: for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum IdTokenFault {
    #[error("the ID token is no token, or too long")]
    Malformed,
    #[error("the ID token is signed with neither RS256 nor ES256")]
    Algorithm,
    #[error("the ID token is signed with a key that the provider does not have")]
    UnknownKey,
    #[error("the ID token's signature, issuer or audience is wrong")]
    Untrue,
    #[error("the ID token is for another client")]
    AnotherClient,
    #[error("the ID token is of another login")]
    AnotherLogin,
    #[error("the ID token has expired, or was not issued just now")]
    Late,
    #[error("the ID token names nobody")]
    Nobody,
}

/// What is needed of an ID token (OpenID Connect Core 1.0, section 2).
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    iat: i64,
    #[serde(default)]
    azp: Option<String>,
    #[serde(default)]
    nonce: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    email_verified: Option<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Whom the token is about, when `provider` issued it for this very login (OpenID Connect Core 1.0, section 3.1.3.7).
pub(super) fn verify(
    token: &str,
    provider: &Provider,
    keys: &KeySet,
    nonce: &str,
    now: Timestamp,
) -> Result<Person, IdTokenFault> {
    algorithms::install();
    if token.len() > LONGEST {
        return Err(IdTokenFault::Malformed);
    }
    let header = jsonwebtoken::decode_header(token).map_err(|_| IdTokenFault::Malformed)?;
    if !matches!(header.alg, Algorithm::RS256 | Algorithm::ES256) {
        return Err(IdTokenFault::Algorithm);
    }
    // Keys are found by us and never taken from the token; what we had to understand and do not, is not believed.
    if header.crit.is_some() {
        return Err(IdTokenFault::Malformed);
    }
    let key = keys.find(header.kid.as_deref(), header.alg).ok_or(IdTokenFault::UnknownKey)?;
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[&provider.issuer]);
    validation.set_audience(&[&provider.client_id]);
    validation.set_required_spec_claims(&["iss", "sub", "aud", "exp"]);
    // The library would read the machine's clock.
    validation.validate_exp = false;
    let decoded = jsonwebtoken::decode::<Claims>(token, key, &validation);
    let decoded = decoded.map_err(|error| match error.kind() {
        // A provider with one key need not name it, and may have replaced it.
        ErrorKind::InvalidSignature if header.kid.is_none() => IdTokenFault::UnknownKey,
        _ => IdTokenFault::Untrue,
    });
    believe(decoded?.claims, provider, nonce, now)
}

/// Whom signed claims are about.
fn believe(claims: Claims, provider: &Provider, nonce: &str, now: Timestamp) -> Result<Person, IdTokenFault> {
    let ours = match &claims.aud {
        Audience::One(audience) => *audience == provider.client_id,
        // A token for others too says for whom it was made.
        Audience::Many(audiences) => {
            audiences.contains(&provider.client_id) && (audiences.len() == 1 || claims.azp.is_some())
        }
    };
    if !ours || claims.azp.as_ref().is_some_and(|party| *party != provider.client_id) {
        return Err(IdTokenFault::AnotherClient);
    }
    let named = claims.nonce.unwrap_or_default();
    if !bool::from(named.as_bytes().ct_eq(nonce.as_bytes())) {
        return Err(IdTokenFault::AnotherLogin);
    }
    let now_s = now.unix_ms().div_euclid(1_000);
    let issued = now_s.saturating_sub(OLDEST_S + LEEWAY_S)..=now_s.saturating_add(LEEWAY_S);
    if claims.exp.saturating_add(LEEWAY_S) <= now_s || !issued.contains(&claims.iat) {
        return Err(IdTokenFault::Late);
    }
    let identity = OutsideIdentity::try_new(&claims.iss, &claims.sub).map_err(|_| IdTokenFault::Nobody)?;
    let verified = claims.email_verified == Some(serde_json::Value::Bool(true));
    let email = claims.email.filter(|_| verified).and_then(|email| email.parse().ok());
    Ok(Person { identity, verified_email: email })
}
