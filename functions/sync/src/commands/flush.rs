//! Writing the rows that wait: read what stands there, write what differs in one call, remember what was written.
//!
//! Whatever breaks off in between, the next flush begins by reading. A row whose key stands there is never appended again, so
//! an answer that was lost doubles nothing.

use std::collections::BTreeMap;

use event_store::{BoxError, Query, Request, StorageError};
use futures_util::future::try_join_all;
use kernel::{CorrelationId, Timestamp};
use resilience::{Admission, Report};
use sync_domain::deal_rows::{Command, Seen, Settled};
use sync_domain::layout::{header, misplaced};
use sync_domain::{Cell, Content, DealId, DealRows, Grid, RowKey, RowPlan, plan};

use crate::ports::{SheetFault, Writes};
use crate::projections::{BY_STATE, CHANGED_AT, CORRELATION, rows_in_state};
use crate::row_view::RowView;
use crate::{Sheets, WRITES, connection_stream, rows_stream};

/// Most rows one call writes; the last deal is finished even if it goes beyond.
const ROWS_A_FLUSH: usize = 100;
/// How long rows wait for others to go with them, in milliseconds, unless there are enough for a call of their own.
const GATHERED_MS: i64 = 5_000;

/// What a flush did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flushed {
    /// Rows that were looked at.
    pub rows: usize,
    /// Cells that were written.
    pub cells: usize,
    /// Whether rows still wait.
    pub more: bool,
}

/// Why a flush did not go through.
#[derive(Debug, thiserror::Error)]
pub enum FlushError {
    /// The spreadsheet.
    #[error("the rows were not written")]
    Sheet(#[source] SheetFault),
    /// It is not called now: its breaker is open, it was written to too often, or there may soon be more to write.
    #[error("the spreadsheet is left alone for {wait_ms} ms")]
    Waits {
        /// How long, in milliseconds.
        wait_ms: u64,
    },
    /// Own tables.
    #[error("own tables did not answer")]
    Storage(#[source] BoxError),
}

impl From<SheetFault> for FlushError {
    fn from(fault: SheetFault) -> Self {
        Self::Sheet(fault)
    }
}

/// What has to happen to rows, all together.
#[derive(Debug, Default)]
pub struct Actions {
    /// What goes out.
    pub writes: Writes,
    seen: BTreeMap<DealId, Vec<(u32, Settled)>>,
}

impl Actions {
    /// Plans one row.
    pub fn add(&mut self, key: RowKey, wanted: &Content, plan: RowPlan) {
        let seen = match plan {
            RowPlan::Append => {
                let cells = wanted.cells().map(|(_, cell)| cell.clone());
                self.writes.append.push(std::iter::once(Cell::text(&key.to_string())).chain(cells).collect());
                Seen::Written
            }
            RowPlan::Update { line, writes, edits } => {
                self.writes.update.extend(writes.into_iter().map(|(column, cell)| (line, column, cell)));
                if edits.is_empty() { Seen::Written } else { Seen::Edited { edits } }
            }
            RowPlan::Same => Seen::Written,
            RowPlan::Orphan => Seen::Deleted,
        };
        let settled = Settled { wanted: wanted.clone(), seen };
        self.seen.entry(key.root()).or_default().push((key.number(), settled));
    }
}

/// What is wrong with the columns of a tab, if anything; an empty tab is fine, it gets a header.
#[must_use]
pub fn header_fault(grid: &Grid) -> Option<SheetFault> {
    let misplaced = match &grid.header {
        Some(header) => misplaced(header),
        None if grid.is_empty() => Vec::new(),
        None => misplaced(&Content::default()),
    };
    if misplaced.is_empty() {
        return None;
    }
    let name = |(column, found): &(sync_domain::Column, String)| {
        format!("{} has {found:?} above it instead of {:?}", column.letter(), column.header())
    };
    Some(SheetFault::Denied(format!(
        "columns moved: {}",
        misplaced.iter().map(name).collect::<Vec<_>>().join("; ")
    )))
}

/// Writes the rows that wait, at most about a hundred, in one call, as soon as there are so many or the first has waited for five
/// seconds. Makes no call when none wait or the connection is paused.
///
/// # Errors
/// [`FlushError`]; every row that was not settled still waits.
pub async fn flush(sheets: &Sheets) -> Result<Flushed, FlushError> {
    let connection = sheets.store.load::<sync_domain::Connection>(&connection_stream(&sheets.tenant)).await;
    let connection = connection.map_err(|error| FlushError::Storage(error.into()))?;
    if connection.state().paused_at.is_some() {
        return Ok(Flushed::default());
    }
    let Gathered { deals: waiting, more, oldest } = gather(sheets).await.map_err(FlushError::Storage)?;
    if waiting.iter().all(|deal| deal.rows.state().pending().next().is_none()) {
        return Ok(Flushed::default());
    }
    let young_ms = oldest.map_or(0, |at| GATHERED_MS.saturating_sub(sheets.clock.now().since_ms(at)));
    if !more && young_ms > 0 {
        return Err(FlushError::Waits { wait_ms: u64::try_from(young_ms).unwrap_or(0) });
    }
    let admission = sheets.breaker.admit().await.map_err(storage)?;
    if let Admission::Wait { wait_ms } = admission {
        return Err(FlushError::Waits { wait_ms: u64::try_from(wait_ms).unwrap_or(0) });
    }
    let written = write(sheets, &waiting, more).await;
    let report = match &written {
        Err(FlushError::Sheet(fault)) => fault.report(),
        Ok(_) | Err(FlushError::Waits { .. } | FlushError::Storage(_)) => Report::Works,
    };
    sheets.breaker.report(admission, &report).await.map_err(storage)?;
    written
}

/// Reads the sheet, writes what differs, and remembers it.
async fn write(sheets: &Sheets, waiting: &[Waiting], more: bool) -> Result<Flushed, FlushError> {
    let grid = Grid::of(sheets.spreadsheet.read().await?);
    if let Some(fault) = header_fault(&grid) {
        return Err(fault.into());
    }
    let mut actions = Actions::default();
    for deal in waiting {
        for (part, row) in deal.rows.state().pending() {
            let key = RowKey::new(deal.id, part);
            let plan = plan(&grid, key, &row.wanted, row.written.as_ref(), sheets.policy);
            actions.add(key, &row.wanted, plan);
        }
    }
    let mut flushed = Flushed { rows: actions.seen.values().map(Vec::len).sum(), cells: 0, more };
    if !actions.writes.is_empty() {
        flushed.cells = actions.writes.cells();
        if grid.header.is_none() && !actions.writes.append.is_empty() {
            actions.writes.append.insert(0, header());
        }
        if let Some(wait_ms) = sheets.limiter.take("sheet-writes", WRITES, 1).await.map_err(storage)? {
            return Err(FlushError::Waits { wait_ms: u64::try_from(wait_ms).unwrap_or(0) });
        }
        sheets.spreadsheet.write(&actions.writes).await?;
    }
    let settled = waiting.iter().filter_map(|deal| {
        let seen = actions.seen.remove(&deal.id)?;
        Some(settle(sheets, deal, seen))
    });
    try_join_all(settled).await.map_err(FlushError::Storage)?;
    Ok(flushed)
}

fn storage(error: StorageError) -> FlushError {
    FlushError::Storage(error.into())
}

/// A deal with rows that wait.
struct Waiting {
    id: DealId,
    correlation: CorrelationId,
    rows: event_store::Stream<DealRows>,
}

/// Deals whose rows wait.
struct Gathered {
    deals: Vec<Waiting>,
    /// Whether there are more.
    more: bool,
    /// When the first of their rows began to wait.
    oldest: Option<Timestamp>,
}

/// The deals whose rows wait, from their own streams. The list only says where to look: it may trail the streams.
async fn gather(sheets: &Sheets) -> Result<Gathered, BoxError> {
    let page = sheets
        .views
        .query(Query {
            index: BY_STATE,
            partition: rows_in_state(&sheets.tenant, "pending"),
            from: None,
            to: None,
            descending: false,
            filters: Vec::new(),
            limit: ROWS_A_FLUSH,
            after: None,
        })
        .await?;
    let mut deals: Vec<(DealId, CorrelationId)> = Vec::new();
    let mut oldest: Option<Timestamp> = None;
    for row in &page.rows {
        let at = row.attributes.get(CHANGED_AT).and_then(|at| at.parse().ok());
        oldest = oldest.into_iter().chain(at).min();
        let view: RowView = serde_json::from_str(&row.body)?;
        if deals.last().is_none_or(|(last, _)| *last != view.deal_id) {
            let correlation = row.attributes.get(CORRELATION).map(String::as_str).unwrap_or("unknown");
            deals.push((view.deal_id, correlation.parse()?));
        }
    }
    let loads = deals.into_iter().map(|(id, correlation)| async move {
        let rows = sheets.store.load::<DealRows>(&rows_stream(&sheets.tenant, id)).await?;
        Ok::<_, BoxError>(Waiting { id, correlation, rows })
    });
    Ok(Gathered { deals: try_join_all(loads).await?, more: page.next.is_some(), oldest })
}

async fn settle(sheets: &Sheets, deal: &Waiting, seen: Vec<(u32, Settled)>) -> Result<(), BoxError> {
    let request = Request::new(sheets.by_itself(deal.correlation.clone()));
    let stream = rows_stream(&sheets.tenant, deal.id);
    sheets.store.execute::<DealRows>(&stream, &request, &Command::Settle { seen }).await?;
    Ok(())
}
