//! Which rows a stream must have: what the context's own projections write when they are handed its commits.
//!
//! The projections run as they are, on a log that has read the stream once and views that only remember what was put.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use event_store::{
    AppendError, BoxError, Commit, CommitLog, CommitRef, Guard, LoadFrom, LogError, Page, Query, Row,
    StorageError, StreamId, Views,
};
use kernel::{Tenant, Timestamp};

use super::Upkept;

/// Rows by partition and position.
pub(super) type Rows = BTreeMap<(String, String), Row>;

/// The rows of a stream with these commits, as it is now.
pub(super) async fn rows_of(
    upkept: &dyn Upkept,
    log: &Arc<dyn CommitLog>,
    views: Arc<dyn Views>,
    stream: &StreamId,
    commits: &[Commit],
) -> Result<Rows, BoxError> {
    let read = Arc::new(ReadOnce::of(Arc::clone(log), stream, commits));
    let shown = Arc::new(Shown { behind: views, rows: Mutex::default() });
    let projections = upkept.projections(read, shown.clone());
    for commit in commits {
        projections.project(commit).await?;
    }
    Ok(std::mem::take(&mut *shown.rows.lock().unwrap_or_else(PoisonError::into_inner)))
}

/// Views that remember what is put and write nothing. Reads see it, and what was there before.
struct Shown {
    behind: Arc<dyn Views>,
    rows: Mutex<Rows>,
}

#[async_trait]
impl Views for Shown {
    async fn put(&self, row: Row) -> Result<bool, StorageError> {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (row.pk.clone(), row.sk.clone());
        if rows.get(&key).is_some_and(|present| present.sequence >= row.sequence) {
            return Ok(false);
        }
        rows.insert(key, row);
        Ok(true)
    }

    async fn get(&self, pk: &str, sk: &str) -> Result<Option<Row>, StorageError> {
        let key = (pk.to_owned(), sk.to_owned());
        let put = self.rows.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        match put {
            Some(row) => Ok(Some(row)),
            None => self.behind.get(pk, sk).await,
        }
    }

    async fn get_many(&self, keys: &[(String, String)]) -> Result<Vec<Option<Row>>, StorageError> {
        let mut rows = Vec::with_capacity(keys.len());
        for (pk, sk) in keys {
            rows.push(self.get(pk, sk).await?);
        }
        Ok(rows)
    }

    async fn query(&self, query: Query) -> Result<Page, StorageError> {
        self.behind.query(query).await
    }
}

/// A log that reads each stream once, and takes nothing.
struct ReadOnce {
    behind: Arc<dyn CommitLog>,
    streams: Mutex<BTreeMap<StreamId, Vec<Commit>>>,
}

impl ReadOnce {
    fn of(behind: Arc<dyn CommitLog>, stream: &StreamId, commits: &[Commit]) -> Self {
        Self { behind, streams: Mutex::new(BTreeMap::from([(stream.clone(), commits.to_vec())])) }
    }

    fn known(&self, stream: &StreamId, from: LoadFrom<'_>) -> Option<Vec<Commit>> {
        let streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let commits = streams.get(stream)?;
        let start = match from {
            LoadFrom::Beginning => 0,
            LoadFrom::Snapshot(schema) => commits
                .iter()
                .rposition(|commit| commit.snapshot.as_ref().is_some_and(|s| s.schema == schema))
                .unwrap_or(0),
        };
        Some(commits.get(start..).unwrap_or_default().to_vec())
    }
}

/// Upkeep appends nothing.
fn refused() -> AppendError {
    AppendError::Rejected("a log that is only read".into())
}

#[async_trait]
impl CommitLog for ReadOnce {
    async fn load(&self, stream: &StreamId, from: LoadFrom<'_>) -> Result<Vec<Commit>, LogError> {
        if let Some(commits) = self.known(stream, from) {
            return Ok(commits);
        }
        let commits = self.behind.load(stream, LoadFrom::Beginning).await?;
        self.streams.lock().unwrap_or_else(PoisonError::into_inner).insert(stream.clone(), commits);
        Ok(self.known(stream, from).unwrap_or_default())
    }

    async fn append(&self, _: &Commit) -> Result<(), AppendError> {
        Err(refused())
    }

    async fn append_guarded(&self, _: &Commit, _: &[Guard]) -> Result<(), AppendError> {
        Err(refused())
    }

    async fn guard_holder(&self, tenant: &Tenant, key: &str) -> Result<Option<String>, LogError> {
        self.behind.guard_holder(tenant, key).await
    }

    async fn committed_between(
        &self,
        from: Timestamp,
        to: Timestamp,
        limit: usize,
    ) -> Result<Vec<CommitRef>, LogError> {
        self.behind.committed_between(from, to, limit).await
    }

    async fn read(&self, stream: &StreamId, first: u64) -> Result<Option<Commit>, LogError> {
        self.behind.read(stream, first).await
    }
}
