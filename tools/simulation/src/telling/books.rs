//! What a provider knows of each message: what it will do with it, how often it took it, and what it told of it.

use std::collections::BTreeMap;

use kernel::Timestamp;
use notification_domain::NotificationId;
use notification_domain::message::ProviderStatus;

/// What becomes of a message whenever the provider has it. The same each time: the address decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It reaches its recipient.
    Arrives,
    /// The provider takes it, and cannot deliver it.
    Fails,
    /// The provider does not take it.
    Refused,
}

/// A message that the provider took once.
#[derive(Debug, Clone, Copy)]
pub struct Taken {
    /// When the call that brought it began.
    pub begun: Timestamp,
    /// Whether it reached its recipient; otherwise it failed, or its text was given back.
    pub arrived: bool,
    /// The furthest status that reaches the firm; `None` when every webhook is lost, or there is none.
    pub heard: Option<ProviderStatus>,
}

impl Taken {
    /// Whether the firm was told that it did not arrive.
    #[must_use]
    pub fn was_undone(&self) -> bool {
        !self.arrived && self.heard.is_some()
    }
}

/// One message.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What becomes of it.
    pub fate: Fate,
    /// Each time that it was taken.
    pub taken: Vec<Taken>,
}

/// All of a provider's.
#[derive(Debug, Clone, Default)]
pub struct Books {
    /// By notification.
    pub entries: BTreeMap<NotificationId, Entry>,
    /// The place in the queue of the latest order that was carried out of a group.
    pub latest: BTreeMap<String, u64>,
}
