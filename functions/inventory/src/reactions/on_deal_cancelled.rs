//! `deal.cancelled`: what was held for the deal, or sold to it, is available again.

use inventory_domain::stock::{Draw, StockCommand};
use inventory_domain::{DealId, LotId, ProductId};
use kernel::Kg;
use messaging::{Envelope, Fact};
use serde::Deserialize;

use super::Unusable;

/// The part of the fact this context reads.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DealCancelled {
    deal_id: DealId,
    terms: Terms,
    sources: Vec<Taken>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Terms {
    product_id: ProductId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Taken {
    lot_id: LotId,
    quantity_kg: Kg,
}

impl Fact for DealCancelled {
    const TYPE: &'static str = "deal.cancelled";
}

pub(super) fn command(envelope: &Envelope) -> Result<(ProductId, StockCommand), Unusable> {
    let fact: DealCancelled = envelope.fact()?;
    let taken = fact.sources.into_iter().filter(|source| source.quantity_kg.is_positive());
    let sold =
        taken.map(|source| Draw { lot: source.lot_id.number(), quantity: source.quantity_kg }).collect();
    Ok((fact.terms.product_id, StockCommand::Release { deal: fact.deal_id, sold }))
}
