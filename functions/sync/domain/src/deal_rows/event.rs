use kernel::{Actor, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::conflict::Conflict;
use crate::difference::Edit;
use crate::{Column, ConflictId, Content, Policy, SheetDeal};

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
        /// Whose change of the deal it is; absent in rows from before this was known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        origin: Option<Origin>,
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
    /// Rows that people had deleted are to be written again.
    RowsRestored,
    /// People brought rows back that they had deleted.
    RowsReturned {
        /// Which parts.
        parts: Vec<u32>,
    },
    /// Somebody said which of two values stands.
    ConflictResolved {
        /// Of which conflict.
        id: ConflictId,
        /// In which part of the deal.
        part: u32,
        /// In which cell.
        column: Column,
        /// Whose value.
        take: Policy,
    },
}

/// Who changed a deal, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
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
    /// What cells that people changed came to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
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
    /// The spreadsheet refuses to take it, for good.
    Refused {
        /// In its words.
        reason: String,
    },
}
