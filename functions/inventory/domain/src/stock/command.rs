use kernel::{BusinessDate, Kg, RatePerKg};
use serde::{Deserialize, Serialize};

use super::{Draw, LotImport};
use crate::{DealId, PartyId};

/// Material coming into stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Who sold it to the firm.
    pub supplier: String,
    /// Which party that is, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier_id: Option<PartyId>,
    /// Where it lies, when known.
    pub warehouse: Option<String>,
    /// How much; more than zero.
    pub quantity: Kg,
    /// What the firm paid; more than zero.
    pub rate: RatePerKg,
    /// When the firm got it.
    pub received_on: BusinessDate,
}

/// One source a deal wants to be covered from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceRequest {
    /// Material from a lot in stock.
    Lot {
        /// Its number; a lot named twice is summed.
        lot: u32,
        /// How much of it.
        quantity: Kg,
    },
    /// Material bought for the deal.
    Purchase {
        /// Who sells it to the firm.
        supplier: String,
        /// Which party that is, when known.
        supplier_id: Option<PartyId>,
        /// Where it will lie, when known.
        warehouse: Option<String>,
        /// How much is bought; what the deal does not use stays in the new lot.
        quantity: Kg,
        /// What the firm pays.
        rate: RatePerKg,
    },
}

/// A deal asking for its material.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReserveRequest {
    /// Which deal.
    pub deal: DealId,
    /// How much it sells.
    pub quantity: Kg,
    /// The deal's date, which purchased lots get.
    pub date: BusinessDate,
    /// Sources in the trader's order.
    pub sources: Vec<SourceRequest>,
}

/// What can be asked of a product's stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StockCommand {
    /// Take material into stock as a new lot.
    Receive(Receipt),
    /// Take a lot over from another system, or what changed there since it was last taken over.
    Import(LotImport),
    /// Take the import of a lot back, as if it had never moved in.
    WithdrawImport {
        /// Its identity in the other system.
        legacy_id: String,
    },
    /// Correct what is available in a lot: damage, a recount, a typing mistake.
    Adjust {
        /// Which lot.
        lot: u32,
        /// More or less, not zero.
        delta: Kg,
        /// Why.
        reason: String,
    },
    /// Hold **all** sources for a deal, or none.
    Reserve(ReserveRequest),
    /// The deal is confirmed: what was held for it is sold.
    Sell {
        /// Which deal.
        deal: DealId,
    },
    /// The deal is off: what was held for it, or sold to it, is available again.
    Release {
        /// Which deal.
        deal: DealId,
        /// What it had taken, when it had been confirmed; empty otherwise.
        sold: Vec<Draw>,
    },
}
