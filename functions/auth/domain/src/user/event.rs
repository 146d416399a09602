use serde::{Deserialize, Serialize};

use crate::{Email, Name, OutsideIdentity, PasswordHash, Roles};

/// What can have happened to a user's account, as it is stored. Private: others read [`crate::published`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The account was opened.
    Created {
        /// The address to log in with.
        email: Email,
        /// What the user is called.
        name: Name,
        /// What the password is checked against.
        password_hash: PasswordHash,
        /// Places in the firm.
        roles: Roles,
    },
    /// The password was replaced.
    PasswordChanged {
        /// What the new password is checked against.
        password_hash: PasswordHash,
    },
    /// The roles were replaced.
    RolesChanged {
        /// The new roles.
        roles: Roles,
    },
    /// The user was kept from logging in.
    Disabled,
    /// The user was let in again.
    Enabled,
    /// The user may log in by a provider.
    IdentityLinked {
        /// As whom.
        identity: OutsideIdentity,
    },
    /// The user may no longer log in by a provider.
    IdentityUnlinked {
        /// Which one.
        issuer: String,
    },
}
