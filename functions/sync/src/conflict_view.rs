//! A conflict as clients see it.

use kernel::{Actor, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sync_domain::conflict::{Claim, Conflict};
use sync_domain::{ConflictId, DealId, RowKey};

/// Two values that met in one cell, or one that the deal did not take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConflictView {
    /// Its identity.
    pub id: ConflictId,
    /// The deal.
    pub deal_id: DealId,
    /// Its row.
    pub row: RowKey,
    /// The cell.
    pub column: String,
    /// What was last written there, from which both went away.
    pub base: String,
    /// What the deal says.
    pub database: ClaimView,
    /// What people typed.
    pub sheet: ClaimView,
    /// Why the deal did not take it, where it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// `open`; `database` or `sheet`, whose value stands; `settled`: the two came to agree, or one is gone.
    pub outcome: String,
}

/// One of two values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClaimView {
    /// As people read it.
    pub value: String,
    /// Who says so; `system:sheet` for whoever typed into the sheet, because Google does not tell.
    pub by: Actor,
    /// Since when: of the database when it was changed, of the sheet when it was seen.
    pub at: Timestamp,
}

impl ConflictView {
    /// Shows a conflict.
    #[must_use]
    pub fn of(conflict: &Conflict) -> Self {
        Self {
            id: conflict.id,
            deal_id: conflict.key.root(),
            row: conflict.key,
            column: conflict.column.name().to_owned(),
            base: conflict.base.meaning(),
            database: ClaimView::of(&conflict.database),
            sheet: ClaimView::of(&conflict.sheet),
            refused: conflict.refused.clone(),
            outcome: conflict.outcome.name().to_owned(),
        }
    }
}

impl ClaimView {
    fn of(claim: &Claim) -> Self {
        Self { value: claim.value.meaning(), by: claim.by.clone(), at: claim.at }
    }
}
