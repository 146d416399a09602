//! The product aggregate: what a product code stands for.

mod command;
mod error;
mod event;
mod import;
#[cfg(test)]
mod tests;

use kernel::{Aggregate, Kg, Recorded, Timestamp};

pub use command::{AttributesChange, ProductCommand};
pub use error::ProductRefusal;
pub use event::ProductEvent;
pub use import::ImportedProduct;

use crate::ProductCode;

/// What is known about a product besides its code.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Attributes {
    /// Application family, e.g. `PP Raffia`; may be empty.
    pub grade: String,
    /// Producer or brand; may be empty.
    pub company: String,
    /// Polymer family, e.g. `PP`; may be empty.
    pub specific_grade: String,
    /// Below this much available material the product counts as low.
    pub min_stock: Kg,
}

/// A product; `None` inside until it is created.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Product {
    details: Option<(ProductCode, Attributes)>,
    /// Since when it is in the catalogue.
    created_at: Option<Timestamp>,
    imported: Option<ImportedProduct>,
    /// Whether it was in the catalogue before it was imported.
    adopted: bool,
    /// Whether its import was taken back; then nothing but its details is left, for the lists.
    withdrawn: bool,
}

impl Product {
    /// Code and attributes, once created and as long as it is in the catalogue.
    #[must_use]
    pub const fn details(&self) -> Option<&(ProductCode, Attributes)> {
        if self.withdrawn { None } else { self.details.as_ref() }
    }

    /// Code and attributes as they were last, also of a product whose import was taken back: lists must forget it.
    #[must_use]
    pub const fn last_details(&self) -> Option<&(ProductCode, Attributes)> {
        self.details.as_ref()
    }

    /// Whether its import was taken back: no list shows it.
    #[must_use]
    pub const fn is_withdrawn(&self) -> bool {
        self.withdrawn
    }

    /// Since when it is in the catalogue; of one that came back after its import was taken back, since then.
    #[must_use]
    pub const fn created_at(&self) -> Option<Timestamp> {
        self.created_at
    }

    /// As another system had it when it was last taken over from there.
    #[must_use]
    pub const fn imported(&self) -> Option<&ImportedProduct> {
        self.imported.as_ref()
    }
}

impl Aggregate for Product {
    const KIND: &'static str = "product";

    type Command = ProductCommand;
    type Event = ProductEvent;
    type Refusal = ProductRefusal;

    fn decide(&self, command: &ProductCommand) -> Result<Vec<ProductEvent>, ProductRefusal> {
        match (command, self.details()) {
            (ProductCommand::Create { code, attributes }, None) => {
                Ok(vec![ProductEvent::ProductCreated { code: code.clone(), attributes: attributes.clone() }])
            }
            (ProductCommand::Create { code, .. }, Some(_)) => Err(ProductRefusal::CodeTaken(code.clone())),
            (ProductCommand::Change(_), None) => Err(ProductRefusal::Unknown),
            (ProductCommand::Change(change), Some((code, present))) => {
                let attributes = change.applied_to(present);
                let changed = attributes != *present;
                Ok(changed
                    .then(|| ProductEvent::ProductChanged { code: code.clone(), attributes })
                    .into_iter()
                    .collect())
            }
            (ProductCommand::Import { code, product }, _) => Ok(import::import(self, code, product)),
            (ProductCommand::WithdrawImport { lots }, _) => import::withdraw(self, *lots),
        }
    }

    fn evolve(self, recorded: &Recorded<ProductEvent>) -> Self {
        match &recorded.event {
            ProductEvent::ProductCreated { code, attributes } => Self {
                details: Some((code.clone(), attributes.clone())),
                created_at: Some(recorded.at),
                withdrawn: false,
                ..self
            },
            ProductEvent::ProductChanged { code, attributes } => {
                Self { details: Some((code.clone(), attributes.clone())), withdrawn: false, ..self }
            }
            ProductEvent::ProductImported { product, adopted } => {
                Self { imported: Some(product.clone()), adopted: *adopted, ..self }
            }
            ProductEvent::ProductImportWithdrawn { .. } => {
                Self { imported: None, adopted: false, withdrawn: true, ..self }
            }
        }
    }
}
