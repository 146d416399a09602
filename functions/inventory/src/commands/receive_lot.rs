use directory::{Answer, DirectoryError, Known, Near, Reference};
use event_store::{ExecuteError, LogError, Outcome, Request};
use futures_util::future::join;
use inventory_domain::product::Product;
use inventory_domain::stock::{Receipt, Stock, StockCommand, StockEvent, StockRefusal};
use inventory_domain::{PartyId, ProductId};
use kernel::{BusinessDate, Kg, Provenance, RatePerKg};

use crate::{Inventory, product_stream, stock_stream};

/// What a supplier that is entered is to the firm.
const ROLE: &str = "supplier";

/// Material coming into stock, its supplier by one of its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Of which product.
    pub product: ProductId,
    /// Who sold it to the firm.
    pub supplier: Reference<PartyId>,
    /// Where it lies, when known.
    pub warehouse: Option<String>,
    /// How much; more than zero.
    pub quantity: Kg,
    /// What the firm paid; more than zero.
    pub rate: RatePerKg,
    /// When the firm got it.
    pub received_on: BusinessDate,
}

/// What becomes of a supplier that nobody has entered yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The receipt is refused.
    Refuse,
    /// It is entered, as soon as nothing else is wrong with the receipt.
    Create,
}

/// Why material cannot become a lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReceiptFault {
    /// The catalogue has no such product.
    UnknownProduct,
    /// There is no such party.
    UnknownSupplier {
        /// How it is named.
        reference: Reference<PartyId>,
        /// Who might be meant.
        nearest: Vec<Near<PartyId>>,
    },
}

/// Why material could not be received.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The receipt names what does not exist: all of it.
    #[error("{} things are wrong with the receipt", .0.len())]
    Refused(Vec<ReceiptFault>),
    /// The catalogue cannot be read.
    #[error("the product cannot be read")]
    Log(#[from] LogError),
    /// A supplier that is not known here cannot be asked for.
    #[error("the supplier cannot be looked up")]
    Parties(#[from] DirectoryError),
    /// See [`ExecuteError`].
    #[error(transparent)]
    Execute(#[from] ExecuteError<StockRefusal>),
}

/// Takes material of a known product from a known supplier into stock as a new lot; gives the lot's number and the stock after
/// it. A supplier is entered only for a receipt with which nothing else is wrong.
///
/// # Errors
/// See [`ReceiveError`].
pub async fn receive_lot(
    inventory: &Inventory,
    request: &Request,
    delivery: Delivery,
    missing: Missing,
) -> Result<(u32, Outcome<Stock>), ReceiveError> {
    let stream = stock_stream(&inventory.tenant, delivery.product);
    let supplier = known_supplier(inventory, &request.provenance, &delivery, missing).await?;
    let command = StockCommand::Receive(Receipt {
        supplier: supplier.name.to_string(),
        supplier_id: Some(supplier.id),
        warehouse: delivery.warehouse,
        quantity: delivery.quantity,
        rate: delivery.rate,
        received_on: delivery.received_on,
    });
    let outcome = inventory.store.execute::<Stock>(&stream, request, &command).await?;
    let lot = received_by(inventory, request, &outcome).await?;
    Ok((lot, outcome))
}

/// Looks product and supplier up, both at once; gives the supplier, entered if it had to be.
async fn known_supplier(
    inventory: &Inventory,
    by: &Provenance,
    delivery: &Delivery,
    missing: Missing,
) -> Result<Known<PartyId>, ReceiveError> {
    let stream = product_stream(&inventory.tenant, delivery.product);
    let named = std::slice::from_ref(&delivery.supplier);
    let (product, answers) =
        join(inventory.store.load::<Product>(&stream), inventory.parties.find(by, named)).await;
    let mut faults = Vec::new();
    if product?.state().details().is_none() {
        faults.push(ReceiptFault::UnknownProduct);
    }
    let answer = answers?.pop().unwrap_or(Answer::Unknown(Vec::new()));
    match (answer, &delivery.supplier) {
        (Answer::Known(known), _) if faults.is_empty() => return Ok(known),
        (Answer::Known(_), _) => {}
        (Answer::Unknown(nearest), Reference::Name(name)) if missing == Missing::Create => {
            if faults.is_empty() {
                let entered = inventory.parties.enter(by, &[(name, ROLE)]).await?.pop();
                let reference = delivery.supplier.clone();
                let unknown =
                    || ReceiveError::Refused(vec![ReceiptFault::UnknownSupplier { reference, nearest }]);
                return entered.ok_or_else(unknown);
            }
        }
        (Answer::Unknown(nearest), reference) => {
            faults.push(ReceiptFault::UnknownSupplier { reference: reference.clone(), nearest });
        }
    }
    Err(ReceiveError::Refused(faults))
}

/// The number of the lot that this very request received, now or when it first came.
async fn received_by(
    inventory: &Inventory,
    request: &Request,
    outcome: &Outcome<Stock>,
) -> Result<u32, ReceiveError> {
    let of_commit = |commit: &event_store::Commit| {
        let event = commit.events.first().and_then(|stored| stored.decode().ok());
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
