use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use sync_domain::{Content, Grid, RowKey};

use crate::Sheets;
use crate::ports::SheetFault;
use crate::row_view::shown;

/// Most foreign lines of one answer, which stays below 64 KB with ordinary ones.
const MOST_LINES: usize = 200;

/// A line of the sheet that is no row of ours. It is left as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForeignLine {
    /// `foreign`
    pub state: &'static str,
    /// Its number now, from 1; another one after the next sort.
    pub line: u32,
    /// The row that it is a copy of, where somebody copied one of ours; the topmost stays ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy_of: Option<RowKey>,
    /// What stands there, by column; empty cells are left out.
    pub cells: BTreeMap<String, String>,
}

/// The lines that are no rows of ours, from above, at most 200 of them.
///
/// # Errors
/// When the spreadsheet cannot be read.
pub async fn foreign(sheets: &Sheets) -> Result<Vec<ForeignLine>, SheetFault> {
    let lines = sheets.spreadsheet.read().await?;
    let grid = Grid::of(lines.iter().cloned());
    let copies = grid.copies.iter().flat_map(|(key, numbers)| numbers.iter().map(|line| (*line, Some(*key))));
    let mut found: Vec<(u32, Option<RowKey>)> =
        grid.foreign.iter().map(|line| (*line, None)).chain(copies).collect();
    found.sort_unstable();
    found.truncate(MOST_LINES);
    let shown = found.into_iter().map(|(line, copy_of)| {
        let index = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
        let cells = lines.get(index).into_iter().flatten().skip(1).cloned();
        ForeignLine { state: "foreign", line, copy_of, cells: shown(&Content::of(cells)) }
    });
    Ok(shown.collect())
}
