use std::collections::BTreeMap;

use event_store::{Index, LogError, Page, Position, Query, StorageError};
use inventory_domain::{ProductCode, ProductId};

use super::stock::{ProductStock, stock_of};
use crate::Inventory;
use crate::projections::{lots_partition, products_partition, standing};

/// The product with this code and all its lots that were imported, as the log has them now; `None` when there is no such
/// product.
///
/// # Errors
/// When the log cannot be read.
pub async fn imported_stock(
    inventory: &Inventory,
    code: &ProductCode,
) -> Result<Option<ProductStock>, LogError> {
    let found = stock_of(inventory, ProductId::of(&inventory.tenant, code)).await?;
    Ok(found.map(|ProductStock { product, mut lots }| {
        lots.retain(|lot| lot.legacy_id.is_some());
        ProductStock { product, lots }
    }))
}

/// Which list to look through for what was imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportedList {
    /// Products.
    Products,
    /// Lots.
    Lots,
}

/// One page of the identities that imported products or lots had in the other system, each with the identity here. Read from
/// the list, which may lag behind the log.
///
/// # Errors
/// When the view cannot be read.
pub async fn imported_ids(
    inventory: &Inventory,
    list: ImportedList,
    limit: usize,
    after: Option<Position>,
) -> Result<(BTreeMap<String, String>, Option<Position>), StorageError> {
    let partition = match list {
        ImportedList::Products => products_partition(&inventory.tenant),
        ImportedList::Lots => lots_partition(&inventory.tenant),
    };
    let (index, filters) = (Index::Primary, vec![standing()]);
    let query = Query { index, partition, from: None, to: None, descending: false, filters, limit, after };
    let Page { rows, next } = inventory.views.query(query).await?;
    let ids = rows.iter().filter_map(|row| {
        let Known { legacy_id, id } = serde_json::from_str(&row.body).ok()?;
        Some((legacy_id?, id))
    });
    Ok((ids.collect(), next))
}

/// The part of a list entry that is looked at.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Known {
    legacy_id: Option<String>,
    id: String,
}
