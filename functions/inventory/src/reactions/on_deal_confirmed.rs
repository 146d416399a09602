//! `deal.confirmed`: what was held for the deal is sold.

use inventory_domain::stock::StockCommand;
use inventory_domain::{DealId, ProductId};
use messaging::{Envelope, Fact};
use serde::Deserialize;

use super::Unusable;

/// The part of the fact this context reads.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DealConfirmed {
    deal_id: DealId,
    terms: Terms,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Terms {
    product_id: ProductId,
}

impl Fact for DealConfirmed {
    const TYPE: &'static str = "deal.confirmed";
}

pub(super) fn command(envelope: &Envelope) -> Result<(ProductId, StockCommand), Unusable> {
    let fact: DealConfirmed = envelope.fact()?;
    Ok((fact.terms.product_id, StockCommand::Sell { deal: fact.deal_id }))
}
