use event_store::{BoxError, Index, LogError, Page, Position, Query};
use inventory_domain::product::Product;
use inventory_domain::stock::Stock;
use inventory_domain::{LotId, ProductId};

use crate::lot_view::LotView;
use crate::product_view::ProductView;
use crate::projections::{products_partition, standing};
use crate::{Inventory, product_stream, stock_stream};

/// A product with lots of it, as the log has them.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ProductStock {
    /// The product.
    pub product: ProductView,
    /// Lots by number.
    pub lots: Vec<LotView>,
}

/// One page of products in order of their codes, from the list, each with all its lots as the log has them now.
///
/// # Errors
/// When the view or the log cannot be read.
pub async fn stock(
    inventory: &Inventory,
    limit: usize,
    after: Option<Position>,
) -> Result<(Vec<ProductStock>, Option<Position>), BoxError> {
    let (index, partition) = (Index::Primary, products_partition(&inventory.tenant));
    let filters = vec![standing()];
    let query = Query { index, partition, from: None, to: None, descending: false, filters, limit, after };
    let Page { rows, next } = inventory.views.query(query).await?;
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let listed: ProductView = serde_json::from_str(&row.body)?;
        if let Some(stock) = stock_of(inventory, listed.id).await? {
            shown.push(stock);
        }
    }
    Ok((shown, next))
}

/// A product and all its lots, but for those whose import was taken back; `None` when there is no such product.
pub(super) async fn stock_of(inventory: &Inventory, id: ProductId) -> Result<Option<ProductStock>, LogError> {
    let product = inventory.store.load::<Product>(&product_stream(&inventory.tenant, id)).await?;
    let Some((code, attributes)) = product.state().details() else { return Ok(None) };
    let stock = inventory.store.load::<Stock>(&stock_stream(&inventory.tenant, id)).await?;
    let lots = stock.state().lots().iter().filter(|(_, lot)| !lot.is_withdrawn());
    let lots = lots
        .map(|(number, lot)| LotView::of(LotId::new(id, *number), Some(code.clone()), lot, stock.version()))
        .collect();
    let view = ProductView::of(id, code, attributes, product.version());
    Ok(Some(ProductStock { product: view.with_origin(product.state()), lots }))
}
