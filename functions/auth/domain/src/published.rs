//! The facts other contexts may read. Self-contained, versioned, camelCase; additive changes keep the version.
//!
//! No fact carries a password hash, the secret of an API key, or anything derived from them.

use kernel::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::session::Device;
use crate::{ApiKeyId, Email, Name, Permission, Role, SessionId, UserId};

/// `auth.user-created`: somebody can log in from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserCreated {
    /// Who.
    pub user_id: UserId,
    /// The address they log in with.
    pub email: Email,
    /// What they are called.
    pub name: Name,
    /// Their places in the firm, each once.
    pub roles: Vec<Role>,
}

impl UserCreated {
    /// Its name on the bus.
    pub const TYPE: &'static str = "auth.user-created";
    /// The version of its shape.
    pub const VERSION: u16 = 1;
}

/// `auth.session-reused`: a refresh token came back after it had been traded, so that somebody must have a copy. The session has
/// been ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionReused {
    /// Which session.
    pub session_id: SessionId,
    /// Whose it was.
    pub user_id: UserId,
    /// The address they log in with.
    pub email: Email,
    /// What they are called.
    pub name: Name,
    /// When they had logged in.
    pub opened_at: Timestamp,
    /// On what device.
    pub device: Device,
}

impl SessionReused {
    /// Its name on the bus.
    pub const TYPE: &'static str = "auth.session-reused";
    /// The version of its shape.
    pub const VERSION: u16 = 1;
}

/// `auth.api-key-created`: a program can act for a user from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyCreated {
    /// Which key; also the actor of what is done with it.
    pub api_key_id: ApiKeyId,
    /// Whose it is.
    pub user_id: UserId,
    /// What it is called.
    pub name: Name,
    /// What it may do as long as its owner may, each once.
    pub scopes: Vec<Permission>,
    /// How many requests a minute it is meant for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_per_minute: Option<u32>,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

impl ApiKeyCreated {
    /// Its name on the bus.
    pub const TYPE: &'static str = "auth.api-key-created";
    /// The version of its shape.
    pub const VERSION: u16 = 1;
}

/// `auth.api-key-rotated`: a key has another secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyRotated {
    /// Which key.
    pub api_key_id: ApiKeyId,
    /// Whose it is.
    pub user_id: UserId,
    /// What it is called.
    pub name: Name,
    /// Until when the secrets it had before work, unless they ended earlier.
    pub earlier_secrets_until: Timestamp,
}

impl ApiKeyRotated {
    /// Its name on the bus.
    pub const TYPE: &'static str = "auth.api-key-rotated";
    /// The version of its shape.
    pub const VERSION: u16 = 1;
}

/// `auth.api-key-revoked`: a key was ended for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyRevoked {
    /// Which key.
    pub api_key_id: ApiKeyId,
    /// Whose it was; who ended it is the actor of the fact.
    pub user_id: UserId,
    /// What it was called.
    pub name: Name,
}

impl ApiKeyRevoked {
    /// Its name on the bus.
    pub const TYPE: &'static str = "auth.api-key-revoked";
    /// The version of its shape.
    pub const VERSION: u16 = 1;
}
