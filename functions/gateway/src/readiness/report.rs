//! The readiness report, and the rules by which parts make up the whole.

use kernel::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A verdict, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// All is well.
    #[serde(alias = "up")]
    Ready,
    /// Requests are served, but something needs a look.
    Degraded,
    /// Some requests cannot be served.
    Down,
}

/// One dependency of a context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// What was looked at, such as a table.
    pub name: String,
    /// What was found: `up` or `down`.
    pub status: String,
    /// How long the look took, in milliseconds.
    pub duration_ms: u64,
}

/// A context and its dependencies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContextReport {
    /// The context.
    pub name: String,
    /// Its verdict; `down` when it gave none in time.
    pub status: Status,
    /// How long it took to answer, in milliseconds.
    pub duration_ms: u64,
    /// What it looked at; empty when it gave no answer.
    pub checks: Vec<Check>,
}

/// A queue and what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueueReport {
    /// The queue. One whose name ends in `-dlq` should be empty.
    pub name: String,
    /// `degraded` when the queue cannot be read, or is a dead-letter queue with messages in it.
    pub status: Status,
    /// How long the look took, in milliseconds.
    pub duration_ms: u64,
    /// Messages waiting; absent when the queue cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visible: Option<u64>,
    /// Messages being worked on; absent when the queue cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_flight: Option<u64>,
    /// Messages held back; absent when the queue cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delayed: Option<u64>,
}

/// The dependency tree with timings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The worst of all parts.
    pub status: Status,
    /// When it was found out; an answer may be up to two seconds old.
    pub checked_at: Timestamp,
    /// How long it took to find out, in milliseconds.
    pub duration_ms: u64,
    /// Every context, in configuration order.
    pub contexts: Vec<ContextReport>,
    /// Every queue, in configuration order.
    pub queues: Vec<QueueReport>,
}

impl Report {
    /// The whole from its parts: as bad as its worst part. A queue is never worse than `degraded`, because requests are
    /// served while it fills.
    #[must_use]
    pub fn new(
        checked_at: Timestamp,
        duration_ms: u64,
        contexts: Vec<ContextReport>,
        queues: Vec<QueueReport>,
    ) -> Self {
        let parts = contexts.iter().map(|part| part.status).chain(queues.iter().map(|part| part.status));
        let status = parts.max().unwrap_or(Status::Ready);
        Self { status, checked_at, duration_ms, contexts, queues }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(status: Status) -> ContextReport {
        ContextReport { name: "a".to_owned(), status, duration_ms: 1, checks: Vec::new() }
    }

    fn whole(contexts: Vec<ContextReport>) -> Status {
        Report::new(Timestamp::from_unix_ms(0), 1, contexts, Vec::new()).status
    }

    #[test]
    fn the_whole_is_as_bad_as_its_worst_part() {
        assert_eq!(whole(vec![context(Status::Ready), context(Status::Ready)]), Status::Ready);
        assert_eq!(whole(vec![context(Status::Degraded), context(Status::Ready)]), Status::Degraded);
        assert_eq!(whole(vec![context(Status::Degraded), context(Status::Down)]), Status::Down);
    }
}
