use event_store::{Filter, Index, Page, Position, Query, StorageError};
use inventory_domain::ProductId;

use crate::Inventory;
use crate::projections::{
    LOT_INDEXES, lots_by_product, lots_by_supplier, lots_by_warehouse, lots_partition, standing_lots,
};

/// Which lots to list; what is `None` or false does not narrow the list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LotFilter {
    /// Of this product.
    pub product: Option<ProductId>,
    /// In this warehouse, spelled exactly so.
    pub warehouse: Option<String>,
    /// From this supplier, spelled exactly so.
    pub supplier: Option<String>,
    /// With something available.
    pub available: bool,
}

/// One page of lots, newest receipt first. Walks the narrowest index the filter allows and filters the rest.
///
/// # Errors
/// When the view cannot be read.
pub async fn lots(
    inventory: &Inventory,
    filter: &LotFilter,
    limit: usize,
    after: Option<Position>,
) -> Result<Page, StorageError> {
    let tenant = &inventory.tenant;
    let [by_product, by_warehouse, by_supplier] = LOT_INDEXES;
    let (index, partition) = match (&filter.product, &filter.warehouse, &filter.supplier) {
        (Some(product), _, _) => (by_product, lots_by_product(tenant, *product)),
        (None, Some(warehouse), _) => (by_warehouse, lots_by_warehouse(tenant, warehouse)),
        (None, None, Some(supplier)) => (by_supplier, lots_by_supplier(tenant, supplier)),
        (None, None, None) => (Index::Primary, lots_partition(tenant)),
    };
    let filters = [
        filter.warehouse.clone().filter(|_| index != by_warehouse).map(|w| Filter::Equals("warehouse", w)),
        filter.supplier.clone().filter(|_| index != by_supplier).map(|s| Filter::Equals("supplier", s)),
        (index == Index::Primary).then(standing_lots),
        filter.available.then(|| Filter::Equals("available", "yes".to_owned())),
    ];
    let filters = filters.into_iter().flatten().collect();
    let query = Query { index, partition, from: None, to: None, descending: true, filters, limit, after };
    inventory.views.query(query).await
}
