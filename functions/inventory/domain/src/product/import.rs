//! Taking a product over from another system, again and again while that system is still in use.

use kernel::Kg;
use serde::{Deserialize, Serialize};

use super::{Attributes, Product, ProductEvent, ProductRefusal};
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
    let present = product.details().map(|(_, attributes)| attributes);
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
    let adopted = product.adopted || (present.is_some() && before.is_none());
    follows.into_iter().chain([ProductEvent::ProductImported { product: new.clone(), adopted }]).collect()
}

impl ImportedProduct {
    /// What the catalogue says of it as long as nobody changes it there.
    fn attributes(&self) -> Attributes {
        Attributes {
            grade: self.grade.clone(),
            company: self.company.clone(),
            specific_grade: self.specific_grade.clone(),
            min_stock: Kg::ZERO,
        }
    }
}

/// Takes the import back, unless something was built upon the product: lots, or what people changed about it. A lot that was
/// received while it was taken back is named by every further attempt.
pub(super) fn withdraw(product: &Product, lots: usize) -> Result<Vec<ProductEvent>, ProductRefusal> {
    if product.withdrawn {
        return if lots > 0 { Err(ProductRefusal::HasLots(lots)) } else { Ok(vec![]) };
    }
    let imported = product.imported.as_ref().ok_or(ProductRefusal::NotImported)?;
    let (code, attributes) = product.details().ok_or(ProductRefusal::NotImported)?;
    if product.adopted {
        return Err(ProductRefusal::Adopted);
    }
    if *attributes != imported.attributes() {
        return Err(ProductRefusal::Changed);
    }
    if lots > 0 {
        return Err(ProductRefusal::HasLots(lots));
    }
    Ok(vec![ProductEvent::ProductImportWithdrawn { code: code.clone() }])
}
