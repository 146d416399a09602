use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::difference::Edit;
use crate::{Content, SheetDeal};

/// What can have happened to the rows of a deal, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The deal stands, or stands differently, and so should its rows.
    RowsWanted {
        /// Sequence in the deal's own stream.
        as_of: u64,
        /// What they show.
        deal: SheetDeal,
        /// Whether they wait to be released.
        held: bool,
    },
    /// Held rows may go into the sheet.
    RowsReleased,
    /// A flush settled rows.
    RowsSettled {
        /// What it saw of each.
        rows: Vec<SettledRow>,
    },
    /// Rows are to be looked at again.
    RowsRechecked,
}

/// A row that a flush settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettledRow {
    /// Which part of the deal.
    pub part: u32,
    /// What was wanted then, and stands there now unless it was edited or deleted.
    pub content: Content,
    /// What the flush saw.
    pub seen: Seen,
}

/// What a flush saw of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "as", rename_all = "snake_case")]
pub enum Seen {
    /// It stands there as wanted.
    Written,
    /// It stands there, with cells that people changed and that were left alone.
    Edited {
        /// Those cells.
        edits: Vec<Edit>,
    },
    /// People deleted it.
    Deleted,
}
