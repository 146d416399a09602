//! The append-only log of commits.

mod canonical;
mod commit;
mod memory;
mod stream_id;

use async_trait::async_trait;
use kernel::Timestamp;

pub use commit::{BrokenChain, Cause, Commit, Hash, Idempotency, Snapshot, StoredEvent, verify};
pub use memory::MemoryLog;
pub use stream_id::{StreamId, StreamIdError};

use crate::BoxError;

/// Largest commit that is accepted, in bytes as it is stored. DynamoDB takes items of 400 KB
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>); the rest is for what the indexes
/// and later attributes add.
pub const LARGEST_COMMIT_BYTES: usize = 380_000;

/// The newest of so many commits always embeds a snapshot, where the aggregate has any: what is read to load it is bounded,
/// and one page of this length suffices.
pub(crate) const COMMITS_PER_SNAPSHOT: u16 = 32;

/// Where reading a stream starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadFrom<'a> {
    /// The first commit: for histories, publication and verification.
    Beginning,
    /// The newest commit that embeds a snapshot of this schema, or the first commit when there is none.
    Snapshot(&'a str),
}

/// A uniqueness item written together with a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// What must be unique within the tenant, e.g. `user-email#a@b.example`.
    pub key: String,
    /// Who holds it.
    pub holder: String,
    /// What becomes of it.
    pub hold: Hold,
}

/// What a commit does with a guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// Takes it, if nobody holds it.
    Take,
    /// Gives it up, if the holder holds it: whoever comes next may take it.
    Release,
}

impl Guard {
    /// A guard that the holder takes.
    #[must_use]
    pub fn taken(key: impl Into<String>, holder: impl Into<String>) -> Self {
        Self { key: key.into(), holder: holder.into(), hold: Hold::Take }
    }

    /// The guard, given up by its holder.
    #[must_use]
    pub fn released(self) -> Self {
        Self { hold: Hold::Release, ..self }
    }
}

/// Where a commit stands, without its contents.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CommitRef {
    /// When it was committed.
    pub at: Timestamp,
    /// Its stream.
    pub stream: StreamId,
    /// Its first sequence.
    pub first: u64,
}

/// Why a commit was not appended, or may not have been.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Another commit stands at this sequence (or it is this very commit, written by an earlier attempt).
    #[error("the stream has moved on")]
    Conflict,
    /// The guard of this index is held by somebody else, or, where it was to be released, by nobody; nothing was written.
    #[error("guard {0} is taken")]
    GuardTaken(usize),
    /// Too large for one item; nothing was written.
    #[error("the commit has {bytes} bytes, more than {LARGEST_COMMIT_BYTES}")]
    TooLarge {
        /// Its serialized size.
        bytes: usize,
    },
    /// The outcome is unknown: the write may or may not have happened. Read the stream to settle it.
    #[error("the outcome of the append is unknown")]
    Ambiguous(#[source] BoxError),
    /// Rejected for good; nothing was written.
    #[error("the append was rejected")]
    Rejected(#[source] BoxError),
}

/// Why a stream cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// Timeout, throttling, connection or server fault: worth another try.
    #[error("the log is unavailable")]
    Unavailable(#[source] BoxError),
    /// A stored commit cannot be read or does not follow from the one before it. The stream is not served.
    #[error("the stream {stream} is broken")]
    Broken {
        /// Which stream.
        stream: String,
        /// What is wrong with it.
        #[source]
        source: BoxError,
    },
    /// Rejected for good: a missing table or grant.
    #[error("the log refused the call")]
    Rejected(#[source] BoxError),
}

/// An append-only log of commits, many streams side by side.
///
/// Contract, checked by one suite on every implementation:
/// * a commit becomes visible whole or not at all, and is then visible to every later [`CommitLog::load`];
/// * of two commits with the same stream and first sequence, exactly one is ever appended;
/// * loading returns commits in order of sequence, all of them however many pages that takes.
///
/// A writer appends at the sequence after the last one it has loaded. That there are no gaps follows from it, and from
/// every commit naming the hash of the one before; a log need not check it.
#[async_trait]
pub trait CommitLog: Send + Sync {
    /// The commits of a stream in order; empty when it does not exist. The chain is not verified here.
    async fn load(&self, stream: &StreamId, from: LoadFrom<'_>) -> Result<Vec<Commit>, LogError>;

    /// Appends one commit if nothing stands at its first sequence.
    async fn append(&self, commit: &Commit) -> Result<(), AppendError>;

    /// Appends one commit and takes or releases the guards, all or nothing. Where the stream has moved on *and* a guard is in
    /// the way the answer is [`AppendError::Conflict`]: both may be the traces of an own earlier attempt. The very same commit
    /// with the very same guards again is a conflict too, or answered like the first time.
    async fn append_guarded(&self, commit: &Commit, guards: &[Guard]) -> Result<(), AppendError>;

    /// Who holds a guard, if anyone.
    async fn guard_holder(&self, tenant: &kernel::Tenant, key: &str) -> Result<Option<String>, LogError>;

    /// Commits of all streams with `from <= at < to`, oldest first, at most `limit`; those of the same millisecond come
    /// in no particular order. Eventually consistent. Costs a few reads per day of the range.
    async fn committed_between(
        &self,
        from: Timestamp,
        to: Timestamp,
        limit: usize,
    ) -> Result<Vec<CommitRef>, LogError>;

    /// One commit by its position; `None` when there is none.
    async fn read(&self, stream: &StreamId, first: u64) -> Result<Option<Commit>, LogError>;
}
