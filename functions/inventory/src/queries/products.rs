use event_store::{Index, Page, Position, Query, StorageError};

use crate::Inventory;
use crate::projections::products_partition;

/// One page of products in order of their codes.
///
/// # Errors
/// When the view cannot be read.
pub async fn products(
    inventory: &Inventory,
    limit: usize,
    after: Option<Position>,
) -> Result<Page, StorageError> {
    let query = Query {
        index: Index::Primary,
        partition: products_partition(&inventory.tenant),
        from: None,
        to: None,
        descending: false,
        filters: Vec::new(),
        limit,
        after,
    };
    inventory.views.query(query).await
}
