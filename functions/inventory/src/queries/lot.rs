use event_store::LogError;
use inventory_domain::LotId;
use inventory_domain::product::Product;
use inventory_domain::stock::Stock;

use crate::lot_view::LotView;
use crate::{Inventory, product_stream, stock_stream};

/// A lot as the log has it now; `None` when there is no such lot.
///
/// # Errors
/// When the log cannot be read.
pub async fn lot(inventory: &Inventory, id: LotId) -> Result<Option<LotView>, LogError> {
    let stock = inventory.store.load::<Stock>(&stock_stream(&inventory.tenant, id.root())).await?;
    let Some(lot) = stock.state().lots().get(&id.number()) else { return Ok(None) };
    let catalogue = inventory.store.load::<Product>(&product_stream(&inventory.tenant, id.root())).await?;
    let code = catalogue.state().last_details().map(|(code, _)| code.clone());
    Ok(Some(LotView::of(id, code, lot, stock.version())))
}
