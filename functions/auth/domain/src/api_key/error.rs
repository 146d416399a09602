use super::{LONGEST_OVERLAP_H, MOST_EARLIER, MOST_PER_MINUTE};
use crate::Permission;

/// Why a command on an API key is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such key, or it is none of the asker's business.
    #[error("there is no such API key")]
    Unknown,
    /// Another key has this identity.
    #[error("the API key exists already")]
    AlreadyExists,
    /// A key that may do nothing.
    #[error("an API key needs at least one scope")]
    NoScopes,
    /// Nobody can give away what they do not have.
    #[error("is none of your own permissions")]
    NotHeld(Permission),
    /// Programs do not manage users and keys.
    #[error("is for people only")]
    PeopleOnly(Permission),
    /// It would have ended before it began.
    #[error("must be in the future")]
    ExpiryPast,
    /// It would live too long.
    #[error("must be within a year")]
    ExpiryTooLate,
    /// No request at all, or more than the system is made for.
    #[error("must be 1 to {MOST_PER_MINUTE}")]
    Rate,
    /// Old secrets would work too long.
    #[error("must be 0 to {LONGEST_OVERLAP_H}")]
    OverlapTooLong,
    /// So many secrets of it work that one more would be lost count of.
    #[error("{MOST_EARLIER} earlier secrets still work; wait for one to end, or rotate without overlap")]
    TooManySecrets,
    /// It was revoked.
    #[error("the API key is revoked")]
    Revoked,
    /// Its time is over.
    #[error("the API key has expired")]
    Expired,
}

/// Why a secret does not open anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is none of the key's secrets.
    #[error("is none of the API key's secrets")]
    Unknown,
    /// It was one, and is no longer: the key expired, was revoked, or has another secret now.
    #[error("the API key expired, was revoked, or has another secret")]
    Over,
}
