use kernel::Timestamp;

use super::{DigestStands, Form, News, Plan, ProviderStatus};
use crate::{Channel, NotificationId};

/// What can be asked of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageCommand {
    /// Tell this recipient this.
    Plan(Box<Plan>),
    /// It lies in the queue.
    Queue {
        /// Position of the event that planned it, or planned it again: of which order this is said.
        planned_in: u64,
    },
    /// It may have waited for too long.
    Expire {
        /// The present.
        now: Timestamp,
    },
    /// The call is about to be made.
    Start {
        /// The present.
        now: Timestamp,
        /// How it will be sent.
        form: Form,
    },
    /// The provider took it.
    Accept {
        /// The attempt that it answers.
        attempt: u32,
        /// Its id there.
        provider_id: String,
    },
    /// The call certainly had no effect.
    Fail {
        /// The attempt that it answers.
        attempt: u32,
        /// Class of the failure.
        class: String,
        /// What the provider said.
        reason: String,
        /// Whether no attempt will ever work.
        for_good: bool,
    },
    /// The call may have had its effect.
    Doubt {
        /// The attempt that nobody answered.
        attempt: u32,
        /// What happened instead of an answer.
        reason: String,
    },
    /// The provider gives a text back: outside the recipient's window only a template is delivered.
    GiveBack {
        /// What the provider said.
        reason: String,
    },
    /// The provider tells what became of it.
    Report {
        /// Which provider.
        channel: Channel,
        /// What.
        status: ProviderStatus,
        /// When, by its clock.
        at: Timestamp,
        /// Why, when it failed.
        reason: Option<String>,
    },
    /// A person wants it sent after all.
    Retry,
    /// A person does not want it sent.
    Cancel,
    /// Of a digest: tell this, too.
    Gather {
        /// How the digest begins when these are its first news.
        plan: Box<Plan>,
        /// What to tell.
        news: News,
    },
    /// A digest tells it.
    Gathered {
        /// Which.
        digest: NotificationId,
    },
    /// No digest takes it.
    Release,
    /// The digest that tells it moved.
    Follow {
        /// Which.
        digest: NotificationId,
        /// How it stands.
        stands: DigestStands,
    },
}

/// Why a command is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MessageRefusal {
    /// There is no such notification.
    #[error("there is no such notification")]
    Unknown,
    /// The provider has it: it can neither be called back nor sent again.
    #[error("the provider has the message already")]
    Gone,
    /// A call is being made, or its outcome is not known yet.
    #[error("the message is being sent right now; look again in two minutes")]
    OnItsWay,
    /// It is told in a digest, and has no way of its own.
    #[error("the message is told in a digest; look at that")]
    InDigest,
    /// Of a digest: it has begun to leave, and gathers nothing more.
    #[error("the digest has left")]
    Left,
    /// Of a digest: there is no room for that.
    #[error("the digest is full")]
    Full,
}
