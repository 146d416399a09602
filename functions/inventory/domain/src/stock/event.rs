use kernel::{BusinessDate, Kg, RatePerKg};
use serde::{Deserialize, Serialize};

use super::{Draw, LotImport, Receipt};
use crate::{DealId, PartyId};

/// One covered source of a deal, with its cost basis as it was at that moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReservedSource {
    /// The lot it comes from: a lot in stock, or the new one made by the purchase.
    pub lot: u32,
    /// How much the deal takes of it; may be zero for a purchase that the lots left nothing to do.
    pub quantity: Kg,
    /// What the firm paid.
    pub rate: RatePerKg,
    /// Who sold it to the firm.
    pub supplier: String,
    /// Which party that is, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier_id: Option<PartyId>,
    /// Where it lies, when known.
    pub warehouse: Option<String>,
    /// Present when the lot is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase: Option<PurchaseTerms>,
}

/// What was bought for a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseTerms {
    /// All that was bought; the deal takes [`ReservedSource::quantity`] of it.
    pub bought: Kg,
    /// The deal's date.
    pub received_on: BusinessDate,
}

/// A lot that cannot give what a deal asks of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortage {
    /// Which lot.
    pub lot: u32,
    /// What the deal asks, summed over all mentions of the lot.
    pub requested: Kg,
    /// What is free; `None` when there is no such lot.
    pub available: Option<Kg>,
}

/// What can have happened to a product's stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum StockEvent {
    /// Material came in.
    LotReceived {
        /// The number of the new lot.
        lot: u32,
        /// What came in.
        receipt: Receipt,
    },
    /// A lot was taken over from another system.
    LotImported {
        /// The number of the new lot.
        lot: u32,
        /// As the other system had it.
        import: LotImport,
    },
    /// The other system has more or less in a lot than when it was last taken over from there.
    LotReimported {
        /// Which lot.
        lot: u32,
        /// The difference to the last time.
        delta: Kg,
        /// Says so in words.
        reason: String,
        /// As the other system has it now.
        import: LotImport,
    },
    /// The import of a lot was taken back: nothing is left in it, and no list shows it until it is imported again.
    LotImportWithdrawn {
        /// Which lot.
        lot: u32,
        /// What it had, taken off.
        delta: Kg,
        /// Says so in words.
        reason: String,
    },
    /// What is available was corrected.
    LotAdjusted {
        /// Which lot.
        lot: u32,
        /// More or less.
        delta: Kg,
        /// Why.
        reason: String,
    },
    /// All sources of a deal are held for it.
    StockReserved {
        /// Which deal.
        deal: DealId,
        /// In the trader's order, each lot once.
        sources: Vec<ReservedSource>,
    },
    /// A deal could not be covered; nothing is held for it.
    StockRejected {
        /// Which deal.
        deal: DealId,
        /// Every lot that is short.
        shortages: Vec<Shortage>,
    },
    /// What was held for a deal is sold.
    StockSold {
        /// Which deal.
        deal: DealId,
        /// What it took.
        draws: Vec<Draw>,
    },
    /// What was held for a deal, or sold to it, is available again.
    StockReleased {
        /// Which deal.
        deal: DealId,
        /// What it gave back.
        draws: Vec<Draw>,
    },
    /// A deal was called off before it asked for material: nothing will be held for it.
    ReservationForestalled {
        /// Which deal.
        deal: DealId,
    },
}
