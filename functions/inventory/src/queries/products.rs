use event_store::views::PAGE_BYTES;
use event_store::{Filter, Index, Page, Position, Query, StorageError};

use crate::Inventory;
use crate::projections::{products_partition, standing};

/// One page of products in order of their codes: all, or those that have every word of `q` in code or attributes, or a word
/// that it is part of.
///
/// # Errors
/// When the view cannot be read.
pub async fn products(
    inventory: &Inventory,
    q: Option<&str>,
    limit: usize,
    after: Option<Position>,
) -> Result<Page, StorageError> {
    let query = Query {
        index: Index::Primary,
        partition: products_partition(&inventory.tenant),
        from: None,
        to: None,
        descending: false,
        filters: q.into_iter().flat_map(|typed| Filter::words("text", typed)).chain([standing()]).collect(),
        limit,
        after,
    };
    Ok(inventory.views.query(query).await?.within(PAGE_BYTES, Index::Primary))
}
