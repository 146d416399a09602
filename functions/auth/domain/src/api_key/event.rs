use std::collections::BTreeSet;

use kernel::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Fingerprint, Name, Permission, UserId};

/// What can have happened to an API key, as it is stored. Private: others read [`crate::published`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// It was made.
    Created {
        /// Whose it is.
        owner: UserId,
        /// What it is called.
        name: Name,
        /// What it may do as long as its owner may.
        scopes: BTreeSet<Permission>,
        /// How many requests a minute it is meant for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rate_per_minute: Option<u32>,
        /// When it ends.
        expires_at: Timestamp,
        /// What is kept of its secret.
        secret: Fingerprint,
    },
    /// It was given a new secret.
    Rotated {
        /// What is kept of the new one.
        secret: Fingerprint,
        /// Until when the secrets it had before work, unless they ended earlier.
        earlier_until: Timestamp,
    },
    /// It was ended for good.
    Revoked,
}
