//! Taking a product over from another system, again and again while that system is still in use.

use serde::{Deserialize, Serialize};

use super::{Attributes, Product, ProductEvent};
use crate::ProductCode;

/// A product as another system has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedProduct {
    /// Its identity there.
    pub legacy_id: String,
    /// Application family; may be empty.
    pub grade: String,
    /// Producer or brand; may be empty.
    pub company: String,
    /// Polymer family; may be empty.
    pub specific_grade: String,
    /// Whether it is still traded.
    pub active: bool,
}

/// Creates the product, or changes what changed in the other system since the last time. An attribute that did not change
/// there keeps what people made of it here.
pub(super) fn import(product: &Product, code: &ProductCode, new: &ImportedProduct) -> Vec<ProductEvent> {
    if product.imported.as_ref() == Some(new) {
        return vec![];
    }
    let before = product.imported.as_ref();
    let present = product.details.as_ref().map(|(_, attributes)| attributes);
    let taken = |of: fn(&ImportedProduct) -> &String, here: fn(&Attributes) -> &String| {
        let same = before.is_some_and(|before| of(before) == of(new));
        present.map(here).filter(|_| same).unwrap_or_else(|| of(new)).clone()
    };
    let attributes = Attributes {
        grade: taken(|p| &p.grade, |a| &a.grade),
        company: taken(|p| &p.company, |a| &a.company),
        specific_grade: taken(|p| &p.specific_grade, |a| &a.specific_grade),
        min_stock: present.map(|attributes| attributes.min_stock).unwrap_or_default(),
    };
    let code = code.clone();
    let follows = match present {
        None => Some(ProductEvent::ProductCreated { code, attributes }),
        Some(present) if *present != attributes => Some(ProductEvent::ProductChanged { code, attributes }),
        Some(_) => None,
    };
    follows.into_iter().chain([ProductEvent::ProductImported { product: new.clone() }]).collect()
}
