//! What happened to one lot, as people read it.

use kernel::{Aggregate, Kg, Recorded, Timestamp};

use super::{Draw, Stock, StockEvent};
use crate::DealId;

/// Why material moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MovementKind {
    /// Came in.
    Received,
    /// Came in for a deal.
    Purchased,
    /// Corrected.
    Adjusted,
    /// Held for a deal.
    Reserved,
    /// Gone to a deal's customer.
    Sold,
    /// Given back by a deal.
    Released,
}

/// One change of one lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// Sequence of the event in the stock's stream.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub kind: MovementKind,
    /// How much; negative for a correction downwards.
    pub quantity: Kg,
    /// For which deal, if for one.
    pub deal: Option<DealId>,
    /// The reason given for a correction.
    pub reason: Option<String>,
    /// What was available afterwards.
    pub available: Kg,
}

/// The movements of `lot` in a complete history, oldest first.
#[must_use]
pub fn movements(history: &[Recorded<StockEvent>], lot: u32) -> Vec<Movement> {
    let mut stock = Stock::default();
    let mut found = Vec::new();
    for recorded in history {
        stock = stock.evolve(recorded);
        let available = stock.lots().get(&lot).map_or(Kg::ZERO, |l| l.available);
        for (kind, quantity, deal, reason) in changes(&recorded.event, lot) {
            found.push(Movement {
                sequence: recorded.sequence,
                at: recorded.at,
                kind,
                quantity,
                deal,
                reason,
                available,
            });
        }
    }
    found
}

type Change = (MovementKind, Kg, Option<DealId>, Option<String>);

fn changes(event: &StockEvent, lot: u32) -> Vec<Change> {
    let of_draws = |kind, deal: &DealId, draws: &[Draw]| -> Vec<Change> {
        let mine = draws.iter().filter(|draw| draw.lot == lot);
        mine.map(|draw| (kind, draw.quantity, Some(*deal), None)).collect()
    };
    match event {
        StockEvent::LotReceived { lot: here, receipt } if *here == lot => {
            vec![(MovementKind::Received, receipt.quantity, None, None)]
        }
        StockEvent::LotImported { lot: here, import } if *here == lot => {
            vec![(MovementKind::Received, import.receipt.quantity, None, None)]
        }
        StockEvent::LotAdjusted { lot: here, delta, reason }
        | StockEvent::LotReimported { lot: here, delta, reason, .. }
        | StockEvent::LotImportWithdrawn { lot: here, delta, reason }
            if *here == lot =>
        {
            vec![(MovementKind::Adjusted, *delta, None, Some(reason.clone()))]
        }
        StockEvent::StockReserved { deal, sources } => {
            let mut changes = Vec::new();
            for source in sources.iter().filter(|source| source.lot == lot) {
                if let Some(purchase) = &source.purchase {
                    changes.push((MovementKind::Purchased, purchase.bought, Some(*deal), None));
                }
                if source.quantity.is_positive() {
                    changes.push((MovementKind::Reserved, source.quantity, Some(*deal), None));
                }
            }
            changes
        }
        StockEvent::StockSold { deal, draws } => of_draws(MovementKind::Sold, deal, draws),
        StockEvent::StockReleased { deal, draws } => of_draws(MovementKind::Released, deal, draws),
        StockEvent::LotReceived { .. }
        | StockEvent::LotImported { .. }
        | StockEvent::LotReimported { .. }
        | StockEvent::LotImportWithdrawn { .. }
        | StockEvent::LotAdjusted { .. }
        | StockEvent::StockRejected { .. }
        | StockEvent::ReservationForestalled { .. } => vec![],
    }
}
