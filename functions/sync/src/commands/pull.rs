//! Looking at what people did in the sheet. A pull writes nothing and asks nobody: it finds the rows that are not as they were last
//! written and lets them wait for a flush, which reads again and settles each cell.

use std::collections::BTreeMap;

use event_store::{BoxError, Index, Position, Query, Request};
use kernel::CorrelationId;
use resilience::{Admission, Report};
use sync_domain::deal_rows::{Command, RowState};
use sync_domain::{Connection, DealId, DealRows, Grid};

use super::flush::{FlushError, header_fault, storage};
use crate::projections::rows_partition;
use crate::row_view::{RowView, shown};
use crate::{Sheets, connection_stream, rows_stream};

/// Rows that are read in one query.
const ROWS_A_PAGE: usize = 1_000;
/// Most deals that one pull lets wait; the next one finds the others.
const MOST_DEALS: usize = 200;

/// What a pull found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pulled {
    /// Rows that were compared.
    pub rows: usize,
    /// Deals with rows that people changed, deleted or brought back.
    pub deals: usize,
}

/// What a deal's rows need, from what the sheet shows of them.
#[derive(Debug, Default)]
struct Found {
    recheck: bool,
    returned: Vec<u32>,
}

/// Compares every row with what was last written, and lets those that differ wait for a flush. One call, which reads; none
/// while the connection is paused.
///
/// # Errors
/// [`FlushError`]; what was not found is found by the next pull.
pub async fn pull(sheets: &Sheets, correlation: &CorrelationId) -> Result<Pulled, FlushError> {
    let connection = sheets.store.load::<Connection>(&connection_stream(&sheets.tenant)).await;
    let connection = connection.map_err(|error| FlushError::Storage(error.into()))?;
    if connection.state().paused_at.is_some() {
        return Ok(Pulled::default());
    }
    let admission = sheets.breaker.admit().await.map_err(storage)?;
    if let Admission::Wait { wait_ms } = admission {
        return Err(FlushError::Waits { wait_ms: u64::try_from(wait_ms).unwrap_or(0) });
    }
    let grid = sheets.spreadsheet.read().await.map(Grid::of).and_then(|grid| match header_fault(&grid) {
        Some(fault) => Err(fault),
        None => Ok(grid),
    });
    let report = grid.as_ref().map_or_else(|fault| fault.report(), |_| Report::Works);
    sheets.breaker.report(admission, &report).await.map_err(storage)?;
    let grid = grid?;
    let (rows, found) = differing(sheets, &grid).await.map_err(FlushError::Storage)?;
    let pulled = Pulled { rows, deals: found.len() };
    for (deal, found) in found.into_iter().take(MOST_DEALS) {
        if found.recheck {
            wait(sheets, correlation, deal, Command::Recheck).await.map_err(FlushError::Storage)?;
        }
        if !found.returned.is_empty() {
            let command = Command::Return { parts: found.returned };
            wait(sheets, correlation, deal, command).await.map_err(FlushError::Storage)?;
        }
    }
    Ok(pulled)
}

/// The deals whose rows differ, from the list of rows. Where it trails the streams a deal is looked at once more, or next time.
async fn differing(sheets: &Sheets, grid: &Grid) -> Result<(usize, BTreeMap<DealId, Found>), BoxError> {
    let (mut rows, mut found) = (0_usize, BTreeMap::<DealId, Found>::new());
    let mut after: Option<Position> = None;
    loop {
        let page = sheets
            .views
            .query(Query {
                index: Index::Primary,
                partition: rows_partition(&sheets.tenant),
                from: None,
                to: None,
                descending: false,
                filters: Vec::new(),
                limit: ROWS_A_PAGE,
                after,
            })
            .await?;
        for row in &page.rows {
            let view: RowView = serde_json::from_str(&row.body)?;
            rows = rows.saturating_add(1);
            match differs(grid, &view) {
                Some(Difference::Changed) => found.entry(view.deal_id).or_default().recheck = true,
                Some(Difference::Returned) => {
                    found.entry(view.deal_id).or_default().returned.push(view.part);
                }
                None => {}
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok((rows, found));
        }
    }
}

enum Difference {
    Changed,
    Returned,
}

/// How a row differs from what was last written, if it does. What is known to have been changed there and was left alone is no
/// news.
fn differs(grid: &Grid, row: &RowView) -> Option<Difference> {
    let line = grid.line(row.key);
    if row.state == RowState::Orphaned.name() {
        return line.map(|_| Difference::Returned);
    }
    if row.state != RowState::Written.name() && row.state != RowState::Conflict.name() {
        return None;
    }
    let Some(line) = line else { return Some(Difference::Changed) };
    let mut expected = row.written.clone().unwrap_or_default();
    for edit in &row.edits {
        expected.insert(edit.column.clone(), edit.found.clone());
    }
    expected.retain(|_, text| !text.is_empty());
    (shown(&line.content) != expected).then_some(Difference::Changed)
}

async fn wait(
    sheets: &Sheets,
    correlation: &CorrelationId,
    deal: DealId,
    command: Command,
) -> Result<(), BoxError> {
    let request = Request::new(sheets.by_itself(correlation.clone()));
    sheets.store.execute::<DealRows>(&rows_stream(&sheets.tenant, deal), &request, &command).await?;
    Ok(())
}
