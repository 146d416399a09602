use std::collections::BTreeSet;

use kernel::Timestamp;

use crate::{Fingerprint, Name, Permission, UserId};

/// What can be asked of an API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Makes it.
    Create {
        /// Whose it is: it can do nothing that they cannot do.
        owner: UserId,
        /// What it is called.
        name: Name,
        /// What it shall be able to do; at least one thing.
        scopes: BTreeSet<Permission>,
        /// What its owner may do.
        held: BTreeSet<Permission>,
        /// How many requests a minute it is meant for, if that is said.
        rate_per_minute: Option<u32>,
        /// When it ends; as late as a key may without it.
        expires_at: Option<Timestamp>,
        /// What is kept of its secret.
        secret: Fingerprint,
        /// When.
        at: Timestamp,
    },
    /// Gives it a new secret.
    Rotate {
        /// Who asks.
        by: UserId,
        /// What is kept of the new secret.
        secret: Fingerprint,
        /// For how long the secrets it had go on working, in hours.
        overlap_h: u16,
        /// When.
        at: Timestamp,
    },
    /// Ends it.
    Revoke {
        /// Who asks.
        by: Asker,
    },
}

/// Who looks at a key or ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asker {
    /// Who.
    pub user_id: UserId,
    /// Whether other people's keys are their business too.
    pub of_all: bool,
}
