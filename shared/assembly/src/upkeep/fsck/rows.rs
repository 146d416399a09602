//! Each row, and the stream it shows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use event_store::views::view_of;
use event_store::{Index, LoadFrom, LogError, Position, Query, Row, StreamId, View, Views};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use lambda_entry::DirectError;

use super::{Findings, Place, Upkeep, rebuild};
use crate::upkeep::failed;
use crate::upkeep::shown::rows_of;

/// Streams folded at once.
const AT_ONCE: usize = 16;

impl Upkeep {
    /// A page of these partitions: every row must be one that a stream has. Whether it is the right one was seen with the
    /// stream.
    pub(super) async fn check_rows(
        &self,
        partitions: Vec<String>,
        mut row: Option<Position>,
        most: usize,
    ) -> Result<(Findings, Option<Place>), DirectError> {
        let mut found = Findings::default();
        let mut rest = partitions.into_iter();
        while let Some(partition) = rest.next() {
            let Some(view) = view_of(self.generations.declared(), &partition) else {
                return Err(DirectError::new("invalid", format!("{partition:?} is of no declared view")));
            };
            loop {
                let left = most.saturating_sub(found.rows);
                if left == 0 {
                    let partitions = std::iter::once(partition).chain(rest).collect();
                    return Ok((found, Some(Place::Rows { partitions, row })));
                }
                row = self.check_partition(view, &partition, row, left, &mut found).await?;
                if row.is_none() {
                    break;
                }
            }
        }
        Ok((found, None))
    }

    async fn check_partition(
        &self,
        view: &'static View,
        partition: &str,
        after: Option<Position>,
        limit: usize,
        found: &mut Findings,
    ) -> Result<Option<Position>, DirectError> {
        let query = Query {
            index: Index::Primary,
            partition: partition.to_owned(),
            from: None,
            to: None,
            descending: false,
            filters: Vec::new(),
            limit,
            after,
        };
        let live = self.generations.cached_pointer(view).await.map_err(|e| failed(&e))?.live;
        let page = self.generations.query_in(&live, query).await.map_err(|e| failed(&e))?;
        found.rows += page.rows.len();
        let mut shown: BTreeMap<StreamId, Vec<Row>> = BTreeMap::new();
        for row in page.rows {
            match view.stream_of(&row) {
                Some(stream) => shown.entry(stream).or_default().push(row),
                None => {
                    let what = format!("the row {} of {} in {} names no stream", row.sk, row.pk, view.name);
                    found.note("no stream", what, rebuild(view.name));
                }
            }
        }
        let checks: Vec<_> =
            shown.into_iter().map(|(stream, rows)| self.surplus(view, stream, rows)).collect();
        let mut checks = stream::iter(checks).buffered(AT_ONCE);
        while let Some(of_stream) = checks.try_next().await? {
            found.join(of_stream);
        }
        Ok(page.next)
    }

    async fn surplus(&self, view: &View, stream: StreamId, rows: Vec<Row>) -> Result<Findings, DirectError> {
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
        for row in rows {
            let place = format!("{} of {}", row.sk, row.pk);
            if !must.contains(&(row.pk, row.sk)) {
                let why =
                    if commits.is_empty() { "there is no such stream" } else { "the stream has no such row" };
                let what = format!("the row {place} in {} is surplus: {why}", view.name);
                found.note(&stream, what, rebuild(view.name));
            }
        }
        Ok(found)
    }
}
