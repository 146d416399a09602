use event_store::views::PAGE_BYTES;
use event_store::{Index, Page, Position, Query, StorageError};

use super::filter::Held;
use crate::Deals;
use crate::projections::{
    BY_CUSTOMER, BY_PRODUCT, BY_STATUS, deals_by_customer, deals_by_product, deals_by_status, deals_partition,
};
use crate::queries::DealFilter;

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DealOrder {
    /// By day, the last one first.
    #[default]
    NewestFirst,
    /// By day, the first one first.
    OldestFirst,
}

/// One page of deals. Walks the narrowest index the filter allows and filters the rest.
///
/// # Errors
/// When the view cannot be read.
pub async fn deals(
    deals: &Deals,
    filter: &DealFilter,
    order: DealOrder,
    limit: usize,
    after: Option<Position>,
) -> Result<Page, StorageError> {
    let tenant = &deals.tenant;
    let (index, partition, held) = match (&filter.customer, filter.product, filter.status) {
        (Some(customer), _, _) => (BY_CUSTOMER, deals_by_customer(tenant, customer), Held::Customer),
        (None, Some(product), _) => (BY_PRODUCT, deals_by_product(tenant, product), Held::Product),
        (None, None, Some(status)) => (BY_STATUS, deals_by_status(tenant, status), Held::Status),
        (None, None, None) => (Index::Primary, deals_partition(tenant), Held::Nothing),
    };
    let (from, to) = filter.days();
    let descending = order == DealOrder::NewestFirst;
    let filters = filter.conditions(held);
    let query = Query { index, partition, from, to, descending, filters, limit, after };
    Ok(deals.views.query(query).await?.within(PAGE_BYTES, index))
}
