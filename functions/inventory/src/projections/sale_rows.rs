//! When each product was last sold, for ranking suggestions: one row a product, the latest day first in its index.

use std::collections::BTreeMap;

use event_store::{Index, Row, StorageError};
use inventory_domain::ProductId;
use kernel::{BusinessDate, Tenant};

use crate::Inventory;

/// The index that lists products by the day of their last sale.
pub const BY_LAST_SALE: Index = Index::Extra(0);

/// The partition that holds the last sale of each of a tenant's products.
#[must_use]
pub fn last_sales_partition(tenant: &Tenant) -> String {
    format!("T#{tenant}#last-sales")
}

/// The index partition that lists products by their last sale; the position is the day, then the product.
#[must_use]
pub fn by_last_sale(tenant: &Tenant) -> String {
    format!("T#{tenant}#last-sales#by-day")
}

/// Notes that a product was sold on a day. The latest day stays, in whichever order they come, however often.
///
/// # Errors
/// When the views do not answer.
pub async fn note_sale(
    inventory: &Inventory,
    product: ProductId,
    on: BusinessDate,
) -> Result<(), StorageError> {
    let row = Row {
        pk: last_sales_partition(&inventory.tenant),
        sk: product.to_string(),
        // `20250801`: grows with the day.
        sequence: on.to_string().replace('-', "").parse().unwrap_or(0),
        indexes: [Some((by_last_sale(&inventory.tenant), format!("{on}#{product}"))), None, None],
        attributes: BTreeMap::new(),
        body: on.to_string(),
    };
    inventory.views.put(row).await.map(drop)
}
