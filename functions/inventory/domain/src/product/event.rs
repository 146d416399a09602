use serde::{Deserialize, Serialize};

use super::{Attributes, ImportedProduct};
use crate::ProductCode;

/// What can have happened to a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ProductEvent {
    /// It was added to the catalogue.
    ProductCreated {
        /// Its code.
        code: ProductCode,
        /// The rest.
        attributes: Attributes,
    },
    /// Its attributes were replaced.
    ProductChanged {
        /// Its code, unchanged.
        code: ProductCode,
        /// As they are now.
        attributes: Attributes,
    },
    /// It was taken over from another system. What follows for the catalogue is an event of its own in the same commit.
    ProductImported {
        /// As the other system had it.
        product: ImportedProduct,
        /// Whether it was in the catalogue before it was ever imported.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        adopted: bool,
    },
    /// Its import was taken back: it is in no catalogue until it is imported again, or created.
    ProductImportWithdrawn {
        /// Its code, which is free again.
        code: ProductCode,
    },
}
