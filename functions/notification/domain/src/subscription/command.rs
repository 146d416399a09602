use kernel::Timestamp;

use super::{Asked, By, CodeDigest};
use crate::ChatId;

/// What can be asked of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubscriptionCommand {
    /// Somebody of the firm wants this person to be told.
    Request(Box<Asked>),
    /// A code came, from the phone or from a chat.
    Confirm {
        /// What came, digested.
        said: CodeDigest,
        /// The message that held it, by its id at the provider.
        message: String,
        /// When it was sent.
        at: Timestamp,
        /// The chat it came from; `None` when it came from the phone.
        chat: Option<ChatId>,
    },
    /// Tell them no more.
    End(By),
}

/// Why a command is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SubscriptionRefusal {
    /// There is no such subscription.
    #[error("there is no such subscription")]
    Unknown,
    /// Nobody has to confirm it again.
    #[error("this is subscribed already")]
    Confirmed,
}
