//! Rebuilding a view beside the one that is read.
//!
//! A step folds the streams that began in a stretch of the log and writes their rows into the new generation. From the
//! first step on the relay writes that generation too, so what happens meanwhile is in it: of a row the newer sequence stays,
//! whoever writes first. A step may be repeated, and a rebuild that was given up goes on where it stood.

use std::collections::BTreeSet;
use std::sync::Arc;

use event_store::log::verify;
use event_store::views::view_of;
use event_store::{
    CommitRef, Generation, Index, LoadFrom, OpsItem, Query, Row, StorageError, StreamId, View, Views,
};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use kernel::Timestamp;
use lambda_entry::DirectError;
use serde::Deserialize;
use serde_json::{Value, json};

use super::content::Checksum;
use super::shown::rows_of;
use super::{Upkeep, broken, failed, walk};

/// Commits of one step unless it says otherwise: a few seconds.
const COMMITS_A_STEP: usize = 300;
/// Most commits of one step: a function ends after 15 s.
const MOST_COMMITS: usize = 2_000;
/// Streams folded at once.
const AT_ONCE: usize = 16;
/// Rows deleted in one invocation, or a partition's last few more.
const MOST_DELETED: usize = 1_000;
/// Where it stands how far an unfinished rebuild has come.
const PROGRESS: &str = "VIEWS#REBUILDING";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Step {
    view: String,
    into: Generation,
    #[serde(default)]
    after: Option<Timestamp>,
    #[serde(default)]
    from: Option<Timestamp>,
    #[serde(default)]
    limit: Option<usize>,
    #[serde(default)]
    dry_run: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Compare {
    view: String,
    into: Generation,
    #[serde(default)]
    after: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Switch {
    view: String,
    into: Generation,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DropGeneration {
    view: String,
    generation: Generation,
    #[serde(default)]
    after: Option<Timestamp>,
}

impl Upkeep {
    pub(super) async fn step(&self, step: Step) -> Result<Value, DirectError> {
        let view = self.rebuildable(&step.view)?;
        let pointer = self.generations.pointer(view).await.map_err(|e| failed(&e))?;
        if pointer.live == step.into {
            let text = format!("{} is what is read now; build another generation beside it", step.into);
            return Err(DirectError::new("live", text));
        }
        let whole = step.from.is_none();
        if !whole && !pointer.kept.contains(&step.into) {
            let text =
                format!("there is no generation {} to bring up to date; build it whole first", step.into);
            return Err(DirectError::new("unknown", text));
        }
        let progress = progress(view, &step.into);
        let begun = match step.after.or(step.from) {
            Some(at) => at,
            None => self.stood_at(&progress).await.map_err(|e| failed(&e))?.unwrap_or(walk::EARLIEST),
        };
        if step.after.is_none() && !step.dry_run {
            if whole {
                self.stands_at(&progress, begun).await.map_err(|e| failed(&e))?;
            }
            self.generations.keep(view, &step.into).await.map_err(|e| failed(&e))?;
        }
        let limit = step.limit.unwrap_or(COMMITS_A_STEP).clamp(1, MOST_COMMITS);
        let page = walk::page(self.log.as_ref(), begun, self.clock.now(), limit).await;
        let page = page.map_err(|e| failed(&e))?;
        // A stream is folded whole where it begins; when only a part of the log is looked at, wherever it is met.
        let begins = |commit: &&CommitRef| commit.first == 1 || !whole;
        let streams: BTreeSet<&StreamId> =
            page.commits.iter().filter(begins).map(|commit| &commit.stream).collect();
        let streams: Vec<StreamId> = streams.into_iter().cloned().collect();
        let count = streams.len();
        let built: Vec<_> = streams
            .into_iter()
            .map(|stream| self.project_into(view, &step.into, stream, step.dry_run))
            .collect();
        let rows: Vec<usize> = stream::iter(built).buffer_unordered(AT_ONCE).try_collect().await?;
        if whole && !step.dry_run {
            match page.next {
                Some(next) => self.stands_at(&progress, next).await.map_err(|e| failed(&e))?,
                None => self.ops.delete(&progress.0, &progress.1).await.map_err(|e| failed(&e))?,
            }
        }
        let rows: usize = rows.into_iter().sum();
        Ok(json!({
            "commits": page.commits.len(), "streams": count, "rows": rows, "from": begun, "next": page.next,
        }))
    }

    /// Writes the rows that a stream has in a view; tells how many they are.
    async fn project_into(
        &self,
        view: &View,
        into: &Generation,
        stream: StreamId,
        dry_run: bool,
    ) -> Result<usize, DirectError> {
        let rows = self.rows_in(view, &stream).await?;
        let count = rows.len();
        if !dry_run {
            for row in rows {
                self.generations.put_into(into, row).await.map_err(|e| failed(&e))?;
            }
        }
        Ok(count)
    }

    /// The rows that a stream has in a view.
    async fn rows_in(&self, view: &View, stream: &StreamId) -> Result<Vec<Row>, DirectError> {
        let commits = self.log.load(stream, LoadFrom::Beginning).await.map_err(|e| broken(stream, &e))?;
        verify(&commits).map_err(|e| broken(stream, &e))?;
        let views: Arc<dyn Views> = self.generations.clone();
        let rows = rows_of(self.upkept.as_ref(), &self.log, views, stream, &commits).await;
        let rows = rows.map_err(|e| broken(stream, e.as_ref()))?.into_values();
        Ok(rows.filter(|row| view_of(self.generations.declared(), &row.pk) == Some(view)).collect())
    }

    /// The rows that the streams of a stretch of the log have, as they stand in the two generations.
    pub(super) async fn compare(&self, asked: Compare) -> Result<Value, DirectError> {
        let view = self.rebuildable(&asked.view)?;
        let live = self.generations.pointer(view).await.map_err(|e| failed(&e))?.live;
        let (streams, next) = self.begun_since(asked.after).await?;
        let compared: Vec<_> =
            streams.into_iter().map(|stream| self.compare_stream(view, &live, &asked.into, stream)).collect();
        let compared: Vec<[Checksum; 2]> =
            stream::iter(compared).buffer_unordered(AT_ONCE).try_collect().await?;
        let (mut of_live, mut of_into) = (Checksum::default(), Checksum::default());
        for [live, into] in compared {
            of_live.join(live);
            of_into.join(into);
        }
        Ok(json!({ "live": of_live.answer(), "into": of_into.answer(), "next": next }))
    }

    async fn compare_stream(
        &self,
        view: &View,
        live: &Generation,
        into: &Generation,
        stream: StreamId,
    ) -> Result<[Checksum; 2], DirectError> {
        let mut sums = [Checksum::default(); 2];
        // A row that is made from two streams is counted with the one it shows.
        let rows = self.rows_in(view, &stream).await?.into_iter();
        for row in rows.filter(|row| view.stream_of(row).as_ref() == Some(&stream)) {
            for (generation, sum) in [live, into].into_iter().zip(&mut sums) {
                let present = self.generations.get_from(generation, &row.pk, &row.sk).await;
                if let Some(present) = present.map_err(|e| failed(&e))? {
                    sum.add(&present);
                }
            }
        }
        Ok(sums)
    }

    /// The streams that began in a stretch of the log, and where the next one begins.
    async fn begun_since(
        &self,
        after: Option<Timestamp>,
    ) -> Result<(Vec<StreamId>, Option<Timestamp>), DirectError> {
        let from = after.unwrap_or(walk::EARLIEST);
        let page = walk::page(self.log.as_ref(), from, self.clock.now(), COMMITS_A_STEP).await;
        let page = page.map_err(|e| failed(&e))?;
        let begun = page.commits.into_iter().filter(|commit| commit.first == 1);
        Ok((begun.map(|commit| commit.stream).collect(), page.next))
    }

    pub(super) async fn switch(&self, asked: Switch) -> Result<Value, DirectError> {
        let view = self.rebuildable(&asked.view)?;
        let progress = progress(view, &asked.into);
        if let Some(at) = self.stood_at(&progress).await.map_err(|e| failed(&e))? {
            let text = format!("{} is built up to {at} only; go on with replay first", asked.into);
            return Err(DirectError::new("unfinished", text));
        }
        let before = self.generations.switch(view, &asked.into).await.map_err(|e| failed(&e))?;
        let before = before.ok_or_else(|| {
            let text = format!("nobody writes a generation {} of {}; build it first", asked.into, view.name);
            DirectError::new("unknown", text)
        })?;
        tracing::info!(view = view.name, live = %asked.into, before = %before, "view switched");
        Ok(json!({ "live": asked.into, "before": before }))
    }

    pub(super) async fn drop_generation(&self, asked: DropGeneration) -> Result<Value, DirectError> {
        let view = self.view(&asked.view)?;
        if !self.generations.let_go(view, &asked.generation).await.map_err(|e| failed(&e))? {
            let text = format!(
                "{} of {} is read, or was two minutes ago; try again later",
                asked.generation, view.name
            );
            return Err(DirectError::new("live", text));
        }
        let (pk, sk) = progress(view, &asked.generation);
        self.ops.delete(&pk, &sk).await.map_err(|e| failed(&e))?;
        let (streams, next) = self.begun_since(asked.after).await?;
        let mut partitions = BTreeSet::new();
        for stream in streams {
            partitions.extend(self.rows_in(view, &stream).await?.into_iter().map(|row| row.pk));
        }
        let mut deleted = 0;
        for partition in partitions {
            deleted += self.empty(&asked.generation, partition).await?;
            if deleted >= MOST_DELETED {
                // There may be more of it: the same stretch again.
                return Ok(json!({ "deleted": deleted, "next": asked.after.unwrap_or(walk::EARLIEST) }));
            }
        }
        Ok(json!({ "deleted": deleted, "next": next }))
    }

    /// Deletes the rows of a partition, those of other shapes too; tells how many, [`MOST_DELETED`] or so at most.
    async fn empty(&self, generation: &Generation, partition: String) -> Result<usize, DirectError> {
        let mut deleted = 0;
        loop {
            let query = Query {
                index: Index::Primary,
                partition: partition.clone(),
                from: None,
                to: None,
                descending: false,
                filters: Vec::new(),
                limit: MOST_DELETED,
                after: None,
            };
            let page = self.generations.query_in(generation, query).await.map_err(|e| failed(&e))?;
            let rows = &page.rows;
            let deletions: Vec<_> =
                rows.iter().map(|row| self.generations.delete_from(generation, row)).collect();
            let deletions = stream::iter(deletions).buffer_unordered(AT_ONCE);
            deletions.try_collect::<()>().await.map_err(|e| failed(&e))?;
            deleted += rows.len();
            if page.next.is_none() || deleted >= MOST_DELETED {
                return Ok(deleted);
            }
        }
    }

    async fn stood_at(&self, (pk, sk): &(String, String)) -> Result<Option<Timestamp>, StorageError> {
        Ok(self.ops.get(pk, sk).await?.and_then(|item| item.body.parse().ok()))
    }

    async fn stands_at(&self, (pk, sk): &(String, String), at: Timestamp) -> Result<(), StorageError> {
        let (pk, sk) = (pk.clone(), sk.clone());
        self.ops.put(OpsItem { pk, sk, body: at.to_string(), expires: None }).await
    }
}

fn progress(view: &View, generation: &Generation) -> (String, String) {
    (PROGRESS.to_owned(), format!("{}#{generation}", view.name))
}
