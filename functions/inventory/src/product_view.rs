//! A product as clients see it.

use inventory_domain::product::{Attributes, ImportedProduct};
use inventory_domain::{ProductCode, ProductId};
use kernel::Kg;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A product of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductView {
    /// Its identity.
    pub id: ProductId,
    /// What people call it; unique, never changes.
    pub product_code: ProductCode,
    /// Application family, e.g. `PP Raffia`; may be empty.
    pub grade: String,
    /// Producer or brand; may be empty.
    pub company: String,
    /// Polymer family, e.g. `PP`; may be empty.
    pub specific_grade: String,
    /// Below this much available material the product counts as low.
    pub min_stock_kg: Kg,
    /// Whether it is still traded; false only for a product that was imported as no longer traded.
    #[serde(default = "active")]
    pub active: bool,
    /// Its identity in the system it was imported from, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legacy_id: Option<String>,
    /// Version of the product, as in the `ETag`.
    pub version: u64,
}

impl ProductView {
    /// Shows a product.
    #[must_use]
    pub fn of(id: ProductId, code: &ProductCode, attributes: &Attributes, version: u64) -> Self {
        Self {
            id,
            product_code: code.clone(),
            grade: attributes.grade.clone(),
            company: attributes.company.clone(),
            specific_grade: attributes.specific_grade.clone(),
            min_stock_kg: attributes.min_stock,
            active: true,
            legacy_id: None,
            version,
        }
    }

    /// Shows what is known of the system a product was imported from, if it was.
    #[must_use]
    pub fn with_import(self, imported: Option<&ImportedProduct>) -> Self {
        Self {
            active: imported.is_none_or(|imported| imported.active),
            legacy_id: imported.map(|imported| imported.legacy_id.clone()),
            ..self
        }
    }
}

const fn active() -> bool {
    true
}
