use event_store::{BoxError, Index, Page, Position, Query, StorageError};
use sync_domain::ConflictId;

use crate::Sheets;
use crate::conflict_view::ConflictView;
use crate::projections::{BY_OPENNESS, conflicts_partition, conflicts_that_are};

/// Most bytes of entries on a page, so that an answer stays below 64 KB.
const PAGE_BYTES: usize = 63_000;

/// One page of conflicts: all of them, or those that are open, or those that are not.
///
/// # Errors
/// When the view cannot be read.
pub async fn conflicts(
    sheets: &Sheets,
    open: Option<bool>,
    limit: usize,
    after: Option<Position>,
) -> Result<Page, StorageError> {
    let (index, partition) = match open {
        Some(open) => (BY_OPENNESS, conflicts_that_are(&sheets.tenant, open)),
        None => (Index::Primary, conflicts_partition(&sheets.tenant)),
    };
    let (from, to, filters, descending) = (None, None, Vec::new(), false);
    let query = Query { index, partition, from, to, descending, filters, limit, after };
    Ok(sheets.views.query(query).await?.within(PAGE_BYTES, index))
}

/// A conflict as it was last listed; `None` when there never was one of this identity.
///
/// # Errors
/// When the view cannot be read.
pub async fn conflict(sheets: &Sheets, id: ConflictId) -> Result<Option<ConflictView>, BoxError> {
    let row = sheets.views.get(&conflicts_partition(&sheets.tenant), &id.to_string()).await?;
    Ok(row.map(|row| serde_json::from_str(&row.body)).transpose()?)
}
