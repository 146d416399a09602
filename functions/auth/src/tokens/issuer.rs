use std::fmt;
use std::sync::Arc;

use auth_domain::{Name, Roles, SessionId, UserId};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Clock, IdSource, Tenant, Timestamp};
use serde::Serialize;

use super::claims::{AUDIENCE, Claims};
use crate::ports::{SignError, TokenSigner};

/// Issues tokens.
#[derive(Clone)]
pub struct Issuer {
    name: String,
    lifetime_s: u32,
    signer: Arc<dyn TokenSigner>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

/// Whom a token is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Their firm.
    pub tenant: &'a Tenant,
    /// Who they are.
    pub user_id: UserId,
    /// The login it goes back to.
    pub session_id: SessionId,
    /// What they are called.
    pub name: &'a Name,
    /// Their places in the firm.
    pub roles: &'a Roles,
    /// The instant before their account was looked up.
    pub as_of: Timestamp,
}

/// A token, ready to be handed out.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// The compact serialization (RFC 7515, 3.1).
    pub text: String,
    /// How long it is good, in seconds.
    pub lifetime_s: u32,
}

/// The header (RFC 7515, 4.1).
#[derive(Serialize)]
struct Header<'a> {
    typ: &'static str,
    alg: &'static str,
    kid: &'a str,
}

impl Issuer {
    /// Issues tokens in the name of `name` (the claim `iss`), each good for `lifetime_s` seconds.
    #[must_use]
    pub fn new(
        name: String,
        lifetime_s: u32,
        signer: Arc<dyn TokenSigner>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Self {
        Self { name, lifetime_s, signer, clock, ids }
    }

    /// Issues a token about `subject`.
    ///
    /// # Errors
    /// When the signer gives no signature.
    pub async fn issue(&self, subject: Subject<'_>) -> Result<AccessToken, SignError> {
        let issued_at_s = self.clock.now().unix_ms().div_euclid(1_000);
        let header = Header { typ: "JWT", alg: "ES256", kid: self.signer.public_key().id() };
        let claims = Claims {
            iss: self.name.clone(),
            sub: subject.user_id.to_string(),
            aud: AUDIENCE.to_owned(),
            iat: issued_at_s,
            as_of_ms: Some(subject.as_of.unix_ms()),
            exp: issued_at_s.saturating_add(i64::from(self.lifetime_s)),
            jti: self.ids.uuid(),
            sid: subject.session_id,
            tenant: subject.tenant.clone(),
            roles: subject.roles.iter().copied().collect(),
            name: subject.name.to_string(),
        };
        let signed = format!("{}.{}", part(&header)?, part(&claims)?);
        let signature = self.signer.sign(signed.as_bytes()).await?;
        let text = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_bytes()));
        Ok(AccessToken { text, lifetime_s: self.lifetime_s })
    }
}

fn part(value: &impl Serialize) -> Result<String, SignError> {
    let json = serde_json::to_vec(value).map_err(|error| SignError(error.into()))?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("name", &self.name)
            .field("lifetime_s", &self.lifetime_s)
            .finish_non_exhaustive()
    }
}

/// Hidden: who has the text is the user.
impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken").field("lifetime_s", &self.lifetime_s).finish_non_exhaustive()
    }
}
