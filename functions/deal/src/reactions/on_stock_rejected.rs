//! `inventory.stock-rejected`: the deal cannot be covered, so it is rejected.

use deal_domain::DealId;
use deal_domain::deal::{DealCommand, Shortage};
use messaging::{Envelope, Fact, FactError};
use serde::Deserialize;

/// The part of the fact this context reads; [`Shortage`] has the published shape of a lot's shortage.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StockRejected {
    pub(crate) deal_id: DealId,
    pub(crate) shortages: Vec<Shortage>,
}

impl Fact for StockRejected {
    const TYPE: &'static str = "inventory.stock-rejected";
}

pub(super) fn command(envelope: &Envelope) -> Result<(DealId, DealCommand), FactError> {
    let fact: StockRejected = envelope.fact()?;
    Ok((fact.deal_id, DealCommand::Reject { shortages: fact.shortages }))
}
