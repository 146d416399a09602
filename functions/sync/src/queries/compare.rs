use event_store::{BoxError, Page, Position};
use futures_util::future::try_join_all;
use schemars::JsonSchema;
use serde::Serialize;
use sync_domain::deal_rows::Tracked;
use sync_domain::{Cell, DealId, DealRows, Grid, RowKey};

use super::rows;
use crate::ports::SheetFault;
use crate::row_view::RowView;
use crate::{Sheets, rows_stream};

/// Where a row is to be found in the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// On one line.
    Once,
    /// On several: somebody copied it.
    Copied,
    /// Nowhere.
    Missing,
}

/// A row that is not the same in the database, as it was last written, and in the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RowDifference {
    /// The row.
    pub key: RowKey,
    /// Its deal.
    pub deal_id: DealId,
    /// Where it stands here.
    pub state: String,
    /// Where it is in the sheet.
    pub presence: Presence,
    /// Cells that differ; none of a row that is missing.
    pub cells: Vec<CellDifference>,
}

/// A cell with its three values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CellDifference {
    /// Which one.
    pub column: &'static str,
    /// What should stand there.
    pub database: String,
    /// What was last written there; absent when nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_written: Option<String>,
    /// What stands there.
    pub sheet: String,
}

/// The differences of some rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Rows that were looked at.
    pub compared: usize,
    /// Those that differ.
    pub differences: Vec<RowDifference>,
    /// Lines of the sheet with content and no key of ours.
    pub foreign_lines: usize,
    /// Where to go on.
    pub next: Option<Position>,
}

/// Why there is no comparison.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// The spreadsheet.
    #[error("the spreadsheet was not read")]
    Sheet(#[source] SheetFault),
    /// Own tables.
    #[error("own tables did not answer")]
    Storage(#[source] BoxError),
}

/// Compares one page of rows three ways: as they should be, as they were last written, as they stand in the sheet now.
///
/// # Errors
/// [`CompareError`]
pub async fn compare(
    sheets: &Sheets,
    limit: usize,
    after: Option<Position>,
) -> Result<Comparison, CompareError> {
    let page = rows(sheets, None, None, limit, after).await;
    let page = page.map_err(|error| CompareError::Storage(error.into()))?;
    let tracked = tracked(sheets, &page).await.map_err(CompareError::Storage)?;
    let grid = Grid::of(sheets.spreadsheet.read().await.map_err(CompareError::Sheet)?);
    let differences = tracked.iter().filter_map(|(key, row)| difference(&grid, *key, row)).collect();
    Ok(Comparison {
        compared: tracked.len(),
        differences,
        foreign_lines: grid.foreign.len(),
        next: page.next,
    })
}

/// The rows of a page, from their own streams.
pub(super) async fn tracked(sheets: &Sheets, page: &Page) -> Result<Vec<(RowKey, Tracked)>, BoxError> {
    let mut keys = Vec::new();
    for row in &page.rows {
        let view: RowView = serde_json::from_str(&row.body)?;
        keys.push(view.key);
    }
    let mut deals: Vec<DealId> = keys.iter().map(|key| key.root()).collect();
    deals.dedup();
    let loads = deals.into_iter().map(|deal| async move {
        let stream = sheets.store.load::<DealRows>(&rows_stream(&sheets.tenant, deal)).await?;
        Ok::<_, BoxError>((deal, stream))
    });
    let streams = try_join_all(loads).await?;
    let found = streams.iter().flat_map(|(deal, stream)| {
        let known = stream.state().known().into_iter().flat_map(|known| &known.rows);
        known.map(|(part, row)| (RowKey::new(*deal, *part), row.clone()))
    });
    Ok(found.filter(|(key, _)| keys.contains(key)).collect())
}

fn difference(grid: &Grid, key: RowKey, row: &Tracked) -> Option<RowDifference> {
    let found = |presence, cells| {
        let (deal_id, state) = (key.root(), row.state.name().to_owned());
        Some(RowDifference { key, deal_id, state, presence, cells })
    };
    let Some(line) = grid.line(key) else { return found(Presence::Missing, Vec::new()) };
    let presence = if grid.copies.contains_key(&key) { Presence::Copied } else { Presence::Once };
    let written = |column| {
        let cells = row.written.as_ref().map(|content| content.cells());
        cells.and_then(|mut cells| cells.find(|(at, _)| *at == column)).map(|(_, cell)| cell)
    };
    let cells: Vec<CellDifference> = row
        .wanted
        .cells()
        .zip(line.content.cells())
        .filter(|((column, wanted), (_, stands))| {
            wanted != stands || written(*column).is_some_and(|cell: &Cell| cell != *wanted)
        })
        .map(|((column, wanted), (_, stands))| CellDifference {
            column: column.name(),
            database: wanted.meaning(),
            last_written: written(column).map(Cell::meaning),
            sheet: stands.meaning(),
        })
        .collect();
    if cells.is_empty() && presence == Presence::Once { None } else { found(presence, cells) }
}
