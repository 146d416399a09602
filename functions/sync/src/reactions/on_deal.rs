//! `deal.confirmed`, `deal.amended`, `deal.cancelled`, `deal.imported`: what the sheet shall show of the deal.

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

/// The deal as the sheet shall show it, and whether its rows are held; `None` for a deal that never stood.
pub(super) async fn shown(
    sheets: &Sheets,
    envelope: &Envelope,
) -> Result<Option<(DealId, SheetDeal, bool)>, RecordFault> {
    if envelope.schema_version != 1 {
        return Err(RecordFault::park(format!(
            "version {} of this fact is unknown",
            envelope.schema_version
        )));
    }
    let fact = DealFact::deserialize(&envelope.data).map_err(RecordFault::park)?;
    let cancelled = envelope.fact_type == "deal.cancelled";
    // An amended deal of the old system has its sources in its own facts only, and comments are in no cell.
    let amended_import = envelope.fact_type == "deal.amended" && fact.sources.is_empty();
    let stands = fact.status.as_deref() == Some("confirmed") || fact.was_confirmed;
    if !stands || amended_import {
        return Ok(None);
    }
    let product = catalogue::words(sheets, fact.terms.product_id).await.map_err(RecordFault::Retry)?;
    let product =
        product.ok_or_else(|| RecordFault::park(format!("{} is no product", fact.terms.product_id)))?;
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
    Ok(Some((fact.deal_id, deal, fact.legacy_id.is_some())))
}
