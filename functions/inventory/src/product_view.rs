//! A product as clients see it.

use inventory_domain::product::{Attributes, Product};
use inventory_domain::{ProductCode, ProductId};
use kernel::{BusinessDate, Kg, Timestamp};
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
    /// Since when it is in the catalogue; absent in lists that were made before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
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
            created_at: None,
            version,
        }
    }

    /// Shows since when it is there, and what is known of the system it was imported from, if it was.
    #[must_use]
    pub fn with_origin(self, product: &Product) -> Self {
        let imported = product.imported();
        Self {
            active: imported.is_none_or(|imported| imported.active),
            legacy_id: imported.map(|imported| imported.legacy_id.clone()),
            created_at: product.created_at(),
            ..self
        }
    }
}

const fn active() -> bool {
    true
}

/// An entry of the index of names: what a suggestion is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductEntry {
    /// The product.
    pub id: ProductId,
    /// What people call it.
    pub product_code: ProductCode,
    /// Application family; may be empty.
    pub grade: String,
    /// Producer or brand; may be empty.
    pub company: String,
    /// Polymer family; may be empty.
    pub specific_grade: String,
    /// Whether it is still traded.
    pub active: bool,
}

impl ProductEntry {
    /// The part of a product that the index keeps.
    #[must_use]
    pub fn of(product: ProductView) -> Self {
        let ProductView { id, product_code, grade, company, specific_grade, active, .. } = product;
        Self { id, product_code, grade, company, specific_grade, active }
    }

    /// What [`Search::finds`](kernel::text::Search::finds) is asked about.
    #[must_use]
    pub fn full_name(&self) -> String {
        full_name(&self.product_code, &self.grade, &self.company, &self.specific_grade)
    }
}

/// Code and attributes, so that words of several of them find a product together.
pub(crate) fn full_name(code: &ProductCode, grade: &str, company: &str, specific_grade: &str) -> String {
    format!("{code} {specific_grade} {grade} {company}")
}

/// A suggestion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductSuggestion {
    /// The product.
    #[serde(flatten)]
    pub product: ProductEntry,
    /// When it was last sold; absent when it never was, or before the thousand products that were sold last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_sold_on: Option<BusinessDate>,
}
