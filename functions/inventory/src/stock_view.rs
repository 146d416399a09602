//! The stock of a product as clients see it.

use inventory_domain::{ProductCode, ProductId};
use kernel::{BusinessDate, Inr, Kg};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::projections::StockFigures;

/// What there is of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockView {
    /// Which product.
    pub product_id: ProductId,
    /// What people call it.
    pub product_code: ProductCode,
    /// Application family; may be empty.
    pub grade: String,
    /// Producer or brand; may be empty.
    pub company: String,
    /// Polymer family; may be empty.
    pub specific_grade: String,
    /// Free to be reserved.
    pub available_kg: Kg,
    /// Held for deals that are not decided yet.
    pub reserved_kg: Kg,
    /// What is available, each lot at the rate paid for it; absent for callers without `cost:read`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_inr: Option<Inr>,
    /// How many lots have something available.
    pub lots: u64,
    /// When the oldest of them was received; absent when nothing is available.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest_received_on: Option<BusinessDate>,
    /// Below this much available material the product counts as low.
    pub min_stock_kg: Kg,
    /// How much is missing to that; absent when nothing is, and of a product that is no longer traded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortage_kg: Option<Kg>,
}

impl StockView {
    /// Shows figures, with what the material is worth or without.
    #[must_use]
    pub fn of(figures: StockFigures, with_value: bool) -> Self {
        Self {
            available_kg: figures.available(),
            reserved_kg: figures.reserved,
            value_inr: with_value.then(|| figures.value()),
            lots: figures.lots(),
            oldest_received_on: figures.days.first().map(|day| day.on),
            min_stock_kg: figures.min_stock,
            shortage_kg: figures.shortage(),
            product_id: figures.product_id,
            product_code: figures.product_code,
            grade: figures.grade,
            company: figures.company,
            specific_grade: figures.specific_grade,
        }
    }
}
