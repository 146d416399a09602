//! What the sheet shows of a deal: a copy, so that a row changes only when its deal does.

use kernel::{BusinessDate, Kg, RatePerKg};
use serde::{Deserialize, Serialize};

/// A deal as it goes into the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SheetDeal {
    /// The day of the deal.
    pub date: BusinessDate,
    /// Who buys.
    pub customer: String,
    /// How much is sold.
    pub quantity_kg: Kg,
    /// At which rate.
    pub rate_per_kg: RatePerKg,
    /// Who brings it.
    pub delivery_terms: DeliveryTerms,
    /// What is sold.
    pub product: ProductWords,
    /// Where the material came from, in the deal's order.
    pub sources: Vec<SheetSource>,
    /// Whether it was called off after it had stood.
    pub cancelled: bool,
}

/// Who brings the material to the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryTerms {
    /// The firm delivers.
    Delivered,
    /// The customer collects ex warehouse.
    Pickup,
}

impl DeliveryTerms {
    /// As the sheet has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Pickup => "pickup",
        }
    }
}

/// What people call a product, each word in a column of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProductWords {
    /// Its code, such as `TR131`.
    pub code: String,
    /// Application family; may be empty.
    pub grade: String,
    /// Producer or brand; may be empty.
    pub company: String,
    /// Polymer family; may be empty.
    pub specific_grade: String,
}

/// Where some of a deal's material came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SheetSource {
    /// Who sold it to the firm.
    pub supplier: String,
    /// How much of the deal it is.
    pub quantity_kg: Kg,
    /// What the firm paid.
    pub rate_per_kg: RatePerKg,
}
