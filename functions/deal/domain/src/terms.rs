//! What a trader registers: a sale, and where its material comes from.

use kernel::{BusinessDate, Kg, PositiveKg, PositiveRate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{LotId, PartyId, ProductId};

/// Most sources one deal may name.
pub const MOST_SOURCES: usize = 40;

/// Who brings the material to the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryTerms {
    /// The firm delivers.
    Delivered,
    /// The customer collects ex warehouse.
    Pickup,
}

impl DeliveryTerms {
    /// As it is shown, filtered by and stored.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Pickup => "pickup",
        }
    }
}

/// What the trader noted; none of it changes the deal.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Comments {
    /// On the sale.
    #[serde(default, rename = "saleComments", skip_serializing_if = "Option::is_none")]
    pub sale: Option<String>,
    /// On the purchase.
    #[serde(default, rename = "purchaseComments", skip_serializing_if = "Option::is_none")]
    pub purchase: Option<String>,
    /// In the end; never sent to anyone.
    #[serde(default, rename = "finalComments", skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
}

/// One source of a deal's material.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum Source {
    /// From a lot in stock.
    Lot {
        /// Which lot; one named twice is summed.
        lot_id: LotId,
        /// How much of it.
        quantity_kg: PositiveKg,
    },
    /// Bought for this deal.
    Purchase {
        /// Who sells it to the firm.
        supplier: String,
        /// Which party that is; absent in deals from before parties were looked up.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        supplier_id: Option<PartyId>,
        /// How much is bought; what the deal does not use stays in stock as a new lot.
        quantity_kg: PositiveKg,
        /// What the firm pays.
        rate_per_kg: PositiveRate,
        /// Where it will lie, when known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        warehouse: Option<String>,
    },
}

impl Source {
    /// How much it brings.
    #[must_use]
    pub const fn quantity(&self) -> Kg {
        match self {
            Self::Lot { quantity_kg, .. } | Self::Purchase { quantity_kg, .. } => quantity_kg.get(),
        }
    }
}

/// A sale and its sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// The day of the deal.
    pub date: BusinessDate,
    /// Who buys.
    pub customer: String,
    /// Which party that is; absent in deals from before parties were looked up, and in imported ones whose party is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<PartyId>,
    /// What is sold.
    pub product_id: ProductId,
    /// Its code, as people know it.
    pub product_code: String,
    /// How much is sold.
    pub quantity_kg: PositiveKg,
    /// At which rate.
    pub rate_per_kg: PositiveRate,
    /// Who brings it.
    pub delivery_terms: DeliveryTerms,
    /// From where, when it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warehouse: Option<String>,
    /// What the trader noted.
    #[serde(flatten)]
    pub comments: Comments,
    /// Where the material comes from, in the trader's order.
    pub sources: Vec<Source>,
}

/// A rule that terms break. `usize` fields are positions among the sources, from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TermsFault {
    /// Nothing covers the sale.
    #[error("names no source; at least one lot or purchase must cover the sale")]
    NoSources,
    /// More sources than one deal may name.
    #[error("names {0} sources; a deal has at most {MOST_SOURCES}")]
    TooManySources(usize),
    /// A lot of another product.
    #[error("is a lot of another product")]
    ForeignLot(usize),
    /// Lots give more than is sold.
    #[error("draws {drawn} kg from lots, more than the {quantity} kg sold")]
    Overdrawn {
        /// Sum of the lot sources.
        drawn: Kg,
        /// What is sold.
        quantity: Kg,
    },
    /// The sources do not cover the sale.
    #[error("cover {covered} kg of the {quantity} kg sold; {short} kg are missing")]
    Uncovered {
        /// Sum of all sources.
        covered: Kg,
        /// What is sold.
        quantity: Kg,
        /// The difference.
        short: Kg,
    },
}

impl Terms {
    /// Every rule the terms break; empty when they can be registered.
    #[must_use]
    pub fn faults(&self) -> Vec<TermsFault> {
        let quantity = self.quantity_kg.get();
        let mut faults = Vec::new();
        if self.sources.is_empty() {
            return vec![TermsFault::NoSources];
        }
        if self.sources.len() > MOST_SOURCES {
            faults.push(TermsFault::TooManySources(self.sources.len()));
        }
        let (mut drawn, mut covered) = (Kg::ZERO, Kg::ZERO);
        for (position, source) in self.sources.iter().enumerate() {
            covered = covered.saturating_add(source.quantity());
            if let Source::Lot { lot_id, quantity_kg } = source {
                drawn = drawn.saturating_add(quantity_kg.get());
                if lot_id.root() != self.product_id {
                    faults.push(TermsFault::ForeignLot(position));
                }
            }
        }
        if drawn > quantity {
            faults.push(TermsFault::Overdrawn { drawn, quantity });
        }
        if covered < quantity {
            let short = quantity.saturating_sub(covered);
            faults.push(TermsFault::Uncovered { covered, quantity, short });
        }
        faults
    }
}
