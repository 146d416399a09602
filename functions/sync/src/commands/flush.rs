//! Writing the rows that wait: read what stands there, write what differs in one call, remember what was written.
//!
//! Whatever breaks off in between, the next flush begins by reading. A row whose key stands there is never appended again, so
//! an answer that was lost doubles nothing, and one that a line without a key shows already gets that line instead of a second.
//! A write that was not answered may still land: the next flush leaves it time to.

use std::collections::BTreeMap;

use event_store::{BoxError, Query, Request, StorageError};
use futures_util::future::try_join_all;
use kernel::{CorrelationId, Timestamp};
use resilience::{Admission, Report};
use sync_domain::deal_rows::{Command, Seen, Settled};
use sync_domain::difference::plan_by;
use sync_domain::layout::{header, misplaced};
use sync_domain::{Cell, Content, DealId, DealRows, Grid, RowKey, RowPlan};

use super::ask::{Met, Waits, settle_edits, taken};
use crate::ports::{SheetFault, Writes};
use crate::projections::{BY_STATE, CHANGED_AT, CORRELATION, rows_in_state};
use crate::row_view::RowView;
use crate::{Sheets, WRITES, connection_stream, rows_stream};

/// Most rows one call writes; the last deal is finished even if it goes beyond.
const ROWS_A_FLUSH: usize = 100;
/// How long rows wait for others to go with them, in milliseconds, unless there are enough for a call of their own.
const GATHERED_MS: i64 = 5_000;
/// How long the list of rows is given to catch up with the streams, in milliseconds.
const LIST_TRAILS_MS: u64 = 1_000;

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
    /// The spreadsheet did not answer a write, which it may still carry out. Whoever reads too soon does not see it, and would write
    /// the same again.
    #[error("the rows may be written yet")]
    Unsettled(#[source] SheetFault),
    /// It is not called now: its breaker is open, it was written to too often, or what there is to write shows only soon.
    #[error("the spreadsheet is left alone for {wait_ms} ms")]
    Waits {
        /// How long, in milliseconds.
        wait_ms: u64,
    },
    /// A context whose list a tab mirrors.
    #[error("another context did not answer")]
    Source(#[source] BoxError),
    /// Own tables.
    #[error("own tables did not answer")]
    Storage(#[source] BoxError),
}

impl FlushError {
    /// What a fault of a write comes to.
    pub(super) const fn of_write(fault: SheetFault) -> Self {
        match fault {
            SheetFault::Unavailable(_) => Self::Unsettled(fault),
            _ => Self::Sheet(fault),
        }
    }

    /// What it says about the provider.
    pub(super) fn report(&self) -> Report {
        match self {
            Self::Sheet(fault) | Self::Unsettled(fault) => fault.report(),
            Self::Waits { .. } | Self::Source(_) | Self::Storage(_) => Report::Works,
        }
    }
}

impl From<SheetFault> for FlushError {
    fn from(fault: SheetFault) -> Self {
        Self::Sheet(fault)
    }
}

/// What goes out for one row, and what is remembered once it has.
#[derive(Debug)]
struct Action {
    deal: DealId,
    part: u32,
    writes: Writes,
    settled: Settled,
}

impl Action {
    /// What the plan of a row comes to.
    fn of(waits: &Waits<'_>, plan: &RowPlan, met: Met) -> Self {
        let (key, wanted) = (waits.key, &waits.row.wanted);
        let mut writes = Writes::default();
        let seen = match plan {
            RowPlan::Append => {
                let cells = wanted.cells().map(|(_, cell)| cell.clone());
                writes.append.push(std::iter::once(Cell::text(&key.to_string())).chain(cells).collect());
                Seen::Written
            }
            RowPlan::Adopt { line, .. } => {
                writes.keys.push((*line, key));
                writes.update.extend(met.writes.into_iter().map(|(column, cell)| (*line, column, cell)));
                Seen::Written
            }
            RowPlan::Update { line, .. } => {
                writes.update.extend(met.writes.into_iter().map(|(column, cell)| (*line, column, cell)));
                writes.notes.extend(met.notes.into_iter().map(|(column, text)| (*line, column, text)));
                if met.edits.is_empty() { Seen::Written } else { Seen::Edited { edits: met.edits } }
            }
            RowPlan::Same { line } => {
                writes.notes.extend(met.notes.into_iter().map(|(column, text)| (*line, column, text)));
                Seen::Written
            }
            RowPlan::Orphan => Seen::Deleted,
        };
        let settled = Settled { wanted: wanted.clone(), seen, conflicts: met.conflicts };
        Self { deal: key.root(), part: key.number(), writes, settled }
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
    let sheets = &sheets.under(connection.state());
    let Gathered { deals: waiting, more, oldest } = gather(sheets).await.map_err(FlushError::Storage)?;
    if waiting.iter().all(|deal| deal.rows.state().pending().next().is_none()) {
        // The list trails the streams: behind rows that only it still takes for waiting there may be some that do.
        if more {
            return Err(FlushError::Waits { wait_ms: LIST_TRAILS_MS });
        }
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
    let report = written.as_ref().map_or_else(FlushError::report, |_| Report::Works);
    let reported = sheets.breaker.report(admission, &report).await.map_err(storage);
    foremost(written, reported)
}

/// What came of a thing, or else of what was noted of it: whoever does not hear that a write may land yet tries again too soon.
pub(crate) fn foremost<T>(
    outcome: Result<T, FlushError>,
    noted: Result<(), FlushError>,
) -> Result<T, FlushError> {
    let done = outcome?;
    noted.map(|()| done)
}

/// Reads the sheet, writes what differs, and remembers it.
async fn write(sheets: &Sheets, waiting: &[Waiting], more: bool) -> Result<Flushed, FlushError> {
    let mut grid = Grid::of(sheets.spreadsheet.read().await?);
    if let Some(fault) = header_fault(&grid) {
        return Err(fault.into());
    }
    let mut actions = Vec::new();
    for deal in waiting {
        let Some(known) = deal.rows.state().known() else { continue };
        for (part, row) in deal.rows.state().pending() {
            let waits = Waits { key: RowKey::new(deal.id, part), known, row, correlation: &deal.correlation };
            let plan = plan_by(
                &grid,
                waits.key,
                &row.wanted,
                (row.written.as_ref(), &row.offered),
                |column, found| taken(row, column, found).unwrap_or(sheets.policy),
            );
            if let RowPlan::Adopt { line, .. } = plan {
                tracing::info!(row.key = %waits.key, line, "a line of the sheet shows a row already: it gets its key");
                grid.adopt(line);
            }
            if let Some(met) = settle_edits(sheets, &waits, &plan).await.map_err(FlushError::Storage)? {
                actions.push(Action::of(&waits, &plan, met));
            }
        }
    }
    let mut flushed = Flushed { rows: actions.len(), cells: 0, more };
    let mut headless = grid.header.is_none();
    // What is refused for good is split until the row stands alone that causes it; its neighbours do not wait for it.
    let mut batches = vec![actions];
    while let Some(mut batch) = batches.pop() {
        match send(sheets, &batch, headless).await {
            Ok(cells) => {
                headless = headless && batch.iter().all(|action| action.writes.append.is_empty());
                flushed.cells = flushed.cells.saturating_add(cells);
            }
            Err(FlushError::Sheet(SheetFault::Refused(reason))) => match batch.as_mut_slice() {
                [alone] => {
                    tracing::error!(row.part = alone.part, deal.id = %alone.deal, reason, "a row was refused");
                    alone.settled.seen = Seen::Refused { reason };
                }
                several => {
                    let rest = several.len().div_ceil(2);
                    batches.push(batch.split_off(rest));
                    batches.push(batch);
                    continue;
                }
            },
            Err(error) => return Err(error),
        }
        remember(sheets, waiting, batch).await?;
    }
    Ok(flushed)
}

/// Sends what goes out for these rows in one call; none when nothing does. Gives how many cells were written.
async fn send(sheets: &Sheets, batch: &[Action], headless: bool) -> Result<usize, FlushError> {
    let mut writes = Writes::default();
    for action in batch {
        writes.extend(&action.writes);
    }
    if writes.is_empty() {
        return Ok(0);
    }
    let cells = writes.cells();
    if headless && !writes.append.is_empty() {
        writes.append.insert(0, header());
    }
    if let Some(wait_ms) = sheets.limiter.take("sheet-writes", WRITES, 1).await.map_err(storage)? {
        return Err(FlushError::Waits { wait_ms: u64::try_from(wait_ms).unwrap_or(0) });
    }
    sheets.spreadsheet.write(&writes).await.map_err(FlushError::of_write)?;
    Ok(cells)
}

/// Remembers what became of rows, deal by deal.
async fn remember(sheets: &Sheets, waiting: &[Waiting], batch: Vec<Action>) -> Result<(), FlushError> {
    let mut seen: BTreeMap<DealId, Vec<(u32, Settled)>> = BTreeMap::new();
    for action in batch {
        seen.entry(action.deal).or_default().push((action.part, action.settled));
    }
    let settled = waiting.iter().filter_map(|deal| Some(settle(sheets, deal, seen.remove(&deal.id)?)));
    try_join_all(settled).await.map_err(FlushError::Storage)?;
    Ok(())
}

pub(super) fn storage(error: StorageError) -> FlushError {
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
