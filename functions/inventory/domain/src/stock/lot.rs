use kernel::{BusinessDate, Kg, RatePerKg};
use serde::{Deserialize, Serialize};

use super::{LegacyLot, LotImport, PurchaseTerms, Receipt, ReservedSource};
use crate::{DealId, PartyId};

/// Where a lot came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Received into stock.
    Receipt,
    /// Bought for a deal; what that deal did not use is stock like any other.
    Purchase {
        /// The deal it was bought for.
        deal: DealId,
    },
}

/// Material of one product from one supplier at one rate. `available + reserved + sold = received + adjusted`, always.
/// A lot is never merged with another and never removed, even at zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// Who sold it to the firm.
    pub supplier: String,
    /// Which party that is, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier_id: Option<PartyId>,
    /// Where it lies, when known.
    pub warehouse: Option<String>,
    /// What the firm paid.
    pub rate: RatePerKg,
    /// When the firm got it.
    pub received_on: BusinessDate,
    /// Where it came from.
    pub origin: Origin,
    /// All that ever came in.
    pub received: Kg,
    /// Free to be reserved.
    pub available: Kg,
    /// Held for deals that are not decided yet.
    pub reserved: Kg,
    /// Gone to customers.
    pub sold: Kg,
    /// Sum of all corrections, possibly negative.
    pub adjusted: Kg,
    /// As another system had it when it was last taken over from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legacy: Option<LegacyLot>,
}

impl Lot {
    pub(super) fn received(receipt: &Receipt) -> Self {
        Self {
            supplier: receipt.supplier.clone(),
            supplier_id: receipt.supplier_id,
            warehouse: receipt.warehouse.clone(),
            rate: receipt.rate,
            received_on: receipt.received_on,
            origin: Origin::Receipt,
            received: receipt.quantity,
            available: receipt.quantity,
            reserved: Kg::ZERO,
            sold: Kg::ZERO,
            adjusted: Kg::ZERO,
            legacy: None,
        }
    }

    pub(super) fn imported(import: &LotImport) -> Self {
        Self { legacy: Some(LegacyLot::of(import)), ..Self::received(&import.receipt) }
    }

    pub(super) fn purchased(deal: DealId, source: &ReservedSource, purchase: &PurchaseTerms) -> Self {
        Self {
            supplier: source.supplier.clone(),
            supplier_id: source.supplier_id,
            warehouse: source.warehouse.clone(),
            rate: source.rate,
            received_on: purchase.received_on,
            origin: Origin::Purchase { deal },
            received: purchase.bought,
            available: purchase.bought,
            reserved: Kg::ZERO,
            sold: Kg::ZERO,
            adjusted: Kg::ZERO,
            legacy: None,
        }
    }

    pub(super) fn adjust(&mut self, delta: Kg) {
        self.available = self.available.saturating_add(delta);
        self.adjusted = self.adjusted.saturating_add(delta);
    }

    pub(super) fn reserve(&mut self, quantity: Kg) {
        self.available = self.available.saturating_sub(quantity);
        self.reserved = self.reserved.saturating_add(quantity);
    }

    pub(super) fn release(&mut self, quantity: Kg) {
        self.reserved = self.reserved.saturating_sub(quantity);
        self.available = self.available.saturating_add(quantity);
    }

    pub(super) fn sell(&mut self, quantity: Kg) {
        self.reserved = self.reserved.saturating_sub(quantity);
        self.sold = self.sold.saturating_add(quantity);
    }

    pub(super) fn take_back(&mut self, quantity: Kg) {
        self.sold = self.sold.saturating_sub(quantity);
        self.available = self.available.saturating_add(quantity);
    }

    /// Whether its import was taken back: no list shows it.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        self.legacy.as_ref().is_some_and(|legacy| legacy.withdrawn)
    }

    /// Whether the buckets balance and none is negative.
    #[must_use]
    pub fn balances(&self) -> bool {
        let held = Kg::checked_sum([self.available, self.reserved, self.sold]);
        held.is_some()
            && held == self.received.checked_add(self.adjusted)
            && [self.available, self.reserved, self.sold].iter().all(|bucket| *bucket >= Kg::ZERO)
    }
}
