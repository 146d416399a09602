//! `deal.confirmed`, `deal.imported`: a product was sold on a day, which ranks it among suggestions.

use inventory_domain::ProductId;
use kernel::BusinessDate;
use messaging::{Envelope, Fact};
use serde::Deserialize;

use super::Unusable;

/// The part of both facts that is read here.
#[derive(Deserialize)]
struct Sale {
    terms: Terms,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Terms {
    product_id: ProductId,
    /// Selling does not need it, and must not fail for want of it.
    #[serde(default)]
    date: Option<BusinessDate>,
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Confirmed(Sale);

impl Fact for Confirmed {
    const TYPE: &'static str = "deal.confirmed";
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Imported(Sale);

impl Fact for Imported {
    const TYPE: &'static str = "deal.imported";
}

/// What was sold when; `None` when the fact tells of no sale.
pub(super) fn sale(envelope: &Envelope) -> Result<Option<(ProductId, BusinessDate)>, Unusable> {
    let Sale { terms } = match envelope.fact_type.as_str() {
        Confirmed::TYPE => envelope.fact::<Confirmed>()?.0,
        Imported::TYPE => envelope.fact::<Imported>()?.0,
        _ => return Ok(None),
    };
    Ok(terms.date.map(|date| (terms.product_id, date)))
}
