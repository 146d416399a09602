//! The list of conflicts: those that are open, and those that were.

use std::collections::BTreeMap;

use event_store::views::STREAM;
use event_store::{BoxError, Index, Row};
use kernel::Tenant;
use sync_domain::DealRows;
use sync_domain::conflict::Outcome;

use crate::Sheets;
use crate::conflict_view::ConflictView;

/// The index that lists conflicts by whether they are open.
pub const BY_OPENNESS: Index = Index::Extra(0);

/// The partition that lists a tenant's conflicts.
#[must_use]
pub fn conflicts_partition(tenant: &Tenant) -> String {
    format!("T#{tenant}#sheet-conflicts")
}

/// The index partition of the conflicts that are open, or that are not.
#[must_use]
pub fn conflicts_that_are(tenant: &Tenant, open: bool) -> String {
    format!("T#{tenant}#sheet-conflicts#s#{}", if open { "open" } else { "resolved" })
}

/// Writes the list entries of the conflicts that the rows of a deal know at `version`.
pub(super) async fn project(sheets: &Sheets, rows: &DealRows, version: u64) -> Result<(), BoxError> {
    let known = rows.known().into_iter().flat_map(|known| known.rows.values());
    for conflict in known.flat_map(|row| &row.conflicts) {
        let place = conflict.id.to_string();
        let partition = conflicts_that_are(&sheets.tenant, conflict.outcome == Outcome::Open);
        let entry = Row {
            pk: conflicts_partition(&sheets.tenant),
            sk: place.clone(),
            sequence: version,
            indexes: [Some((partition, place)), None, None],
            attributes: BTreeMap::from([(STREAM.to_owned(), conflict.key.root().to_string())]),
            body: serde_json::to_string(&ConflictView::of(conflict))?,
        };
        sheets.views.put(entry).await?;
    }
    Ok(())
}
