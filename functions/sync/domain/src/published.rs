//! The versioned facts other contexts may read. Self-contained; a change that breaks a reader adds a version.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::conflict::{Conflict, Outcome};
use crate::deal_rows::{Event, Seen};
use crate::{Column, ConflictId, DealId, Policy, RowKey};

/// `sync.rows-settled`: a flush looked at rows of a deal, and wrote what had to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RowsSettled {
    /// Whose rows they are.
    pub deal_id: DealId,
    /// Each of them.
    pub rows: Vec<RowSettled>,
}

/// A row that a flush settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RowSettled {
    /// The key in its first column.
    pub key: RowKey,
    /// `written`: it stands there as wanted. `conflict`: people changed cells of it. `orphaned`: people deleted it.
    /// `refused`: the spreadsheet does not take it.
    pub state: String,
}

impl RowsSettled {
    /// The fact's type on the bus.
    pub const TYPE: &'static str = "sync.rows-settled";

    /// What an event tells the others; most tell nothing.
    #[must_use]
    pub fn of(deal_id: DealId, event: &Event) -> Option<Self> {
        let Event::RowsSettled { rows } = event else { return None };
        let rows = rows.iter().map(|row| RowSettled {
            key: RowKey::new(deal_id, row.part),
            state: match row.seen {
                Seen::Written => "written",
                Seen::Edited { .. } => "conflict",
                Seen::Deleted => "orphaned",
                Seen::Refused { .. } => "refused",
            }
            .to_owned(),
        });
        Some(Self { deal_id, rows: rows.collect() })
    }
}

/// `sync.conflict-detected`: in cells of a deal's rows two values met, or one that the deal does not take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConflictDetected {
    /// Whose rows they are.
    pub deal_id: DealId,
    /// Each of them, with both values, whose they are and which one stands.
    pub conflicts: Vec<Conflict>,
}

impl ConflictDetected {
    /// The fact's type on the bus.
    pub const TYPE: &'static str = "sync.conflict-detected";

    /// What an event tells the others; most tell nothing.
    #[must_use]
    pub fn of(deal_id: DealId, event: &Event) -> Option<Self> {
        let Event::RowsSettled { rows } = event else { return None };
        let conflicts: Vec<Conflict> = rows.iter().flat_map(|row| row.conflicts.iter().cloned()).collect();
        (!conflicts.is_empty()).then_some(Self { deal_id, conflicts })
    }
}

/// `sync.conflict-resolved`: somebody said which of two values in a cell stands. Who, the envelope says; the next flush or
/// amendment makes it so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConflictResolved {
    /// Whose row it is.
    pub deal_id: DealId,
    /// Which conflict.
    pub conflict_id: ConflictId,
    /// The key in the first column of the row.
    pub key: RowKey,
    /// In which cell.
    pub column: Column,
    /// Whose value stands: [`Outcome::Database`] or [`Outcome::Sheet`].
    pub stands: Outcome,
}

impl ConflictResolved {
    /// The fact's type on the bus.
    pub const TYPE: &'static str = "sync.conflict-resolved";

    /// What an event tells the others; most tell nothing.
    #[must_use]
    pub fn of(deal_id: DealId, event: &Event) -> Option<Self> {
        let Event::ConflictResolved { id, part, column, take } = event else { return None };
        let stands = match take {
            Policy::DatabaseWins => Outcome::Database,
            Policy::SheetWins => Outcome::Sheet,
            Policy::Manual => Outcome::Open,
        };
        Some(Self { deal_id, conflict_id: *id, key: RowKey::new(deal_id, *part), column: *column, stands })
    }
}
