use event_store::Position;
use schemars::JsonSchema;
use serde::Serialize;
use sync_domain::deal_rows::RowState;
use sync_domain::difference::{Edit, plan_by};
use sync_domain::{Connection, DealId, Grid, RowKey, RowPlan};

use super::compare::{CompareError, tracked};
use super::rows;
use crate::commands::header_fault;
use crate::row_view::shown;
use crate::{Sheets, connection_stream};

/// How many rows a preview looks at, at most: what fits into one answer.
const MOST_ROWS: usize = 1_000;

/// What a run would do now.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Preview {
    /// Rows that were looked at.
    pub rows: usize,
    /// Rows it would add.
    pub append: usize,
    /// Rows that lines without a key show already, which it would give their keys.
    pub adopt: usize,
    /// Rows in which it would change cells.
    pub update: usize,
    /// Rows that stand there as wanted, or as people left them.
    pub same: usize,
    /// Rows that people deleted, which stay deleted.
    pub orphaned: usize,
    /// Each row that it would add or change.
    pub actions: Vec<RowAction>,
    /// Whether there are more rows than a preview looks at; the run itself looks at all of them.
    pub truncated: bool,
}

/// What a run would do to a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RowAction {
    /// The row.
    pub key: RowKey,
    /// Its deal.
    pub deal_id: DealId,
    /// `append`, `adopt` or `update`.
    pub action: &'static str,
    /// The cells it would write, by column, as people would read them.
    pub cells: std::collections::BTreeMap<String, String>,
    /// Cells that people changed and that it would ask the deal to take, by column, with what stands there.
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub asked: std::collections::BTreeMap<String, String>,
    /// Cells that people changed and that it would leave alone, by column, with what stands there.
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub left_alone: std::collections::BTreeMap<String, String>,
}

/// What a run would do, without doing it. Held rows count only when they would be released.
///
/// # Errors
/// [`CompareError`]
pub async fn preview(sheets: &Sheets, release: bool) -> Result<Preview, CompareError> {
    let connection = sheets.store.load::<Connection>(&connection_stream(&sheets.tenant)).await;
    let connection = connection.map_err(|error| CompareError::Storage(error.into()))?;
    let sheets = &sheets.under(connection.state());
    let mut grid = Grid::of(sheets.spreadsheet.read().await.map_err(CompareError::Sheet)?);
    if let Some(fault) = header_fault(&grid) {
        return Err(CompareError::Sheet(fault));
    }
    let mut preview = Preview::default();
    let mut after: Option<Position> = None;
    while preview.rows < MOST_ROWS {
        let page = rows(sheets, None, None, 200, after).await;
        let page = page.map_err(|error| CompareError::Storage(error.into()))?;
        for (key, row) in tracked(sheets, &page).await.map_err(CompareError::Storage)? {
            if row.state == RowState::Held && !release {
                continue;
            }
            let plan = match row.state {
                RowState::Orphaned => RowPlan::Orphan,
                _ => {
                    let known = (row.written.as_ref(), row.offered.as_slice());
                    plan_by(&grid, key, &row.wanted, known, |_, _| sheets.policy)
                }
            };
            if let RowPlan::Adopt { line, .. } = plan {
                grid.adopt(line);
            }
            preview.count(key, plan, shown(&row.wanted));
        }
        after = page.next;
        if after.is_none() {
            return Ok(preview);
        }
    }
    preview.truncated = true;
    Ok(preview)
}

impl Preview {
    fn count(&mut self, key: RowKey, plan: RowPlan, wanted: std::collections::BTreeMap<String, String>) {
        self.rows = self.rows.saturating_add(1);
        let (count, action) = match plan {
            RowPlan::Append => (&mut self.append, Some(("append", wanted, (Vec::new(), Vec::new())))),
            RowPlan::Adopt { writes, .. } => {
                let cells =
                    writes.into_iter().map(|(column, cell)| (column.name().to_owned(), cell.meaning()));
                (&mut self.adopt, Some(("adopt", cells.collect(), (Vec::new(), Vec::new()))))
            }
            RowPlan::Update { writes, asks, edits, .. } if !writes.is_empty() || !asks.is_empty() => {
                let cells =
                    writes.into_iter().map(|(column, cell)| (column.name().to_owned(), cell.meaning()));
                (&mut self.update, Some(("update", cells.collect(), (asks, edits))))
            }
            RowPlan::Same { .. } | RowPlan::Update { .. } => (&mut self.same, None),
            RowPlan::Orphan => (&mut self.orphaned, None),
        };
        *count = count.saturating_add(1);
        if let Some((action, cells, (asks, edits))) = action {
            let typed = |edits: Vec<Edit>| {
                edits.into_iter().map(|edit| (edit.column.name().to_owned(), edit.found.meaning())).collect()
            };
            let (asked, left_alone) = (typed(asks), typed(edits));
            self.actions.push(RowAction { key, deal_id: key.root(), action, cells, asked, left_alone });
        }
    }
}
