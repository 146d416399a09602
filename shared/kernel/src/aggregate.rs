//! Event-sourced aggregates: rules as pure functions.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Timestamp;

/// An event as it stands in its stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded<E> {
    /// Position in the stream, from 1, without gaps.
    pub sequence: u64,
    /// When it was committed.
    pub at: Timestamp,
    /// What happened.
    pub event: E,
}

/// A consistency boundary whose state is the fold of its events.
///
/// Both functions are pure, synchronous and total: they look nothing up, read no clock and never panic. What a
/// decision needs from outside is put into the command first.
pub trait Aggregate: Default + Clone + Send + Sync {
    /// Names the kind of stream in keys and envelopes, e.g. `stock`.
    const KIND: &'static str;

    /// Identifies the shape of [`Aggregate::to_snapshot`]; `None` for aggregates with short histories. Change it with
    /// every change of that shape or of the fold: snapshots of another schema are ignored and the history folded.
    const SNAPSHOT_SCHEMA: Option<&'static str> = None;

    /// What can be asked of it.
    type Command: Send + Sync;
    /// What can have happened to it; stored as JSON, internally tagged.
    type Event: Serialize + DeserializeOwned + Clone + Send + Sync;
    /// Why a command is refused: a domain answer, not a failure.
    type Refusal: std::error::Error + Send + Sync + 'static;

    /// Decides what happens. An empty list means that the command has already had its effect.
    ///
    /// # Errors
    /// The refusal, when a rule forbids the command in this state.
    fn decide(&self, command: &Self::Command) -> Result<Vec<Self::Event>, Self::Refusal>;

    /// The state after `recorded`.
    #[must_use]
    fn evolve(self, recorded: &Recorded<Self::Event>) -> Self;

    /// The folded state for embedding in a commit.
    fn to_snapshot(&self) -> Option<serde_json::Value> {
        None
    }

    /// The state from a snapshot of [`Aggregate::SNAPSHOT_SCHEMA`]; `None` when it cannot be read.
    #[must_use]
    fn from_snapshot(_snapshot: serde_json::Value) -> Option<Self> {
        None
    }
}
