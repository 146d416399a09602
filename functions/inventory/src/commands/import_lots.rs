use std::convert::Infallible;

use event_store::{ExecuteError, LogError, Proposed, Request, Stream};
use inventory_domain::ProductId;
use inventory_domain::product::Product;
use inventory_domain::stock::{LotImport, Stock, StockCommand, StockEvent};
use kernel::{Aggregate, Recorded};

use crate::{Inventory, product_stream, stock_stream};

/// Most lots in one commit: two hundred of the longest names stay below the size of one item.
const MOST_PER_COMMIT: usize = 200;

/// What became of a lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LotOutcome {
    /// It is a new lot with this number.
    Created(u32),
    /// The quantity of the lot with this number was corrected.
    Changed(u32),
    /// It is the lot with this number, as it was.
    Unchanged(u32),
    /// A rule forbids it, as the text says; the others are not affected.
    Refused(String),
}

/// Why lots could not be imported. None of a commit's lots is stored then; those of commits before stay.
#[derive(Debug, thiserror::Error)]
pub enum ImportLotsError {
    /// The catalogue has no such product.
    #[error("there is no such product")]
    UnknownProduct,
    /// The catalogue cannot be read.
    #[error("the product cannot be read")]
    Log(#[from] LogError),
    /// See [`ExecuteError`].
    #[error(transparent)]
    Execute(#[from] ExecuteError<Infallible>),
}

/// Takes lots of one product over from another system, in one commit or a few; tells for each, in order, what became of it.
///
/// # Errors
/// See [`ImportLotsError`].
pub async fn import_lots(
    inventory: &Inventory,
    request: &Request,
    product: ProductId,
    lots: &[LotImport],
) -> Result<Vec<LotOutcome>, ImportLotsError> {
    let catalogue = inventory.store.load::<Product>(&product_stream(&inventory.tenant, product)).await?;
    if catalogue.state().details().is_none() {
        return Err(ImportLotsError::UnknownProduct);
    }
    let stream = stock_stream(&inventory.tenant, product);
    let mut outcomes = Vec::with_capacity(lots.len());
    for part in lots.chunks(MOST_PER_COMMIT) {
        let mut decided = Vec::new();
        let decide = |stream: &Stream<Stock>| {
            let (outcomes, events) = decide(inventory, stream, part);
            decided = outcomes;
            Ok(events)
        };
        inventory.store.change::<Stock, Infallible, _>(&stream, request, None, decide).await?;
        outcomes.append(&mut decided);
    }
    Ok(outcomes)
}

/// Decides one lot after the other on the evolving state.
fn decide(
    inventory: &Inventory,
    stream: &Stream<Stock>,
    lots: &[LotImport],
) -> (Vec<LotOutcome>, Vec<Proposed<StockEvent>>) {
    let mut state = stream.state().clone();
    let mut sequence = stream.version();
    let (mut outcomes, mut proposed) = (Vec::with_capacity(lots.len()), Vec::new());
    for lot in lots {
        match state.decide(&StockCommand::Import(lot.clone())) {
            Err(refusal) => outcomes.push(LotOutcome::Refused(refusal.to_string())),
            Ok(events) => {
                let mut outcome = state.imported(&lot.legacy_id).map(LotOutcome::Unchanged);
                for event in events {
                    outcome = match &event {
                        StockEvent::LotImported { lot, .. } => Some(LotOutcome::Created(*lot)),
                        StockEvent::LotReimported { lot, .. } => Some(LotOutcome::Changed(*lot)),
                        _ => outcome,
                    };
                    sequence = sequence.saturating_add(1);
                    let recorded = Recorded { sequence, at: inventory.clock.now(), event };
                    state = state.evolve(&recorded);
                    proposed.push(Proposed::new(recorded.event));
                }
                outcomes.push(outcome.unwrap_or_else(|| LotOutcome::Refused("it had no effect".to_owned())));
            }
        }
    }
    (outcomes, proposed)
}
