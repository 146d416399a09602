//! `inventory.stock-reserved`: the deal is covered, so it is confirmed.

use deal_domain::DealId;
use deal_domain::deal::{CostedSource, DealCommand};
use messaging::{Envelope, Fact, FactError};
use serde::Deserialize;

/// The part of the fact this context reads; [`CostedSource`] has the published shape of a covered source.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StockReserved {
    pub(crate) deal_id: DealId,
    pub(crate) sources: Vec<CostedSource>,
}

impl Fact for StockReserved {
    const TYPE: &'static str = "inventory.stock-reserved";
}

pub(super) fn command(envelope: &Envelope) -> Result<(DealId, DealCommand), FactError> {
    let fact: StockReserved = envelope.fact()?;
    Ok((fact.deal_id, DealCommand::Confirm { sources: fact.sources }))
}
