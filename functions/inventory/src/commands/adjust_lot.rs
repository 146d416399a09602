use event_store::{ExecuteError, Outcome, Request};
use inventory_domain::LotId;
use inventory_domain::stock::{Stock, StockCommand, StockRefusal};
use kernel::Kg;

use crate::{Inventory, stock_stream};

/// Corrects what is available in a lot, up or down but never below zero.
///
/// # Errors
/// A [`StockRefusal`], or a failure of the store.
pub async fn adjust_lot(
    inventory: &Inventory,
    request: &Request,
    lot: LotId,
    delta: Kg,
    reason: String,
) -> Result<Outcome<Stock>, ExecuteError<StockRefusal>> {
    let stream = stock_stream(&inventory.tenant, lot.root());
    let command = StockCommand::Adjust { lot: lot.number(), delta, reason };
    inventory.store.execute(&stream, request, &command).await
}
