//! Rebuilding a view beside the one that is read.
//!
//! A step folds the streams that began in a stretch of the log and writes their rows into the new generation. From the
//! first step on the relay writes that generation too, so what happens meanwhile is in it: of a row the newer sequence stays,
//! whoever writes first. A step may be repeated, and a rebuild that was given up goes on where it stood.

use std::collections::BTreeSet;

use event_store::views::view_of;
use event_store::{Generation, OpsItem, Position, StorageError, StreamId, View, Views};
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
/// Rows of the table looked at, or deleted, in one invocation.
const ROWS_A_PAGE: usize = 1_000;
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
    after: Option<Position>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Switch {
    view: String,
    into: Generation,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Drop {
    view: String,
    generation: Generation,
    #[serde(default)]
    after: Option<Position>,
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
        let begins = |commit: &&event_store::CommitRef| commit.first == 1 || !whole;
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
        let commits = self.log.load(&stream, event_store::LoadFrom::Beginning).await;
        let commits = commits.map_err(|e| broken(&stream, &e))?;
        event_store::log::verify(&commits).map_err(|e| broken(&stream, &e))?;
        let views: std::sync::Arc<dyn Views> = self.generations.clone();
        let rows = rows_of(self.upkept.as_ref(), &self.log, views, &stream, &commits).await;
        let rows = rows.map_err(|e| broken(&stream, e.as_ref()))?;
        let mut count = 0;
        for row in rows.into_values() {
            if view_of(self.generations.declared(), &row.pk) != Some(view) {
                continue;
            }
            count += 1;
            if !dry_run {
                self.generations.put_into(into, row).await.map_err(|e| failed(&e))?;
            }
        }
        Ok(count)
    }

    pub(super) async fn compare(&self, asked: Compare) -> Result<Value, DirectError> {
        let view = self.rebuildable(&asked.view)?;
        let live = self.generations.pointer(view).await.map_err(|e| failed(&e))?.live;
        let page = self.generations.table().page(ROWS_A_PAGE, asked.after).await.map_err(|e| failed(&e))?;
        let (mut of_live, mut of_into) = (Checksum::default(), Checksum::default());
        for row in page.rows {
            let (generation, partition) = Generation::of(&row.pk);
            if view_of(self.generations.declared(), partition) != Some(view) {
                continue;
            }
            if generation == live {
                of_live.add(&generation.take_row(row));
            } else if generation == asked.into {
                of_into.add(&generation.take_row(row));
            }
        }
        Ok(json!({ "live": of_live.answer(), "into": of_into.answer(), "next": page.next }))
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

    pub(super) async fn drop_generation(&self, asked: Drop) -> Result<Value, DirectError> {
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
        let table = self.generations.table();
        let page = table.page(ROWS_A_PAGE, asked.after).await.map_err(|e| failed(&e))?;
        let of_view = |pk: &str| {
            let (generation, partition) = Generation::of(pk);
            generation == asked.generation && view_of(self.generations.declared(), partition) == Some(view)
        };
        let rows: Vec<_> = page.rows.into_iter().filter(|row| of_view(&row.pk)).collect();
        let deleted = rows.len();
        let deletions: Vec<_> = rows.iter().map(|row| table.delete(&row.pk, &row.sk)).collect();
        let deletions = stream::iter(deletions).buffer_unordered(AT_ONCE);
        deletions.try_collect::<()>().await.map_err(|e| failed(&e))?;
        Ok(json!({ "deleted": deleted, "next": page.next }))
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
