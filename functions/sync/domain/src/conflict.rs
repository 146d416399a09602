//! What people typed into a cell and what it came to: which two values met, whose they were, and which one stands.

use kernel::{Actor, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::difference::Edit;
use crate::{Cell, Column, ConflictId, RowKey};

/// One of two values that met in a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    /// What the cell holds by it.
    pub value: Cell,
    /// Who says so. Google does not tell who typed into a cell: that side is `system:sheet`.
    pub by: Actor,
    /// Since when: of the database the instant of the change, of the sheet the instant it was seen.
    pub at: Timestamp,
}

/// Which value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Neither: both stay where they are until somebody says.
    Open,
    /// That of the database; the cell is written over.
    Database,
    /// That of the sheet; the deal is amended.
    Sheet,
    /// The two came to agree, or one of them is gone.
    Settled,
}

impl Outcome {
    /// As it is shown and filtered by.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Database => "database",
            Self::Sheet => "sheet",
            Self::Settled => "settled",
        }
    }
}

/// Two values that met in one cell, or one that the deal did not take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Conflict {
    /// Its identity; the same two values meeting again on the same state of the deal are the same conflict.
    pub id: ConflictId,
    /// In which row.
    pub key: RowKey,
    /// In which cell of it.
    pub column: Column,
    /// What was last written there, from which both went away.
    pub base: Cell,
    /// What the deal says.
    pub database: Claim,
    /// What people typed.
    pub sheet: Claim,
    /// Why the deal did not take it, where it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// Which one stands.
    pub outcome: Outcome,
}

impl Conflict {
    /// What an edit of a row came to. `as_of` is the state of the deal that it met.
    #[must_use]
    pub fn of(
        key: RowKey,
        as_of: u64,
        edit: &Edit,
        (database, sheet): ((Actor, Timestamp), (Actor, Timestamp)),
        outcome: Outcome,
    ) -> Self {
        let name = format!("{key}#{as_of}#{}#{}", edit.column.name(), edit.found.meaning());
        Self {
            id: ConflictId::new(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes())),
            key,
            column: edit.column,
            base: edit.written.clone(),
            database: Claim { value: edit.wanted.clone(), by: database.0, at: database.1 },
            sheet: Claim { value: edit.found.clone(), by: sheet.0, at: sheet.1 },
            refused: edit.refused.clone(),
            outcome,
        }
    }
}
