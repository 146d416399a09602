use kernel::Timestamp;

use super::{Form, Plan, ProviderStatus};
use crate::Channel;

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
}
