//! What the gateway asks of others.

use crate::readiness::{Check, Status};

/// What a context says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextAnswer {
    /// Its own verdict.
    pub status: Status,
    /// What it looked at.
    pub checks: Vec<Check>,
}

/// Messages in a queue; approximate, as SQS counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueDepth {
    /// Waiting to be handed out.
    pub visible: u64,
    /// Handed out and not done yet.
    pub in_flight: u64,
    /// Held back for a while.
    pub delayed: u64,
}

/// No usable answer. The reason is for the log, not for the public report.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unanswered(pub String);

/// Asks contexts whether they are ready.
#[async_trait::async_trait]
pub trait Contexts: Send + Sync {
    /// Must ask the function named `function` to look at what it depends on, and return what it says. May take any time; the
    /// caller gives up waiting.
    async fn ask(&self, function: &str) -> Result<ContextAnswer, Unanswered>;
}

/// Looks at queues.
#[async_trait::async_trait]
pub trait Queues: Send + Sync {
    /// Must return the depth of the queue at `url`. May take any time; the caller gives up waiting.
    async fn depth(&self, url: &str) -> Result<QueueDepth, Unanswered>;
}
