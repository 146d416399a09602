use event_store::views::PAGE_BYTES;
use event_store::{Index, Page, Position, Query, StorageError};

use super::lot_filter::{Held, LotFilter};
use crate::Inventory;
use crate::projections::{
    LOT_INDEXES, lots_by_product, lots_by_supplier, lots_by_warehouse, lots_partition, standing,
};

/// Rows asked for in one call when lots are counted; a read ends at a megabyte.
const ROWS_AT_ONCE: usize = 5_000;
/// Most calls in which lots are counted, each of eight reads at most: some 60,000 lots.
const MOST_CALLS: usize = 8;

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LotOrder {
    /// By day of receipt, the last one first.
    #[default]
    NewestFirst,
    /// By day of receipt, the first one first.
    OldestFirst,
}

/// How many lots pass a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LotCount {
    /// So many were counted.
    pub lots: u64,
    /// Whether those are all.
    pub complete: bool,
}

/// One page of lots. Walks the narrowest index the filter allows and filters the rest; ages are counted from today.
///
/// # Errors
/// When the view cannot be read.
pub async fn lots(
    inventory: &Inventory,
    filter: &LotFilter,
    order: LotOrder,
    limit: usize,
    after: Option<Position>,
) -> Result<Page, StorageError> {
    let query = walk(inventory, filter, order == LotOrder::NewestFirst, limit, after);
    let index = query.index;
    Ok(inventory.views.query(query).await?.within(PAGE_BYTES, index))
}

/// How many lots pass the filter, as far as eight calls tell: one read for each megabyte of rows, which is a thousand lots or
/// so, and 64 at most.
///
/// # Errors
/// When the view cannot be read.
pub async fn lot_count(inventory: &Inventory, filter: &LotFilter) -> Result<LotCount, StorageError> {
    let mut lots: u64 = 0;
    let mut after = None;
    for _ in 0..MOST_CALLS {
        let page = inventory.views.query(walk(inventory, filter, false, ROWS_AT_ONCE, after)).await?;
        lots = lots.saturating_add(u64::try_from(page.rows.len()).unwrap_or(u64::MAX));
        after = page.next;
        if after.is_none() {
            return Ok(LotCount { lots, complete: true });
        }
    }
    Ok(LotCount { lots, complete: false })
}

fn walk(
    inventory: &Inventory,
    filter: &LotFilter,
    descending: bool,
    limit: usize,
    after: Option<Position>,
) -> Query {
    let tenant = &inventory.tenant;
    let [by_product, by_warehouse, by_supplier] = LOT_INDEXES;
    let (index, partition, held) = match (filter.product, &filter.supplier, &filter.warehouse) {
        (Some(product), ..) => (by_product, lots_by_product(tenant, product), Held::Product),
        (None, Some(supplier), _) => (by_supplier, lots_by_supplier(tenant, supplier), Held::Supplier),
        (None, None, Some(warehouse)) => {
            (by_warehouse, lots_by_warehouse(tenant, warehouse), Held::Warehouse)
        }
        (None, None, None) => (Index::Primary, lots_partition(tenant), Held::Nothing),
    };
    let (from, to) = filter.days(inventory.clock.now().business_date());
    let mut filters = filter.conditions(held);
    if index == Index::Primary {
        filters.push(standing());
    }
    Query { index, partition, from, to, descending, filters, limit, after }
}
