//! The stock aggregate: one per product, holding all its lots and the reservations upon them.
//!
//! **Why nothing is ever oversold.** A reservation is decided on the state of *all* lots of the product at once, and is
//! appended only if the stream has not moved since that state was read ([`Stock::decide`], then the event store's
//! conditional write). Whoever comes second decides again on what is left. In every state, for every lot:
//! `available + reserved + sold = received + adjusted`, and none of them is negative.

mod command;
mod error;
mod event;
mod import;
mod lot;
mod movement;
mod reservation;
mod snapshot;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use kernel::{Aggregate, Kg, Recorded, Timestamp};

pub use command::{Receipt, ReserveRequest, SourceRequest, StockCommand};
pub use error::StockRefusal;
pub use event::{PurchaseTerms, ReservedSource, Shortage, StockEvent};
pub use import::{LegacyLot, LotImport};
pub use lot::{Lot, Origin};
pub use movement::{Movement, MovementKind, movements};
pub use reservation::{Draw, Reservation, ReservationStatus};

use crate::DealId;

/// How long what is over stays in the state, in days: longer than any queue can hold a duplicate of the fact that
/// ended it.
pub const TERMINAL_KEPT_DAYS: i64 = 35;

/// The lots of one product and the reservations upon them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stock {
    lots: BTreeMap<u32, Lot>,
    reservations: BTreeMap<DealId, Reservation>,
}

impl Stock {
    /// The lots by number.
    #[must_use]
    pub const fn lots(&self) -> &BTreeMap<u32, Lot> {
        &self.lots
    }

    /// The reservations that are held, or ended less than [`TERMINAL_KEPT_DAYS`] ago.
    #[must_use]
    pub const fn reservations(&self) -> &BTreeMap<DealId, Reservation> {
        &self.reservations
    }

    /// The number the next lot gets. Lots are never removed, so numbers are never reused.
    fn next_lot(&self) -> u32 {
        self.lots.last_key_value().map_or(1, |(number, _)| number.saturating_add(1))
    }

    fn lot_mut(&mut self, number: u32, change: impl FnOnce(&mut Lot)) {
        if let Some(lot) = self.lots.get_mut(&number) {
            change(lot);
        }
    }

    fn end(&mut self, deal: DealId, status: ReservationStatus, at: Timestamp) {
        let draws = self.reservations.remove(&deal).map(|r| r.draws).unwrap_or_default();
        self.reservations.insert(deal, Reservation { draws, status, at });
    }

    fn adjust(&self, lot: u32, delta: Kg, reason: &str) -> Result<Vec<StockEvent>, StockRefusal> {
        let present = self.lots.get(&lot).filter(|lot| !lot.is_withdrawn());
        let present = present.ok_or(StockRefusal::UnknownLot(lot))?;
        if delta.is_zero() {
            return Err(StockRefusal::NothingToAdjust);
        }
        match present.available.checked_add(delta) {
            Some(after) if after >= Kg::ZERO => {
                Ok(vec![StockEvent::LotAdjusted { lot, delta, reason: reason.to_owned() }])
            }
            _ => Err(StockRefusal::AdjustedBelowZero { lot, available: present.available }),
        }
    }

    fn sell(&self, deal: DealId) -> Vec<StockEvent> {
        match self.reservations.get(&deal) {
            Some(reservation) if reservation.status == ReservationStatus::Held => {
                vec![StockEvent::StockSold { deal, draws: reservation.draws.clone() }]
            }
            _ => vec![],
        }
    }

    /// `sold` names what the deal had taken, for a reservation so old that the state has let go of it.
    fn release(&self, deal: DealId, sold: &[Draw]) -> Vec<StockEvent> {
        match self.reservations.get(&deal) {
            Some(Reservation {
                status: ReservationStatus::Held | ReservationStatus::Sold, draws, ..
            }) => {
                vec![StockEvent::StockReleased { deal, draws: draws.clone() }]
            }
            Some(_) => vec![],
            None if sold.is_empty() => vec![StockEvent::ReservationForestalled { deal }],
            None => {
                let returnable =
                    |draw: &&Draw| self.lots.get(&draw.lot).is_some_and(|l| l.sold >= draw.quantity);
                let draws = sold.iter().filter(returnable).cloned().collect();
                vec![StockEvent::StockReleased { deal, draws }]
            }
        }
    }

    fn forget_what_is_over(&mut self, now: Timestamp) {
        let horizon = now.plus_days(-TERMINAL_KEPT_DAYS);
        self.reservations.retain(|_, r| r.status == ReservationStatus::Held || r.at >= horizon);
    }
}

impl Aggregate for Stock {
    const KIND: &'static str = "stock";
    const SNAPSHOT_SCHEMA: Option<&'static str> = Some(snapshot::SCHEMA);

    type Command = StockCommand;
    type Event = StockEvent;
    type Refusal = StockRefusal;

    fn decide(&self, command: &StockCommand) -> Result<Vec<StockEvent>, StockRefusal> {
        match command {
            StockCommand::Receive(receipt) => {
                Ok(vec![StockEvent::LotReceived { lot: self.next_lot(), receipt: receipt.clone() }])
            }
            StockCommand::Import(lot) => import::import(self, lot),
            StockCommand::WithdrawImport { legacy_id } => import::withdraw(self, legacy_id),
            StockCommand::Adjust { lot, delta, reason } => self.adjust(*lot, *delta, reason),
            StockCommand::Reserve(request) => Ok(reservation::reserve(self, request)),
            StockCommand::Sell { deal } => Ok(self.sell(*deal)),
            StockCommand::Release { deal, sold } => Ok(self.release(*deal, sold)),
        }
    }

    fn evolve(mut self, recorded: &Recorded<StockEvent>) -> Self {
        let at = recorded.at;
        match &recorded.event {
            StockEvent::LotReceived { lot, receipt } => {
                self.lots.insert(*lot, Lot::received(receipt));
            }
            StockEvent::LotImported { lot, import } => {
                self.lots.insert(*lot, Lot::imported(import));
            }
            StockEvent::LotReimported { lot, delta, import, .. } => self.lot_mut(*lot, |l| {
                l.adjust(*delta);
                l.legacy = Some(LegacyLot::of(import));
            }),
            StockEvent::LotImportWithdrawn { lot, delta, .. } => self.lot_mut(*lot, |l| {
                l.adjust(*delta);
                l.legacy = l.legacy.take().map(LegacyLot::withdrawn);
            }),
            StockEvent::LotAdjusted { lot, delta, .. } => self.lot_mut(*lot, |l| l.adjust(*delta)),
            StockEvent::StockReserved { deal, sources } => {
                for source in sources {
                    if let Some(purchase) = &source.purchase {
                        self.lots.insert(source.lot, Lot::purchased(*deal, source, purchase));
                    }
                    self.lot_mut(source.lot, |l| l.reserve(source.quantity));
                }
                let draws = reservation::draws(sources);
                self.reservations.insert(*deal, Reservation { draws, status: ReservationStatus::Held, at });
            }
            StockEvent::StockRejected { deal, .. } => self.end(*deal, ReservationStatus::Rejected, at),
            StockEvent::ReservationForestalled { deal } => {
                self.end(*deal, ReservationStatus::Forestalled, at)
            }
            StockEvent::StockSold { deal, draws } => {
                for draw in draws {
                    self.lot_mut(draw.lot, |l| l.sell(draw.quantity));
                }
                self.end(*deal, ReservationStatus::Sold, at);
            }
            StockEvent::StockReleased { deal, draws } => {
                let was_held =
                    self.reservations.get(deal).is_some_and(|r| r.status == ReservationStatus::Held);
                for draw in draws {
                    self.lot_mut(draw.lot, |l| {
                        if was_held { l.release(draw.quantity) } else { l.take_back(draw.quantity) }
                    });
                }
                self.end(*deal, ReservationStatus::Released, at);
            }
        }
        self.forget_what_is_over(at);
        self
    }

    fn to_snapshot(&self) -> Option<serde_json::Value> {
        snapshot::write(self)
    }

    fn from_snapshot(snapshot: serde_json::Value) -> Option<Self> {
        snapshot::read(snapshot)
    }
}
