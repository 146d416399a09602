//! `deal.confirmed`, `deal.amended`, `deal.cancelled`, `deal.imported`: what the sheet shall show of the deal.

use event_store::BoxError;
use kernel::{BusinessDate, Kg, PositiveKg, PositiveRate, RatePerKg};
use messaging::{Envelope, RecordFault};
use serde::Deserialize;
use sync_domain::{DealId, DeliveryTerms, ProductId, SheetDeal, SheetSource};

use crate::{Sheets, catalogue};

/// The part of the four facts that this context reads.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DealFact {
    deal_id: DealId,
    terms: Terms,
    sources: Vec<Source>,
    /// Of `deal.confirmed` and `deal.amended`.
    #[serde(default)]
    status: Option<String>,
    /// Of `deal.cancelled`.
    #[serde(default)]
    was_confirmed: bool,
    /// Of `deal.imported`, and of no other.
    #[serde(default)]
    legacy_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Terms {
    date: BusinessDate,
    customer: String,
    product_id: ProductId,
    quantity_kg: PositiveKg,
    rate_per_kg: PositiveRate,
    delivery_terms: DeliveryTerms,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Source {
    supplier: String,
    quantity_kg: Kg,
    rate_per_kg: RatePerKg,
}

/// A deal as the sheet shall show it.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) id: DealId,
    pub(crate) deal: SheetDeal,
    /// Whether its rows are held: it was imported.
    pub(crate) held: bool,
}

/// The deal that a fact tells of; `None` for a deal that never stood.
pub(super) async fn shown(sheets: &Sheets, envelope: &Envelope) -> Result<Option<Shown>, RecordFault> {
    if envelope.schema_version != 1 {
        return Err(RecordFault::park(format!(
            "version {} of this fact is unknown",
            envelope.schema_version
        )));
    }
    let fact = DealFact::deserialize(&envelope.data).map_err(RecordFault::park)?;
    // An amended deal of the old system has its sources in its own facts only, and comments are in no cell.
    if envelope.fact_type == "deal.amended" && fact.sources.is_empty() {
        return Ok(None);
    }
    match told(sheets, fact, envelope.fact_type == "deal.cancelled").await {
        Ok(shown) => Ok(shown),
        Err(Untold::NoProduct(product)) => Err(RecordFault::park(format!("{product} is no product"))),
        Err(Untold::Storage(error)) => Err(RecordFault::Retry(error)),
    }
}

/// The deal that its own context answered, in the shape of `deal.amended`.
pub(crate) async fn stands(
    sheets: &Sheets,
    deal: &serde_json::Value,
    cancelled: bool,
) -> Result<Option<Shown>, BoxError> {
    match told(sheets, DealFact::deserialize(deal)?, cancelled).await {
        Ok(shown) => Ok(shown),
        Err(Untold::NoProduct(product)) => Err(format!("{product} is no product").into()),
        Err(Untold::Storage(error)) => Err(error),
    }
}

/// Why a deal cannot be shown.
enum Untold {
    NoProduct(ProductId),
    Storage(BoxError),
}

async fn told(sheets: &Sheets, fact: DealFact, cancelled: bool) -> Result<Option<Shown>, Untold> {
    let stands = fact.status.as_deref() == Some("confirmed") || fact.was_confirmed;
    if !stands {
        return Ok(None);
    }
    let product = catalogue::words(sheets, fact.terms.product_id).await.map_err(Untold::Storage)?;
    let product = product.ok_or(Untold::NoProduct(fact.terms.product_id))?;
    let source = |source: Source| SheetSource {
        supplier: source.supplier,
        quantity_kg: source.quantity_kg,
        rate_per_kg: source.rate_per_kg,
    };
    let deal = SheetDeal {
        date: fact.terms.date,
        customer: fact.terms.customer,
        quantity_kg: fact.terms.quantity_kg.get(),
        rate_per_kg: fact.terms.rate_per_kg.get(),
        delivery_terms: fact.terms.delivery_terms,
        product,
        sources: fact.sources.into_iter().map(source).collect(),
        cancelled,
    };
    Ok(Some(Shown { id: fact.deal_id, deal, held: fact.legacy_id.is_some() }))
}
