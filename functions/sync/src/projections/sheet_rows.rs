//! The list of rows: by day, and so by state and by deal.

use std::collections::BTreeMap;

use event_store::{BoxError, Index, Row};
use kernel::{CorrelationId, Tenant, Timestamp};
use sync_domain::{DealId, DealRows};

use crate::Sheets;
use crate::row_view::RowView;

/// The index that lists rows by state.
pub const BY_STATE: Index = Index::Extra(0);
/// The index that lists the rows of a deal.
pub const BY_DEAL: Index = Index::Extra(1);
/// The attribute that says what a row's last change belongs to.
pub const CORRELATION: &str = "correlation";

/// The attribute that says when that was.
pub const CHANGED_AT: &str = "changed-at";

/// The partition that lists a tenant's rows.
#[must_use]
pub fn rows_partition(tenant: &Tenant) -> String {
    format!("T#{tenant}#sheet-rows")
}

/// The index partition that lists the rows in a state.
#[must_use]
pub fn rows_in_state(tenant: &Tenant, state: &str) -> String {
    format!("T#{tenant}#sheet-rows#s#{state}")
}

/// The index partition that lists the rows of a deal.
#[must_use]
pub fn rows_of_deal(tenant: &Tenant, deal: DealId) -> String {
    format!("T#{tenant}#sheet-rows#d#{deal}")
}

/// Writes the list entries of a deal's rows as they stand at `version`.
pub(super) async fn project(
    sheets: &Sheets,
    deal: DealId,
    rows: &DealRows,
    version: u64,
    (correlation, at): (&CorrelationId, Timestamp),
) -> Result<(), BoxError> {
    let Some(known) = rows.known() else { return Ok(()) };
    let tenant = &sheets.tenant;
    for (part, row) in &known.rows {
        // Parts in order of their numbers, also as text.
        let place = format!("{}#{deal}#{part:04}", known.deal.date);
        let entry = Row {
            pk: rows_partition(tenant),
            sk: place.clone(),
            sequence: version,
            indexes: [
                Some((rows_in_state(tenant, row.state.name()), place.clone())),
                Some((rows_of_deal(tenant, deal), place)),
                None,
            ],
            attributes: BTreeMap::from([
                (CORRELATION.to_owned(), correlation.to_string()),
                (CHANGED_AT.to_owned(), at.to_string()),
                ("state".to_owned(), row.state.name().to_owned()),
            ]),
            body: serde_json::to_string(&RowView::of(deal, *part, row, correlation))?,
        };
        sheets.views.put(entry).await?;
    }
    Ok(())
}
