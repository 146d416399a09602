//! All or nothing: how a deal's sources are held.

use std::collections::BTreeMap;

use kernel::{Kg, Timestamp};
use serde::{Deserialize, Serialize};

use super::{PurchaseTerms, ReserveRequest, ReservedSource, Shortage, SourceRequest, Stock, StockEvent};

/// How much of which lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draw {
    /// The lot's number.
    pub lot: u32,
    /// How much of it.
    pub quantity: Kg,
}

/// Where a reservation stands. Everything but `Held` is final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReservationStatus {
    /// Held until its deal is decided.
    Held,
    /// Its deal was confirmed.
    Sold,
    /// Its deal was called off; the material is available again.
    Released,
    /// It could not be covered.
    Rejected,
    /// Its deal was called off before it came.
    Forestalled,
}

/// What is, or was, held for one deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    /// What of which lot.
    pub draws: Vec<Draw>,
    /// Where it stands.
    pub status: ReservationStatus,
    /// Since when.
    pub at: Timestamp,
}

/// The draws of covered sources; a purchase that is not drawn upon has none.
pub(super) fn draws(sources: &[ReservedSource]) -> Vec<Draw> {
    let drawn = sources.iter().filter(|source| source.quantity.is_positive());
    drawn.map(|source| Draw { lot: source.lot, quantity: source.quantity }).collect()
}

/// Decides a reservation: every source, or a shortage for each lot that cannot give its part. Asking again for the same
/// deal changes nothing, whatever became of it.
pub(super) fn reserve(stock: &Stock, request: &ReserveRequest) -> Vec<StockEvent> {
    if stock.reservations.contains_key(&request.deal) {
        return vec![];
    }
    let asked = asked_of_lots(request);
    let shortages: Vec<Shortage> =
        asked.iter().filter_map(|(lot, asked)| shortage(stock, *lot, *asked)).collect();
    if !shortages.is_empty() {
        return vec![StockEvent::StockRejected { deal: request.deal, shortages }];
    }
    vec![StockEvent::StockReserved { deal: request.deal, sources: cover(stock, request, asked) }]
}

/// What is asked of each lot, in sum. A sum too large to hold stands at the largest weight, which no lot has.
fn asked_of_lots(request: &ReserveRequest) -> BTreeMap<u32, Kg> {
    let mut asked: BTreeMap<u32, Kg> = BTreeMap::new();
    for source in &request.sources {
        if let SourceRequest::Lot { lot, quantity } = source {
            let sum = asked.entry(*lot).or_default();
            *sum = sum.saturating_add(*quantity);
        }
    }
    asked
}

fn shortage(stock: &Stock, lot: u32, requested: Kg) -> Option<Shortage> {
    let available = stock.lots.get(&lot).map(|lot| lot.available);
    let covered = requested.is_positive() && available.is_some_and(|available| available >= requested);
    (!covered).then_some(Shortage { lot, requested, available })
}

/// Covers the deal in the trader's order: lots give what was asked of them, purchases fill what is left, and what they
/// bring beyond that stays available in their new lots.
fn cover(stock: &Stock, request: &ReserveRequest, mut asked: BTreeMap<u32, Kg>) -> Vec<ReservedSource> {
    let mut open = request.quantity.saturating_sub(asked.values().copied().sum());
    let mut next_lot = stock.next_lot();
    let mut sources = Vec::with_capacity(request.sources.len());
    for source in &request.sources {
        match source {
            SourceRequest::Lot { lot, .. } => {
                // A later mention of the same lot was summed into its first.
                if let (Some(quantity), Some(present)) = (asked.remove(lot), stock.lots.get(lot)) {
                    sources.push(ReservedSource {
                        lot: *lot,
                        quantity,
                        rate: present.rate,
                        supplier: present.supplier.clone(),
                        supplier_id: present.supplier_id,
                        warehouse: present.warehouse.clone(),
                        purchase: None,
                    });
                }
            }
            SourceRequest::Purchase { supplier, supplier_id, warehouse, quantity: bought, rate } => {
                let quantity = open.min(*bought).max(Kg::ZERO);
                open = open.saturating_sub(quantity);
                sources.push(ReservedSource {
                    lot: next_lot,
                    quantity,
                    rate: *rate,
                    supplier: supplier.clone(),
                    supplier_id: *supplier_id,
                    warehouse: warehouse.clone(),
                    purchase: Some(PurchaseTerms { bought: *bought, received_on: request.date }),
                });
                next_lot = next_lot.saturating_add(1);
            }
        }
    }
    sources
}
