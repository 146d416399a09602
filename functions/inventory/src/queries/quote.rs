//! What a deal would get if it were registered now. Writes nothing and holds nothing.

use event_store::LogError;
use inventory_domain::product::Product;
use inventory_domain::published::InventoryFact;
use inventory_domain::stock::{ReserveRequest, SourceRequest, Stock, StockCommand};
use inventory_domain::{DealId, LotId, PartyId, ProductId};
use kernel::{Aggregate, BusinessDate, PositiveKg, PositiveRate};
use serde::{Deserialize, Serialize};

use crate::{Inventory, product_stream, stock_stream};

/// The sale and its sources.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuoteRequest {
    /// What would be sold.
    pub product_id: ProductId,
    /// How much.
    pub quantity_kg: PositiveKg,
    /// When.
    pub date: BusinessDate,
    /// From which sources.
    pub sources: Vec<QuoteSource>,
}

/// One source.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum QuoteSource {
    /// From a lot in stock.
    Lot {
        /// Which lot.
        lot_id: LotId,
        /// How much of it.
        quantity_kg: PositiveKg,
    },
    /// Bought for the deal.
    Purchase {
        /// Who would sell it to the firm.
        supplier: String,
        /// Which party that is, when known.
        #[serde(default)]
        supplier_id: Option<PartyId>,
        /// How much would be bought.
        quantity_kg: PositiveKg,
        /// What the firm would pay.
        rate_per_kg: PositiveRate,
        /// Where it would lie.
        #[serde(default)]
        warehouse: Option<String>,
    },
}

/// What stock would answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "answer", content = "fact", rename_all = "camelCase")]
pub enum Quote {
    /// There is no such product.
    UnknownProduct,
    /// The deal would be covered: the fact that would be published.
    Reserved(InventoryFact),
    /// The deal would be rejected: the fact that would be published.
    Rejected(InventoryFact),
}

/// Decides the reservation on the present state and forgets it.
///
/// # Errors
/// When the log cannot be read.
pub async fn quote(inventory: &Inventory, asked: &QuoteRequest) -> Result<Quote, LogError> {
    let product = asked.product_id;
    let catalogue = inventory.store.load::<Product>(&product_stream(&inventory.tenant, product)).await?;
    if catalogue.state().details().is_none() {
        return Ok(Quote::UnknownProduct);
    }
    let stock = inventory.store.load::<Stock>(&stock_stream(&inventory.tenant, product)).await?;
    let sources = asked.sources.iter().map(source).collect();
    let request = ReserveRequest {
        deal: DealId::new(uuid::Uuid::nil()),
        quantity: asked.quantity_kg.get(),
        date: asked.date,
        sources,
    };
    // A reservation is never refused: its answer to an uncovered deal is an event.
    let events = stock.state().decide(&StockCommand::Reserve(request)).unwrap_or_default();
    let fact = events.iter().find_map(|event| InventoryFact::of_stock(product, event));
    Ok(match fact {
        Some(fact @ InventoryFact::StockReserved(_)) => Quote::Reserved(fact),
        Some(fact) => Quote::Rejected(fact),
        None => Quote::UnknownProduct,
    })
}

fn source(source: &QuoteSource) -> SourceRequest {
    match source {
        QuoteSource::Lot { lot_id, quantity_kg } => {
            SourceRequest::Lot { lot: lot_id.number(), quantity: quantity_kg.get() }
        }
        QuoteSource::Purchase { supplier, supplier_id, quantity_kg, rate_per_kg, warehouse } => {
            SourceRequest::Purchase {
                supplier: supplier.clone(),
                supplier_id: *supplier_id,
                warehouse: warehouse.clone(),
                quantity: quantity_kg.get(),
                rate: rate_per_kg.get(),
            }
        }
    }
}
