//! Event-sourced streams, the views projected from them, and the little mutable state beside them.
//!
//! Each context owns three tables, and each has a port here with two implementations checked by one contract suite:
//!
//! | port | holds | in memory | on DynamoDB |
//! |---|---|---|---|
//! | [`CommitLog`] | append-only, hash-chained commits | [`log::MemoryLog`] | `dynamodb::DynamoLog` |
//! | [`Views`] | disposable projections | [`views::MemoryViews`] | `dynamodb::DynamoViews` |
//! | [`Ops`] | outbox markers, parked facts | [`ops::MemoryOps`] | `dynamodb::DynamoOps` |
//!
//! [`EventStore`] puts aggregates on top of a log: load, decide, append, settle what is ambiguous, try again.

#[cfg(feature = "dynamodb")]
pub mod dynamodb;
pub mod item;
pub mod log;
pub mod ops;
pub mod store;
pub mod views;

pub use item::{ItemError, commit_from_image, commit_to_image};
pub use log::{
    AppendError, Cause, Commit, CommitLog, CommitRef, Guard, Hold, Idempotency, LoadFrom, LogError, StreamId,
};
pub use ops::{Ops, OpsItem};
pub use store::{EventStore, ExecuteError, Outcome, Proposed, Request, Stream};
pub use views::{Filter, Generation, Generations, Index, Page, Position, Query, Row, View, ViewTable, Views};

/// A storage call that failed for a reason the caller cannot mend.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// Timeout, throttling, connection or server fault: worth another try.
    #[error("{operation} is unavailable")]
    Unavailable {
        /// The call, e.g. `views.query`.
        operation: &'static str,
        /// What the platform said.
        #[source]
        source: BoxError,
    },
    /// Rejected for good: a missing table, a missing grant, an item of another shape.
    #[error("{operation} failed")]
    Failed {
        /// The call, e.g. `views.query`.
        operation: &'static str,
        /// What the platform said.
        #[source]
        source: BoxError,
    },
}

/// Any error that can cross threads.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
