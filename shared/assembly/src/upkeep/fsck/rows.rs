//! Each row, and the stream it shows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use event_store::views::view_of;
use event_store::{Generation, LoadFrom, LogError, Position, Row, StreamId, Views};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use lambda_entry::DirectError;

use super::{Findings, Place, Upkeep, rebuild};
use crate::upkeep::failed;
use crate::upkeep::shown::rows_of;

/// Streams folded at once.
const AT_ONCE: usize = 16;

impl Upkeep {
    /// A page of the table: every row must be one that a stream has. Whether it is the right one was seen with the stream.
    pub(super) async fn check_rows(
        &self,
        after: Option<Position>,
        most: usize,
    ) -> Result<(Findings, Option<Place>), DirectError> {
        let page = self.generations.table().page(most, after).await.map_err(|e| failed(&e))?;
        let mut found = Findings { rows: page.rows.len(), ..Findings::default() };
        let mut shown: BTreeMap<StreamId, Vec<(&'static str, Row)>> = BTreeMap::new();
        for row in page.rows {
            if let Some((view, stream, row)) = self.stream_shown(row, &mut found).await? {
                shown.entry(stream).or_default().push((view, row));
            }
        }
        let checks: Vec<_> = shown.into_iter().map(|(stream, rows)| self.surplus(stream, rows)).collect();
        let mut checks = stream::iter(checks).buffered(AT_ONCE);
        while let Some(of_stream) = checks.try_next().await? {
            found.join(of_stream);
        }
        let next = page.next.map(|row| Place::Rows { row: Some(row) });
        Ok((found, next))
    }

    /// The view and the stream of a row that is read; other rows that should be there are passed over.
    async fn stream_shown(
        &self,
        row: Row,
        found: &mut Findings,
    ) -> Result<Option<(&'static str, StreamId, Row)>, DirectError> {
        let (generation, partition) = Generation::of(&row.pk);
        let Some(view) = view_of(self.generations.declared(), partition) else {
            let what = format!("the row {} of {} belongs to no declared view", row.sk, row.pk);
            found.note("no stream", what, "declare the view in the context's upkeep.rs, or delete the row");
            return Ok(None);
        };
        let pointer = self.generations.cached_pointer(view).await.map_err(|e| failed(&e))?;
        if !pointer.kept.contains(&generation) {
            let what = format!("the row {} of {} is of a generation that nobody keeps", row.sk, row.pk);
            let todo = format!("polyctl views drop --view {} --generation {generation}", view.name);
            found.note("no stream", what, todo);
            return Ok(None);
        }
        if generation != pointer.live || !view.is_rebuildable() {
            return Ok(None);
        }
        let row = generation.take_row(row);
        let Some(stream) = view.stream_of(&row) else {
            let what = format!("the row {} of {} in {} names no stream", row.sk, row.pk, view.name);
            found.note("no stream", what, rebuild(view.name));
            return Ok(None);
        };
        Ok(Some((view.name, stream, row)))
    }

    async fn surplus(
        &self,
        stream: StreamId,
        rows: Vec<(&'static str, Row)>,
    ) -> Result<Findings, DirectError> {
        let mut found = Findings::default();
        let commits = match self.log.load(&stream, LoadFrom::Beginning).await {
            Ok(commits) => commits,
            // It was named with the streams.
            Err(LogError::Broken { .. }) => return Ok(found),
            Err(error) => return Err(failed(&error)),
        };
        let views: Arc<dyn Views> = self.generations.clone();
        let Ok(must) = rows_of(self.upkept.as_ref(), &self.log, views, &stream, &commits).await else {
            return Ok(found);
        };
        let must: BTreeSet<(String, String)> = must.into_keys().collect();
        for (view, row) in rows {
            let place = format!("{} of {}", row.sk, row.pk);
            if !must.contains(&(row.pk, row.sk)) {
                let why =
                    if commits.is_empty() { "there is no such stream" } else { "the stream has no such row" };
                found.note(&stream, format!("the row {place} in {view} is surplus: {why}"), rebuild(view));
            }
        }
        Ok(found)
    }
}
