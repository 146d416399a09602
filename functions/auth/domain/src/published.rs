//! The facts other contexts may read. Self-contained, versioned, camelCase; additive changes keep the version.
//!
//! No fact carries a password hash or anything derived from one.

use kernel::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::session::Device;
use crate::{Email, Name, Role, SessionId, UserId};

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
