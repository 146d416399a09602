use crate::{Email, Name, OutsideIdentity, PasswordHash, Roles};

/// On whose word accounts are opened and changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    /// An operator's, whom the platform knows, or an owner's.
    Owner,
    /// Somebody's who looks after users.
    Keeper,
    /// That of the user whose account it is, whatever else they may do.
    Oneself,
}

/// What can be asked of a user's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Opens the account.
    Create {
        /// The address to log in with; that nobody else has it is guarded by the log.
        email: Email,
        /// What the user is called.
        name: Name,
        /// What the password will be checked against.
        password_hash: PasswordHash,
        /// Places in the firm; at least one.
        roles: Roles,
        /// On whose word.
        by: Authority,
    },
    /// Replaces roles, and lets in or keeps out. What it does not name stays. Access tokens with old roles are void within a minute; all
    /// sessions of a user who is kept out are over.
    Change {
        /// The new roles; at least one.
        roles: Option<Roles>,
        /// Whether the user is kept from logging in.
        disabled: Option<bool>,
        /// On whose word.
        by: Authority,
    },
    /// Replaces the password and ends all sessions.
    ChangePassword {
        /// What the new password will be checked against.
        password_hash: PasswordHash,
    },
    /// Lets the user log in by a provider, as whom it knows there. That it is nobody else's is guarded by the log.
    Link {
        /// As whom.
        identity: OutsideIdentity,
    },
    /// No longer lets the user log in by a provider. Sessions stay.
    Unlink {
        /// Which provider.
        issuer: String,
    },
}
