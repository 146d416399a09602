//! A second set of books for stock: what every event claims, added up without the product's own fold.
//!
//! It refuses an event that the rules could not have allowed: material taken twice, given back unasked, sold unheld.

use std::collections::BTreeMap;

use event_store::Commit;
use inventory_domain::stock::{Draw, LotImport, StockEvent};
use inventory_domain::{DealId, LotId, ProductId};
use kernel::{Kg, RatePerKg};

/// The buckets of one lot, in grams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buckets {
    /// All that ever came in.
    pub received_g: i64,
    /// Sum of all corrections.
    pub adjusted_g: i64,
    /// Free.
    pub available_g: i64,
    /// Held.
    pub reserved_g: i64,
    /// Gone.
    pub sold_g: i64,
    /// What the firm paid.
    pub rate: RatePerKg,
}

impl Buckets {
    const fn received(quantity: Kg, rate: RatePerKg) -> Self {
        let grams = quantity.grams();
        Self { received_g: grams, adjusted_g: 0, available_g: grams, reserved_g: 0, sold_g: 0, rate }
    }

    const fn balances(&self) -> bool {
        self.available_g >= 0
            && self.reserved_g >= 0
            && self.sold_g >= 0
            && self.available_g + self.reserved_g + self.sold_g == self.received_g + self.adjusted_g
    }
}

/// Where a deal's material stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldState {
    /// Held for it.
    Held,
    /// Sold to it.
    Sold,
    /// Given back.
    Released,
    /// It could not be covered.
    Rejected,
    /// It was called off before it came.
    Forestalled,
}

/// What stock holds, or held, for a deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Of which product.
    pub product: ProductId,
    /// What of which lot.
    pub draws: BTreeMap<u32, i64>,
    /// Where it stands.
    pub state: HoldState,
}

/// The books.
#[derive(Debug, Default)]
pub struct Ledger {
    lots: BTreeMap<LotId, Buckets>,
    holds: BTreeMap<DealId, Hold>,
}

impl Ledger {
    /// Every lot.
    #[must_use]
    pub const fn lots(&self) -> &BTreeMap<LotId, Buckets> {
        &self.lots
    }

    /// What is held for every deal that stock has heard of.
    #[must_use]
    pub const fn holds(&self) -> &BTreeMap<DealId, Hold> {
        &self.holds
    }

    /// Books a commit of a stock stream.
    ///
    /// # Errors
    /// What it claims that cannot be.
    pub fn book(&mut self, commit: &Commit) -> Result<(), String> {
        let product: ProductId = commit.stream.key().parse().map_err(|e| format!("{e}"))?;
        for stored in &commit.events {
            let event: StockEvent = stored.decode().map_err(|e| e.to_string())?;
            self.enter(product, &event).map_err(|fault| format!("{product}: {fault} by {event:?}"))?;
        }
        match self.lots.iter().find(|(lot, buckets)| lot.root() == product && !buckets.balances()) {
            Some((lot, buckets)) => Err(format!("{lot} does not balance: {buckets:?}")),
            None => Ok(()),
        }
    }

    fn enter(&mut self, product: ProductId, event: &StockEvent) -> Result<(), String> {
        match event {
            StockEvent::LotReceived { lot, receipt }
            | StockEvent::LotImported { lot, import: LotImport { receipt, .. } } => {
                self.new_lot(LotId::new(product, *lot), Buckets::received(receipt.quantity, receipt.rate))
            }
            StockEvent::LotAdjusted { lot, delta, .. }
            | StockEvent::LotReimported { lot, delta, .. }
            | StockEvent::LotImportWithdrawn { lot, delta, .. } => self.lot(product, *lot, |buckets| {
                buckets.available_g += delta.grams();
                buckets.adjusted_g += delta.grams();
            }),
            StockEvent::StockReserved { deal, sources } => {
                for source in sources {
                    if let Some(purchase) = &source.purchase {
                        let bought = Buckets::received(purchase.bought, source.rate);
                        self.new_lot(LotId::new(product, source.lot), bought)?;
                    }
                    self.lot(product, source.lot, |buckets| {
                        buckets.available_g -= source.quantity.grams();
                        buckets.reserved_g += source.quantity.grams();
                    })?;
                }
                let drawn = sources.iter().map(|source| (source.lot, source.quantity.grams()));
                let draws = drawn.filter(|(_, grams)| *grams > 0).collect();
                self.first_word(*deal, Hold { product, draws, state: HoldState::Held })
            }
            StockEvent::StockRejected { deal, .. } => {
                self.first_word(*deal, Hold { product, draws: BTreeMap::new(), state: HoldState::Rejected })
            }
            StockEvent::ReservationForestalled { deal } => self
                .first_word(*deal, Hold { product, draws: BTreeMap::new(), state: HoldState::Forestalled }),
            StockEvent::StockSold { deal, draws } => {
                let before = self.moves(product, *deal, draws, HoldState::Sold)?;
                if before != HoldState::Held {
                    return Err(format!("what was {before:?} is sold"));
                }
                self.each(product, draws, |buckets, grams| {
                    buckets.reserved_g -= grams;
                    buckets.sold_g += grams;
                })
            }
            StockEvent::StockReleased { deal, draws } => {
                match self.moves(product, *deal, draws, HoldState::Released)? {
                    HoldState::Held => self.each(product, draws, |buckets, grams| {
                        buckets.reserved_g -= grams;
                        buckets.available_g += grams;
                    }),
                    HoldState::Sold => self.each(product, draws, |buckets, grams| {
                        buckets.sold_g -= grams;
                        buckets.available_g += grams;
                    }),
                    before => Err(format!("what was {before:?} is released")),
                }
            }
        }
    }

    fn new_lot(&mut self, lot: LotId, buckets: Buckets) -> Result<(), String> {
        match self.lots.insert(lot, buckets) {
            None => Ok(()),
            Some(_) => Err(format!("{lot} is received twice")),
        }
    }

    fn lot(&mut self, product: ProductId, lot: u32, change: impl FnOnce(&mut Buckets)) -> Result<(), String> {
        let buckets =
            self.lots.get_mut(&LotId::new(product, lot)).ok_or(format!("lot {lot} does not exist"))?;
        change(buckets);
        if buckets.balances() { Ok(()) } else { Err(format!("lot {lot} is overdrawn: {buckets:?}")) }
    }

    fn each(
        &mut self,
        product: ProductId,
        draws: &[Draw],
        change: impl Fn(&mut Buckets, i64),
    ) -> Result<(), String> {
        draws
            .iter()
            .try_for_each(|draw| self.lot(product, draw.lot, |lot| change(lot, draw.quantity.grams())))
    }

    fn first_word(&mut self, deal: DealId, hold: Hold) -> Result<(), String> {
        match self.holds.insert(deal, hold) {
            None => Ok(()),
            Some(before) => Err(format!("{deal} is answered again, after {before:?}")),
        }
    }

    /// Moves what is held for a deal on; tells where it stood.
    fn moves(
        &mut self,
        product: ProductId,
        deal: DealId,
        draws: &[Draw],
        state: HoldState,
    ) -> Result<HoldState, String> {
        let hold = self.holds.get_mut(&deal).ok_or(format!("{deal} holds nothing"))?;
        let moved: BTreeMap<u32, i64> = draws.iter().map(|draw| (draw.lot, draw.quantity.grams())).collect();
        if hold.product != product || hold.draws != moved {
            return Err(format!("{deal} holds {hold:?}, and {moved:?} is moved"));
        }
        Ok(std::mem::replace(&mut hold.state, state))
    }
}
