use event_store::views::PAGE_BYTES;
use event_store::{Index, Page, Position, Query, StorageError};

use super::stock_filter::{StockFilter, read, unreadable};
use crate::Inventory;
use crate::projections::{BY_URGENCY, low_stock_partition, stock_partition};
use crate::stock_view::StockView;

/// Which list of stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockList {
    /// All products, in order of their codes.
    All,
    /// Products with less available than their minimum, most urgent first: those that have the smallest part of it, to the
    /// millionth, and of equal parts those that lack most.
    Low,
}

/// One page of a list of stock, rendered, with what the material is worth or without. One query.
///
/// # Errors
/// When the view cannot be read.
pub async fn stock_list(
    inventory: &Inventory,
    list: StockList,
    filter: &StockFilter,
    with_values: bool,
    limit: usize,
    after: Option<Position>,
) -> Result<Page, StorageError> {
    let (index, partition) = match list {
        StockList::All => (Index::Primary, stock_partition(&inventory.tenant)),
        StockList::Low => (BY_URGENCY, low_stock_partition(&inventory.tenant)),
    };
    let filters = filter.conditions();
    let query = Query { index, partition, from: None, to: None, descending: false, filters, limit, after };
    let mut page = inventory.views.query(query).await?;
    for row in &mut page.rows {
        let view = StockView::of(read(&row.body)?, with_values);
        row.body = serde_json::to_string(&view).map_err(unreadable)?;
    }
    Ok(page.within(PAGE_BYTES, index))
}
