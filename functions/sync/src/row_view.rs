//! A row as clients see it.

use std::collections::BTreeMap;

use kernel::{CorrelationId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sync_domain::deal_rows::Tracked;
use sync_domain::difference::Edit;
use sync_domain::{Content, DealId, RowKey};

/// A row of the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RowView {
    /// The key in its first column.
    pub key: RowKey,
    /// The deal it shows.
    pub deal_id: DealId,
    /// Which part of the deal, from 1.
    pub part: u32,
    /// `held`, `pending`, `written`, `conflict`, `orphaned` or `refused`.
    pub state: String,
    /// What it should show, by column; empty cells are left out.
    pub wanted: BTreeMap<String, String>,
    /// What was last known to stand there by this system's hand; absent until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<BTreeMap<String, String>>,
    /// When it was last seen there as wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written_at: Option<Timestamp>,
    /// Cells that people changed and that were left alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<CellEdit>,
    /// Why the spreadsheet does not take it, in its words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// The request that its last change belongs to, as in that request's `X-Correlation-Id`; rows listed before this was shown have
    /// none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<CorrelationId>,
}

/// A cell that people changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CellEdit {
    /// Which one.
    pub column: String,
    /// What should stand there.
    pub wanted: String,
    /// What was last written there.
    pub written: String,
    /// What stands there.
    pub found: String,
    /// Why the deal did not take it, where it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

impl RowView {
    /// Shows a row.
    #[must_use]
    pub fn of(deal_id: DealId, part: u32, row: &Tracked, correlation: &CorrelationId) -> Self {
        Self {
            key: RowKey::new(deal_id, part),
            deal_id,
            part,
            state: row.state.name().to_owned(),
            wanted: shown(&row.wanted),
            written: row.written.as_ref().map(shown),
            written_at: row.written_at,
            edits: row.edits.iter().map(CellEdit::of).collect(),
            refused: row.refused.clone(),
            correlation_id: Some(correlation.clone()),
        }
    }
}

impl CellEdit {
    fn of(edit: &Edit) -> Self {
        Self {
            column: edit.column.name().to_owned(),
            wanted: edit.wanted.meaning(),
            written: edit.written.meaning(),
            found: edit.found.meaning(),
            refused: edit.refused.clone(),
        }
    }
}

/// The cells that say something, by column, as people read them.
#[must_use]
pub fn shown(content: &Content) -> BTreeMap<String, String> {
    let cells = content.cells().map(|(column, cell)| (column.name().to_owned(), cell.meaning()));
    cells.filter(|(_, text)| !text.is_empty()).collect()
}
