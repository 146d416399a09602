use crate::{Email, Name, PasswordHash, Roles};

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
    },
    /// Replaces the password and ends all sessions.
    ChangePassword {
        /// What the new password will be checked against.
        password_hash: PasswordHash,
    },
    /// Replaces the roles. Access tokens with the old ones are void within a minute.
    ChangeRoles {
        /// The new roles; at least one.
        roles: Roles,
    },
    /// Keeps the user from logging in and ends all sessions.
    Disable,
    /// Lets the user log in again.
    Enable,
}
