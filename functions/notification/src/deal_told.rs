//! A deal as the deal context tells of it, in its facts and its answers: the part that messages are made of.

use kernel::{BusinessDate, Kg, RatePerKg, Timestamp};
use notification_domain::template::{DealNews, Good, Portion, Term};
use notification_domain::{DealId, ProductId};
use serde::Deserialize;

/// The part that `deal.confirmed`, `deal.cancelled`, `deal.amended` and `deal.imported` have in common.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DealTold {
    /// Which deal.
    pub deal_id: DealId,
    /// What is sold to whom.
    pub terms: Terms,
    /// Where the material came from; empty until the deal is confirmed.
    pub sources: Vec<Source>,
    /// Where it stands; `deal.cancelled` does not say.
    #[serde(default)]
    pub status: Option<String>,
    /// Of an amended deal: what changed.
    #[serde(default)]
    pub changes: Vec<Change>,
    /// Of a cancelled deal: whether it had stood.
    #[serde(default)]
    pub was_confirmed: bool,
}

/// A term that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Change {
    /// Which.
    pub field: Term,
}

/// Whether there is anything to be told of a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Not yet: it is not decided.
    Waits,
    /// It is confirmed.
    Stands,
    /// Not any more: it was rejected or called off.
    Over,
}

/// What is sold to whom.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    date: BusinessDate,
    customer: String,
    /// What is sold.
    pub product_id: ProductId,
    product_code: String,
    quantity_kg: Kg,
    rate_per_kg: RatePerKg,
    delivery_terms: String,
    #[serde(default)]
    warehouse: Option<String>,
    #[serde(default)]
    sale_comments: Option<String>,
    #[serde(default)]
    purchase_comments: Option<String>,
}

/// A part of the material.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    supplier: String,
    quantity_kg: Kg,
    rate_per_kg: RatePerKg,
}

impl DealTold {
    /// Whether there is anything to be told of it.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match self.status.as_deref() {
            Some("pending") => Standing::Waits,
            Some("confirmed") => Standing::Stands,
            _ => Standing::Over,
        }
    }

    /// What texts are made of. A product that nobody knows has at least the code that the deal was registered with.
    #[must_use]
    pub fn news(self, good: Option<Good>, at: Timestamp) -> DealNews {
        let terms = self.terms;
        let unknown =
            || Good { code: terms.product_code.clone(), company: String::new(), grade: String::new() };
        let portions = self.sources.into_iter().map(|source| Portion {
            supplier: source.supplier,
            quantity: source.quantity_kg,
            rate: source.rate_per_kg,
        });
        DealNews {
            deal_id: self.deal_id,
            date: terms.date,
            good: good.unwrap_or_else(unknown),
            customer: terms.customer,
            quantity: terms.quantity_kg,
            rate: terms.rate_per_kg,
            delivery_terms: terms.delivery_terms,
            warehouse: terms.warehouse,
            sale_comments: terms.sale_comments,
            purchase_comments: terms.purchase_comments,
            portions: portions.collect(),
            at,
        }
    }
}
