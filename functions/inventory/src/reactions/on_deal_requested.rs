//! `deal.requested`: hold all sources of the deal, or none.
//!
//! A request that comes long after its deal was due is let go: by then the deal is decided, or given up by its sweeper,
//! and a reservation made now might never be released. It happens when old facts are published again.

use inventory_domain::stock::{ReserveRequest, SourceRequest, StockCommand};
use inventory_domain::{DealId, LotId, PartyId, ProductId};
use kernel::{BusinessDate, PositiveKg, PositiveRate, Timestamp};
use messaging::{Envelope, Fact};
use serde::Deserialize;

use super::Unusable;

/// The part of the fact this context reads.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DealRequested {
    deal_id: DealId,
    product_id: ProductId,
    quantity_kg: PositiveKg,
    date: BusinessDate,
    due: Timestamp,
    #[serde(default)]
    warehouse: Option<String>,
    sources: Vec<Source>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", rename_all_fields = "camelCase")]
enum Source {
    Lot {
        lot_id: LotId,
        quantity_kg: PositiveKg,
    },
    Purchase {
        supplier: String,
        #[serde(default)]
        supplier_id: Option<PartyId>,
        quantity_kg: PositiveKg,
        rate_per_kg: PositiveRate,
        #[serde(default)]
        warehouse: Option<String>,
    },
}

impl Fact for DealRequested {
    const TYPE: &'static str = "deal.requested";
}

/// How long after its due time a request is still answered, in milliseconds: far longer than the sweeper takes, far
/// shorter than the state remembers a reservation that is over.
const ANSWERED_AFTER_DUE_MS: i64 = 24 * 60 * 60 * 1_000;

pub(super) fn command(
    envelope: &Envelope,
    now: Timestamp,
) -> Result<Option<(ProductId, StockCommand)>, Unusable> {
    let fact: DealRequested = envelope.fact()?;
    if now.since_ms(fact.due) > ANSWERED_AFTER_DUE_MS {
        tracing::warn!(deal.id = %fact.deal_id, deal.due = %fact.due, "request let go: its deal was due long ago");
        return Ok(None);
    }
    let sources = fact
        .sources
        .into_iter()
        .map(|source| match source {
            Source::Lot { lot_id, .. } if lot_id.root() != fact.product_id => {
                Err(Unusable::ForeignLot { product: fact.product_id.to_string(), lot: lot_id.to_string() })
            }
            Source::Lot { lot_id, quantity_kg } => {
                Ok(SourceRequest::Lot { lot: lot_id.number(), quantity: quantity_kg.get() })
            }
            Source::Purchase { supplier, supplier_id, quantity_kg, rate_per_kg, warehouse } => {
                Ok(SourceRequest::Purchase {
                    supplier,
                    supplier_id,
                    quantity: quantity_kg.get(),
                    rate: rate_per_kg.get(),
                    // Material bought for a deal lies where the deal is served from, unless the trader says otherwise.
                    warehouse: warehouse.or_else(|| fact.warehouse.clone()),
                })
            }
        })
        .collect::<Result<_, _>>()?;
    let request =
        ReserveRequest { deal: fact.deal_id, quantity: fact.quantity_kg.get(), date: fact.date, sources };
    Ok(Some((fact.product_id, StockCommand::Reserve(request))))
}
