use event_store::{ExecuteError, LogError, Outcome, Request};
use inventory_domain::ProductId;
use inventory_domain::product::Product;
use inventory_domain::stock::{Receipt, Stock, StockCommand, StockEvent, StockRefusal};

use crate::{Inventory, product_stream, stock_stream};

/// Why material could not be received.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The catalogue has no such product.
    #[error("there is no such product")]
    UnknownProduct,
    /// The catalogue cannot be read.
    #[error("the product cannot be read")]
    Log(#[from] LogError),
    /// See [`ExecuteError`].
    #[error(transparent)]
    Execute(#[from] ExecuteError<StockRefusal>),
}

/// Takes material of a known product into stock as a new lot; gives the lot's number and the stock after it.
///
/// # Errors
/// See [`ReceiveError`].
pub async fn receive_lot(
    inventory: &Inventory,
    request: &Request,
    product: ProductId,
    receipt: Receipt,
) -> Result<(u32, Outcome<Stock>), ReceiveError> {
    let catalogue = inventory.store.load::<Product>(&product_stream(&inventory.tenant, product)).await?;
    if !catalogue.exists() {
        return Err(ReceiveError::UnknownProduct);
    }
    let stream = stock_stream(&inventory.tenant, product);
    let command = StockCommand::Receive(receipt);
    let outcome = inventory.store.execute::<Stock>(&stream, request, &command).await?;
    let lot = received_by(inventory, request, &outcome).await?;
    Ok((lot, outcome))
}

/// The number of the lot that this very request received, now or when it first came.
async fn received_by(
    inventory: &Inventory,
    request: &Request,
    outcome: &Outcome<Stock>,
) -> Result<u32, ReceiveError> {
    let of_commit = |commit: &event_store::Commit| {
        let event = commit.events.first().and_then(|stored| serde_json::from_value(stored.data.clone()).ok());
        match event {
            Some(StockEvent::LotReceived { lot, .. }) => Some(lot),
            _ => None,
        }
    };
    if let Some(lot) = outcome.commit.as_ref().and_then(of_commit) {
        return Ok(lot);
    }
    let history = inventory.store.history(outcome.stream.id()).await?;
    let mine = history.iter().rev().find(|commit| commit.idempotency == request.idempotency);
    mine.and_then(of_commit).ok_or_else(|| {
        let source = "the request was answered by no receipt".into();
        ReceiveError::Log(LogError::Broken { stream: outcome.stream.id().to_string(), source })
    })
}
