/// Why a command on a session is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such session, or the token is none of its own.
    #[error("there is no such session")]
    Unknown,
    /// It has ended.
    #[error("the session has ended")]
    Ended,
    /// It was not used for too long, or is too old.
    #[error("the session has expired")]
    Expired,
    /// Another session has this identity.
    #[error("the session exists already")]
    AlreadyOpen,
}
