/// Why a command on a user is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such user.
    #[error("there is no such user")]
    Unknown,
    /// The user exists with another name or other roles.
    #[error("the user exists already, with another name or other roles")]
    AlreadyExists,
    /// A user without a role could do nothing.
    #[error("a user needs at least one role")]
    NoRoles,
    /// The account is disabled and keeps its password.
    #[error("the user is disabled; enable the account first")]
    Disabled,
    /// Who looks after users could make themselves an owner by a second account.
    #[error("only an owner makes owners, and changes their accounts")]
    OwnersOnly,
    /// Nobody gives themselves more, and the last who can let others in does not lock themselves out.
    #[error("nobody changes their own roles, or keeps themselves out")]
    Own,
    /// A provider that says somebody else is the user now is not believed: the address may have been given to the next person.
    #[error("the user is linked to somebody else at this provider")]
    LinkedOtherwise,
}
