use kernel::{BusinessDate, Inr, Kg, RatePerKg, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::DealId;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Occasion {
    /// A deal stands.
    Confirmed,
    /// A deal that stood was called off.
    Cancelled,
    /// Its terms or what is noted on it changed.
    Amended,
}

/// What can be amended of a deal, as its facts name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Term {
    /// Whether it is delivered or picked up.
    DeliveryTerms,
    /// From where.
    Warehouse,
    /// The sale rate or a note, or something that facts may name one day.
    #[serde(other)]
    Other,
}

/// What is sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Good {
    /// What people call it.
    pub code: String,
    /// Who makes it; may be empty.
    pub company: String,
    /// Its application family; may be empty.
    pub grade: String,
}

/// A part of the material, with its cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portion {
    /// Who sold it to the firm.
    pub supplier: String,
    /// How much the deal takes of it.
    pub quantity: Kg,
    /// What the firm paid.
    pub rate: RatePerKg,
}

impl Portion {
    /// What it cost, exactly.
    #[must_use]
    pub fn cost(&self) -> Inr {
        self.rate.times(self.quantity)
    }
}

/// Everything a text about a deal is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealNews {
    /// Which deal.
    pub deal_id: DealId,
    /// The day of the deal.
    pub date: BusinessDate,
    /// Who buys.
    pub customer: String,
    /// What is sold.
    pub good: Good,
    /// How much is sold.
    pub quantity: Kg,
    /// At which rate.
    pub rate: RatePerKg,
    /// `delivered` or `pickup`
    pub delivery_terms: String,
    /// From where, when it matters.
    pub warehouse: Option<String>,
    /// Noted on the sale.
    pub sale_comments: Option<String>,
    /// Noted on the purchase.
    pub purchase_comments: Option<String>,
    /// Where the material came from, in the order it was chosen.
    pub portions: Vec<Portion>,
    /// When it was decided.
    pub at: Timestamp,
}

impl DealNews {
    /// What the customer pays, exactly.
    pub(super) fn revenue(&self) -> Inr {
        self.rate.times(self.quantity)
    }

    /// What the material cost, exactly.
    pub(super) fn cost(&self) -> Inr {
        self.portions.iter().map(Portion::cost).sum()
    }
}
