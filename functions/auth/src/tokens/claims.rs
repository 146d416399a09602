use auth_domain::{Role, SessionId};
use kernel::Tenant;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Whom tokens are for: every context of the system.
pub const AUDIENCE: &str = "polymer-api";

/// What a token says. Times are whole seconds since 1970-01-01T00:00:00Z (RFC 7519, 2, `NumericDate`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who issued it.
    pub iss: String,
    /// The user's id.
    pub sub: String,
    /// [`AUDIENCE`].
    pub aud: String,
    /// When it was issued.
    pub iat: i64,
    /// As of when it says what it says of the user, in milliseconds since then: a change later than that voids it. Seconds would void the
    /// token of whoever logs in right after a change; tokens from before it was said have none, and their whole second counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of_ms: Option<i64>,
    /// When it expires.
    pub exp: i64,
    /// Its own identity.
    pub jti: Uuid,
    /// The session it was issued for.
    pub sid: SessionId,
    /// The user's firm.
    pub tenant: Tenant,
    /// The user's roles when it was issued.
    pub roles: Vec<Role>,
    /// What the user is called.
    pub name: String,
}
