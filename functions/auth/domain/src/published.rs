//! The facts other contexts may read. Self-contained, versioned, camelCase; additive changes keep the version.
//!
//! No fact carries a password hash or anything derived from one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Email, Name, Role, UserId};

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
