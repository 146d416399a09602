//! Out of the log: project each commit, publish its facts, mark it published.

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use event_store::{BoxError, Commit, Ops, OpsItem};
use futures_util::FutureExt;
use kernel::{Clock, Timer};

use crate::envelope::{Envelope, Publication, envelopes};
use crate::park::Parking;

/// Largest number of entries in one PutEvents call
/// (<https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html>).
const MOST_ENTRIES: usize = 10;
/// Largest sum of entry sizes in one call, in bytes; the limit is 1 MB with some overhead per entry.
const LARGEST_CALL_BYTES: usize = 900_000;
/// Largest single entry, in bytes: what SQS takes as one message body is 256 KB including EventBridge's own fields.
const LARGEST_ENTRY_BYTES: usize = 240_000;
/// Calls per chunk before the invocation is failed and the stream redelivers.
const MOST_TRIES: u32 = 4;
/// Pause before the second call, in milliseconds; it doubles.
const FIRST_PAUSE_MS: u64 = 50;
/// How long an outbox marker is kept, in days: longer than the auditor may ever lag.
const MARKER_DAYS: i64 = 14;

/// The bus refused the whole call.
#[derive(Debug, thiserror::Error)]
#[error("the bus did not take the call")]
pub struct BusError(#[source] pub BoxError);

/// The bus refused one entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryFault {
    /// Throttled or an internal failure of the bus: try again.
    #[error("the bus could not take the entry now: {0}")]
    Transient(String),
    /// The entry itself is unacceptable.
    #[error("the bus refused the entry: {0}")]
    Unacceptable(String),
}

/// Takes facts. At most ten a call; the answer has exactly one result per entry, in order.
#[async_trait]
pub trait FactBus: Send + Sync {
    /// Hands over a chunk of envelopes.
    async fn put(&self, chunk: &[Envelope]) -> Result<Vec<Result<(), EntryFault>>, BusError>;
}

/// What a context does with its own commits.
#[async_trait]
pub trait OwnCommits: Send + Sync {
    /// Brings the views up to date with a commit. Must be idempotent and independent of the order of commits.
    async fn project(&self, commit: &Commit) -> Result<(), BoxError>;

    /// The facts a commit publishes, in order. Must give the same answer every time.
    async fn publications(&self, commit: &Commit) -> Result<Vec<Publication>, BoxError>;
}

/// Why a commit could not be relayed.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// A view could not be brought up to date.
    #[error("the commit could not be projected")]
    Project(#[source] BoxError),
    /// The commit's facts could not be made.
    #[error("the commit's facts could not be made")]
    Publications(#[source] BoxError),
    /// A fact stayed unpublished.
    #[error("a fact stayed unpublished")]
    Unpublished,
    /// Its outbox marker could not be written.
    #[error("the outbox marker could not be written")]
    Marker(#[source] BoxError),
    /// The handler panicked on this commit.
    #[error("the handler panicked")]
    Panicked,
}

/// Projects and publishes commits; used by the stream handler and by the outbox auditor.
#[derive(Clone)]
pub struct Relay {
    context: &'static str,
    commits: Arc<dyn OwnCommits>,
    bus: Arc<dyn FactBus>,
    ops: Arc<dyn Ops>,
    parking: Parking,
    clock: Arc<dyn Clock>,
    timer: Arc<dyn Timer>,
}

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Relay").field("context", &self.context).finish_non_exhaustive()
    }
}

impl Relay {
    /// Puts a relay together.
    #[must_use]
    pub fn new(
        context: &'static str,
        commits: Arc<dyn OwnCommits>,
        bus: Arc<dyn FactBus>,
        ops: Arc<dyn Ops>,
        clock: Arc<dyn Clock>,
        timer: Arc<dyn Timer>,
    ) -> Self {
        let parking = Parking::new(Arc::clone(&ops), Arc::clone(&clock));
        Self { context, commits, bus, ops, parking, clock, timer }
    }

    /// Relays each commit; tells which ones failed and must be delivered again. One bad commit never holds up the
    /// publication of another.
    pub async fn relay(&self, commits: &[Commit]) -> Vec<(uuid::Uuid, RelayError)> {
        let mut failed = Vec::new();
        let mut outgoing = Vec::new();
        let mut relayed = Vec::new();
        for commit in commits {
            match AssertUnwindSafe(self.prepare(commit)).catch_unwind().await {
                Ok(Ok(envelopes)) => {
                    outgoing.extend(envelopes);
                    relayed.push(commit);
                }
                Ok(Err(error)) => failed.push((commit.id, error)),
                Err(_) => failed.push((commit.id, RelayError::Panicked)),
            }
        }
        let unpublished = self.publish(outgoing).await;
        for commit in relayed {
            if unpublished.contains(&commit.id) {
                failed.push((commit.id, RelayError::Unpublished));
            } else if let Err(error) = self.mark(commit).await {
                failed.push((commit.id, error));
            }
        }
        for (commit, error) in &failed {
            tracing::error!(commit.id = %commit, error = %kernel::error::chain(error), "commit not relayed");
        }
        failed
    }

    async fn prepare(&self, commit: &Commit) -> Result<Vec<Envelope>, RelayError> {
        self.commits.project(commit).await.map_err(RelayError::Project)?;
        let publications = self.commits.publications(commit).await.map_err(RelayError::Publications)?;
        Ok(envelopes(self.context, commit, publications))
    }

    /// Publishes all envelopes; gives the commits of which at least one fact is still unpublished.
    async fn publish(&self, outgoing: Vec<Envelope>) -> BTreeSet<uuid::Uuid> {
        let mut unpublished = BTreeSet::new();
        let mut fitting = Vec::with_capacity(outgoing.len());
        for envelope in outgoing {
            let size = size_of(&envelope);
            if size <= LARGEST_ENTRY_BYTES {
                fitting.push((size, envelope));
            } else if !self.park(&envelope, &format!("{size} bytes do not fit on the bus")).await {
                unpublished.insert(envelope.commit_id);
            }
        }
        for chunk in chunks(fitting) {
            unpublished.extend(self.publish_chunk(chunk).await);
        }
        unpublished
    }

    async fn publish_chunk(&self, mut chunk: Vec<Envelope>) -> BTreeSet<uuid::Uuid> {
        let mut unpublished = BTreeSet::new();
        for attempt in 0..MOST_TRIES {
            if attempt > 0 {
                self.timer.sleep(FIRST_PAUSE_MS << (attempt - 1)).await;
            }
            let results = match self.bus.put(&chunk).await {
                Ok(results) if results.len() == chunk.len() => results,
                Ok(results) => {
                    tracing::warn!(
                        expected = chunk.len(),
                        found = results.len(),
                        "the bus answered another number of entries"
                    );
                    continue;
                }
                Err(error) => {
                    tracing::warn!(error = %kernel::error::chain(&error), attempt, "the bus did not take a chunk");
                    continue;
                }
            };
            let mut again = Vec::new();
            for (envelope, result) in chunk.into_iter().zip(results) {
                match result {
                    Ok(()) => {}
                    Err(EntryFault::Transient(_)) => again.push(envelope),
                    Err(EntryFault::Unacceptable(reason)) => {
                        if !self.park(&envelope, &reason).await {
                            unpublished.insert(envelope.commit_id);
                        }
                    }
                }
            }
            chunk = again;
            if chunk.is_empty() {
                break;
            }
        }
        unpublished.extend(chunk.iter().map(|envelope| envelope.commit_id));
        unpublished
    }

    async fn park(&self, envelope: &Envelope, reason: &str) -> bool {
        let body = serde_json::to_string(envelope).unwrap_or_default();
        match self
            .parking
            .park(&envelope.tenant_id, "outgoing", &envelope.id.to_string(), reason, &body)
            .await
        {
            Ok(()) => true,
            Err(error) => {
                tracing::error!(fact.id = %envelope.id, error = %kernel::error::chain(&error), "fact not parked");
                false
            }
        }
    }

    async fn mark(&self, commit: &Commit) -> Result<(), RelayError> {
        let (pk, sk) = marker(&commit.stream, commit.first);
        let expires = Some(self.clock.now().plus_days(MARKER_DAYS));
        let item = OpsItem { pk, sk, body: String::new(), expires };
        self.ops.put(item).await.map_err(|e| RelayError::Marker(e.into()))
    }
}

/// Where the outbox marker of a commit stands, as partition and position in `ops`: spread over the streams, so that no
/// partition is hot.
#[must_use]
pub fn marker(stream: &event_store::StreamId, first: u64) -> (String, String) {
    (format!("PUB#{stream}"), format!("C#{first:012}"))
}

fn size_of(envelope: &Envelope) -> usize {
    serde_json::to_vec(envelope).map_or(usize::MAX, |bytes| bytes.len())
}

fn chunks(fitting: Vec<(usize, Envelope)>) -> Vec<Vec<Envelope>> {
    let mut chunks: Vec<Vec<Envelope>> = Vec::new();
    let mut bytes = 0_usize;
    for (size, envelope) in fitting {
        match chunks.last_mut() {
            Some(chunk) if chunk.len() < MOST_ENTRIES && bytes.saturating_add(size) <= LARGEST_CALL_BYTES => {
                bytes = bytes.saturating_add(size);
                chunk.push(envelope);
            }
            _ => {
                bytes = size;
                chunks.push(vec![envelope]);
            }
        }
    }
    chunks
}

/// A bus that keeps what it is given: for tests and the simulation.
#[derive(Debug, Default)]
pub struct MemoryBus {
    facts: Mutex<Vec<Envelope>>,
}

impl MemoryBus {
    /// Takes everything published since the last call.
    #[must_use]
    pub fn take(&self) -> Vec<Envelope> {
        std::mem::take(&mut *self.facts.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl FactBus for MemoryBus {
    async fn put(&self, chunk: &[Envelope]) -> Result<Vec<Result<(), EntryFault>>, BusError> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(chunk);
        Ok(chunk.iter().map(|_| Ok(())).collect())
    }
}
