//! A single deal as every route answers it; rows of a list are without links.

use deal_domain::DealId;
use schemars::JsonSchema;
use serde::Serialize;

use crate::deal_view::DealView;

/// A deal, and where to read on.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LinkedDeal {
    /// The deal.
    #[serde(flatten)]
    deal: DealView,
    /// Where other contexts tell of it.
    links: Links,
}

/// Paths of what other contexts tell of a deal, each by its own permission.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Links {
    /// Everything that happened to it.
    history: String,
    /// The messages that told people of it, and what became of each.
    notifications: String,
    /// Its rows in the spreadsheet, and whether they stand there.
    sheet_rows: String,
}

impl LinkedDeal {
    /// Adds the links.
    pub(super) fn of(deal: DealView) -> Self {
        Self { links: Links::of(deal.id), deal }
    }
}

impl Links {
    fn of(id: DealId) -> Self {
        Self {
            history: format!("/v1/deals/{id}/history"),
            notifications: format!("/v1/notifications?dealId={id}"),
            sheet_rows: format!("/v1/sync/rows?dealId={id}"),
        }
    }
}
