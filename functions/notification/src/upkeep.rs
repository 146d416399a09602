//! What upkeep must know of this context: its views, and how its streams are folded.

use std::sync::Arc;

use assembly::{Examined, Upkept};
use event_store::{BoxError, Commit, CommitLog, Stream, StreamId, View, Views};
use kernel::Aggregate as _;
use messaging::OwnCommits;
use notification_domain::{AdditionalRecipients, Audiences, Message, Preferences, Subscription};

use crate::Notifications;
use crate::projections::Lists;

/// The views of this context: name, families of rows, and what they are made from. A view that is not here is rebuilt and
/// checked by nobody. Audiences, additional recipients and preferences are in none, because every read of them folds their log.
pub const VIEWS: &[View] = &[
    View::of_log("notifications", &["notifications"], "notification", "notification_"),
    View::of_log("subscriptions", &["subscriptions"], "subscription", "subscription_"),
    View::of_facts("catalogue", &["catalogue"], "inventory"),
];

/// The notifications, for upkeep: nothing is ordered or sent.
#[derive(Debug, Clone)]
pub struct NotificationUpkeep(Notifications);

impl NotificationUpkeep {
    /// Upkeep of `notifications`.
    #[must_use]
    pub const fn new(notifications: Notifications) -> Self {
        Self(notifications)
    }
}

/// A stream of a kind that this context does not write.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not a kind of stream of this context")]
struct ForeignStream(String);

impl Upkept for NotificationUpkeep {
    fn projections(&self, log: Arc<dyn CommitLog>, views: Arc<dyn Views>) -> Arc<dyn OwnCommits> {
        Arc::new(Lists::new(Notifications { store: self.0.store.over(log), views, ..self.0.clone() }))
    }

    /// Nothing of this context guards anything.
    fn examine(&self, stream: &StreamId, commits: &[Commit]) -> Result<Examined, BoxError> {
        let of = stream.clone();
        let wrong_snapshots = match stream.kind() {
            Message::KIND => Stream::<Message>::examine(of, commits)?.1,
            Subscription::KIND => Stream::<Subscription>::examine(of, commits)?.1,
            Audiences::KIND => Stream::<Audiences>::examine(of, commits)?.1,
            AdditionalRecipients::KIND => Stream::<AdditionalRecipients>::examine(of, commits)?.1,
            Preferences::KIND => Stream::<Preferences>::examine(of, commits)?.1,
            other => return Err(ForeignStream(other.to_owned()).into()),
        };
        Ok(Examined { wrong_snapshots, guards: Vec::new() })
    }
}
