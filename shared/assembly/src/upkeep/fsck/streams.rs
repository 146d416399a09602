//! Each stream, and what must stand beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use event_store::views::view_of;
use event_store::{Commit, CommitRef, Generation, LoadFrom, LogError, StreamId, Views};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use kernel::Timestamp;
use lambda_entry::DirectError;
use messaging::marker;

use super::{Findings, Place, UNDERWAY_MS, Upkeep, rebuild};
use crate::upkeep::content::content;
use crate::upkeep::shown::rows_of;
use crate::upkeep::{failed, walk};

/// Streams checked at once.
const AT_ONCE: usize = 16;
/// How long the relay may take with a commit, the outbox auditor's next look included, in milliseconds.
const RELAYED_MS: i64 = 900_000;
/// Markers older than this may have expired, in days; they are kept for fourteen.
const MARKED_DAYS: i64 = 13;
/// Most markers of one stream that are read.
const MOST_MARKERS: usize = 100_000;

const RESTORE: &str =
    "the stream is not served; restore the log to before it was damaged: docs/runbooks/restoring-a-table.md";

impl Upkeep {
    /// The streams that began in this stretch of the log, and those whose beginning is not in the log.
    pub(super) async fn check_streams(
        &self,
        at: Timestamp,
        most: usize,
    ) -> Result<(Findings, Option<Place>), DirectError> {
        let now = self.clock.now();
        let page = walk::page(self.log.as_ref(), at, now, most).await.map_err(|e| failed(&e))?;
        let mut found = Findings { commits: page.commits.len(), ..Findings::default() };
        let streams = self.begun_in(&page.commits).await?;
        let checks: Vec<_> = streams.into_iter().map(|stream| self.check_stream(stream, now)).collect();
        let mut checks = stream::iter(checks).buffered(AT_ONCE);
        while let Some(of_stream) = checks.try_next().await? {
            found.join(of_stream);
        }
        Ok((found, page.next.map(|at| Place::Streams { at })))
    }

    async fn begun_in(&self, commits: &[CommitRef]) -> Result<BTreeSet<StreamId>, DirectError> {
        let begun = commits.iter().filter(|commit| commit.first == 1);
        let mut streams: BTreeSet<StreamId> = begun.map(|commit| commit.stream.clone()).collect();
        let later: BTreeSet<&StreamId> = commits.iter().map(|commit| &commit.stream).collect();
        let later: Vec<StreamId> = later.into_iter().filter(|s| !streams.contains(*s)).cloned().collect();
        let looks: Vec<_> = later.into_iter().map(|stream| self.if_headless(stream)).collect();
        let headless: Vec<Option<StreamId>> =
            stream::iter(looks).buffer_unordered(AT_ONCE).try_collect().await?;
        streams.extend(headless.into_iter().flatten());
        Ok(streams)
    }

    /// The stream, if its first commit is not there.
    async fn if_headless(&self, stream: StreamId) -> Result<Option<StreamId>, DirectError> {
        match self.log.read(&stream, 1).await {
            Ok(Some(_)) => Ok(None),
            Ok(None) | Err(LogError::Broken { .. }) => Ok(Some(stream)),
            Err(error) => Err(failed(&error)),
        }
    }

    async fn check_stream(&self, stream: StreamId, now: Timestamp) -> Result<Findings, DirectError> {
        let mut found = Findings { streams: 1, ..Findings::default() };
        let commits = match self.log.load(&stream, LoadFrom::Beginning).await {
            Ok(commits) => commits,
            Err(error @ LogError::Broken { .. }) => {
                found.note(&stream, kernel::error::chain(&error), RESTORE);
                return Ok(found);
            }
            Err(error) => return Err(failed(&error)),
        };
        if let Some(fault) = chain_fault(&commits) {
            found.note(&stream, fault, RESTORE);
            return Ok(found);
        }
        match self.upkept.examine(&stream, &commits) {
            Err(error) => {
                found.note(&stream, kernel::error::chain(error.as_ref()), RESTORE);
                return Ok(found);
            }
            Ok(examined) => {
                for first in examined.wrong_snapshots {
                    let what = format!("the snapshot of commit {first} is not what its events say");
                    found.note(
                        &stream,
                        what,
                        "raise the schema of the aggregate's snapshots: all are ignored then",
                    );
                }
                for guard in examined.guards {
                    let holder =
                        self.log.guard_holder(stream.tenant(), &guard.key).await.map_err(|e| failed(&e))?;
                    if holder.as_ref() != Some(&guard.holder) {
                        let by = holder.map_or("nobody".to_owned(), |holder| format!("{holder:?}"));
                        let what = format!("its guard {:?} is held by {by}", guard.key);
                        found.note(&stream, what, RESTORE);
                    }
                }
            }
        }
        self.check_markers(&stream, &commits, now, &mut found).await?;
        self.check_rows_of(&stream, &commits, now, &mut found).await?;
        Ok(found)
    }

    /// Each commit has a marker once it is relayed, and nothing else has one.
    async fn check_markers(
        &self,
        stream: &StreamId,
        commits: &[Commit],
        now: Timestamp,
        found: &mut Findings,
    ) -> Result<(), DirectError> {
        let (partition, _) = marker(stream, 1);
        let markers = self.ops.list(&partition, MOST_MARKERS).await.map_err(|e| failed(&e))?;
        let mut unknown: BTreeSet<String> = markers.into_iter().map(|item| item.sk).collect();
        for commit in commits {
            let marked = unknown.remove(&marker(stream, commit.first).1);
            let relayed = now.plus_ms(-RELAYED_MS) >= commit.at && commit.at >= now.plus_days(-MARKED_DAYS);
            if relayed && !marked {
                let what =
                    format!("commit {} has no outbox marker: nobody may have heard of it", commit.first);
                found.note(stream, what, "see docs/runbooks/outbox-backlog.md");
            }
        }
        for marked in unknown {
            let what = format!("{marked} was published and is not in the log");
            found.note(stream, what, RESTORE);
        }
        Ok(())
    }

    /// The rows that the context's projections make of the stream, in the generations that are live.
    async fn check_rows_of(
        &self,
        stream: &StreamId,
        commits: &[Commit],
        now: Timestamp,
        found: &mut Findings,
    ) -> Result<(), DirectError> {
        let views: Arc<dyn Views> = self.generations.clone();
        let rows = match rows_of(self.upkept.as_ref(), &self.log, views, stream, commits).await {
            Ok(rows) => rows,
            Err(error) => {
                found.note(
                    stream,
                    format!("cannot be projected: {}", kernel::error::chain(error.as_ref())),
                    "see the log",
                );
                return Ok(());
            }
        };
        let lives = self.lives().await?;
        let mut wrong = Vec::new();
        for row in rows.into_values() {
            let Some(view) = view_of(self.generations.declared(), &row.pk) else {
                let what = format!("its row {} {} belongs to no declared view", row.pk, row.sk);
                wrong.push((what, "declare the view in the context's upkeep.rs".to_owned()));
                continue;
            };
            found.partitions.insert(row.pk.clone());
            let live = lives.get(view.name).cloned().unwrap_or_default();
            let present = self.generations.get_from(&live, &row.pk, &row.sk).await.map_err(|e| failed(&e))?;
            let place = format!("{} of {}", row.sk, row.pk);
            match present {
                None => {
                    wrong.push((format!("its row {place} is missing in {}", view.name), rebuild(view.name)))
                }
                Some(present) if content(&present) != content(&row) => {
                    let what = format!(
                        "its row {place} in {} is stale: made at {}, the stream is at {}",
                        view.name, present.sequence, row.sequence
                    );
                    wrong.push((what, rebuild(view.name)));
                }
                Some(_) => {}
            }
        }
        let changed_now = commits.last().is_some_and(|last| last.at > now.plus_ms(-UNDERWAY_MS));
        if changed_now && !wrong.is_empty() {
            found.underway += 1;
            return Ok(());
        }
        for (what, todo) in wrong {
            found.note(stream, what, todo);
        }
        Ok(())
    }

    /// The live generation of each view.
    pub(super) async fn lives(&self) -> Result<BTreeMap<&'static str, Generation>, DirectError> {
        let mut lives = BTreeMap::new();
        for view in self.generations.declared() {
            let pointer = self.generations.cached_pointer(view).await.map_err(|e| failed(&e))?;
            lives.insert(view.name, pointer.live);
        }
        Ok(lives)
    }
}

/// What is wrong with the hash chain, if anything is.
fn chain_fault(commits: &[Commit]) -> Option<String> {
    match commits.first() {
        None => Some("the stream is empty".to_owned()),
        Some(first) if first.first > 1 => {
            Some(format!("the beginning is missing: the first commit there is is {}", first.first))
        }
        Some(_) => event_store::log::verify(commits).err().map(|fault| fault.to_string()),
    }
}
