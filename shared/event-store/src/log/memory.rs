use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use kernel::{Tenant, Timestamp};

use super::{AppendError, Commit, CommitLog, CommitRef, Guard, Hold, LoadFrom, LogError, StreamId};
use crate::item::Item;

/// A log that lives as long as the process: for tests and the simulation.
#[derive(Debug, Default)]
pub struct MemoryLog {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    streams: BTreeMap<StreamId, Vec<Commit>>,
    guards: BTreeMap<(Tenant, String), String>,
}

impl MemoryLog {
    /// Every stream with its commits, for checking invariants.
    #[must_use]
    pub fn streams(&self) -> BTreeMap<StreamId, Vec<Commit>> {
        self.lock().streams.clone()
    }

    /// Damages what is stored, as no writer could: for seeing that it is noticed.
    pub fn damage(&self, damage: impl FnOnce(&mut BTreeMap<StreamId, Vec<Commit>>)) {
        damage(&mut self.lock().streams);
    }

    /// Loses a guard, as no writer could.
    pub fn lose_guard(&self, tenant: &Tenant, key: &str) {
        self.lock().guards.remove(&(tenant.clone(), key.to_owned()));
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn append(&mut self, commit: &Commit, guards: &[Guard]) -> Result<(), AppendError> {
        let tenant = commit.stream.tenant();
        let key = |guard: &Guard| (tenant.clone(), guard.key.clone());
        let head = self.streams.get(&commit.stream).and_then(|commits| commits.last());
        if commit.first != head.map_or(1, |head| head.last.saturating_add(1)) {
            return Err(AppendError::Conflict);
        }
        let in_the_way = |guard: &Guard| match (guard.hold, self.guards.get(&key(guard))) {
            (Hold::Take, holder) => holder.is_some(),
            (Hold::Release, holder) => holder != Some(&guard.holder),
        };
        if let Some(taken) = guards.iter().position(in_the_way) {
            return Err(AppendError::GuardTaken(taken));
        }
        self.streams.entry(commit.stream.clone()).or_default().push(commit.clone());
        for guard in guards {
            match guard.hold {
                Hold::Take => self.guards.insert(key(guard), guard.holder.clone()),
                Hold::Release => self.guards.remove(&key(guard)),
            };
        }
        Ok(())
    }
}

#[async_trait]
impl CommitLog for MemoryLog {
    async fn load(&self, stream: &StreamId, from: LoadFrom<'_>) -> Result<Vec<Commit>, LogError> {
        let inner = self.lock();
        let commits = inner.streams.get(stream).map(Vec::as_slice).unwrap_or_default();
        let start = match from {
            LoadFrom::Beginning => 0,
            LoadFrom::Snapshot(schema) => commits
                .iter()
                .rposition(|c| c.snapshot.as_ref().is_some_and(|s| s.schema == schema))
                .unwrap_or(0),
        };
        Ok(commits.get(start..).unwrap_or_default().to_vec())
    }

    async fn append(&self, commit: &Commit) -> Result<(), AppendError> {
        self.append_guarded(commit, &[]).await
    }

    async fn append_guarded(&self, commit: &Commit, guards: &[Guard]) -> Result<(), AppendError> {
        // What a table would not take, memory does not take either.
        Item::from_commit(commit)?;
        self.lock().append(commit, guards)
    }

    async fn guard_holder(&self, tenant: &Tenant, key: &str) -> Result<Option<String>, LogError> {
        Ok(self.lock().guards.get(&(tenant.clone(), key.to_owned())).cloned())
    }

    async fn committed_between(
        &self,
        from: Timestamp,
        to: Timestamp,
        limit: usize,
    ) -> Result<Vec<CommitRef>, LogError> {
        let inner = self.lock();
        let mut found: Vec<CommitRef> = inner
            .streams
            .values()
            .flatten()
            .filter(|commit| from <= commit.at && commit.at < to)
            .map(|commit| CommitRef { at: commit.at, stream: commit.stream.clone(), first: commit.first })
            .collect();
        found.sort();
        found.truncate(limit);
        Ok(found)
    }

    async fn read(&self, stream: &StreamId, first: u64) -> Result<Option<Commit>, LogError> {
        let inner = self.lock();
        Ok(inner.streams.get(stream).and_then(|commits| commits.iter().find(|c| c.first == first).cloned()))
    }
}
