//! The log over the network.

use std::sync::Arc;

use async_trait::async_trait;
use event_store::{AppendError, Commit, CommitLog, CommitRef, Guard, LoadFrom, LogError, StreamId};
use kernel::{Tenant, Timestamp};

use crate::mutants::Mutant;
use crate::platform::table::Tables;
use crate::ports::io::{Io, Lost};

/// How old a commit may be and still be missed by an eventually consistent read, in milliseconds.
const STALE_MS: i64 = 2_000;

/// The commits of one context.
pub struct LogPort {
    io: Io,
    tables: Arc<Tables>,
}

impl LogPort {
    /// As seen from one instance.
    #[must_use]
    pub const fn new(io: Io, tables: Arc<Tables>) -> Self {
        Self { io, tables }
    }

    /// What an eventually consistent read makes of `commits`.
    fn staled(&self, mut commits: Vec<Commit>) -> Vec<Commit> {
        let horizon = self.io.sim.now().plus_ms(-STALE_MS);
        while self.io.sim.lacks(Mutant::StaleReads)
            && commits.last().is_some_and(|newest| newest.at > horizon)
            && self.io.sim.draw(|dice| dice.chance(5_000))
        {
            commits.pop();
        }
        commits
    }
}

/// Whether it says that a provider is about to be called.
fn starts_a_call(commit: &Commit) -> bool {
    commit.events.iter().any(|event| event.data.get("type").is_some_and(|kind| kind == "sending_started"))
}

fn unavailable(lost: Lost) -> LogError {
    LogError::Unavailable(lost.into())
}

#[async_trait]
impl CommitLog for LogPort {
    async fn load(&self, stream: &StreamId, from: LoadFrom<'_>) -> Result<Vec<Commit>, LogError> {
        let serve = async { self.tables.log.memory().load(stream, from).await };
        let loaded = self.io.read("log.load", || stream.to_string(), serve).await;
        Ok(self.staled(loaded.map_err(unavailable)??))
    }

    async fn append(&self, commit: &Commit) -> Result<(), AppendError> {
        self.append_guarded(commit, &[]).await
    }

    async fn append_guarded(&self, commit: &Commit, guards: &[Guard]) -> Result<(), AppendError> {
        if self.io.sim.lacks(Mutant::SendingUnrecorded) && starts_a_call(commit) {
            return Ok(());
        }
        let (tables, landing, held) = (Arc::clone(&self.tables), commit.clone(), guards.to_vec());
        let subject = || format!("{}#{} {}", commit.stream, commit.first, commit.id);
        let serve = async move { tables.log.append(landing, &held).await };
        match self.io.write("log.append", subject, serve).await {
            Ok(answer) => answer,
            Err(_) if self.io.sim.lacks(Mutant::AmbiguousIsSuccess) => Ok(()),
            Err(lost) => Err(AppendError::Ambiguous(lost.into())),
        }
    }

    async fn guard_holder(&self, tenant: &Tenant, key: &str) -> Result<Option<String>, LogError> {
        let serve = async { self.tables.log.memory().guard_holder(tenant, key).await };
        self.io.read("log.guard", || key.to_owned(), serve).await.map_err(unavailable)?
    }

    async fn committed_between(
        &self,
        from: Timestamp,
        to: Timestamp,
        limit: usize,
    ) -> Result<Vec<CommitRef>, LogError> {
        let serve = async { self.tables.log.memory().committed_between(from, to, limit).await };
        self.io.read("log.between", || format!("{from} to {to}"), serve).await.map_err(unavailable)?
    }

    async fn read(&self, stream: &StreamId, first: u64) -> Result<Option<Commit>, LogError> {
        let serve = async { self.tables.log.memory().read(stream, first).await };
        self.io.read("log.read", || format!("{stream}#{first}"), serve).await.map_err(unavailable)?
    }
}
