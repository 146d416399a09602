use kernel::Kg;

use super::{Attributes, ImportedProduct};
use crate::ProductCode;

/// What can be asked of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProductCommand {
    /// Add it to the catalogue.
    Create {
        /// Its code, for good: other systems and people know it by this.
        code: ProductCode,
        /// The rest.
        attributes: Attributes,
    },
    /// Change its attributes. Deals and lots made before keep what they recorded.
    Change(AttributesChange),
    /// Take it over from another system, or what changed there since it was last taken over.
    Import {
        /// Its code.
        code: ProductCode,
        /// As the other system has it.
        product: ImportedProduct,
    },
    /// Take its import back, as if it had never moved in.
    WithdrawImport {
        /// How many of its lots stand.
        lots: usize,
    },
}

/// The attributes to change; `None` leaves one as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AttributesChange {
    /// Application family.
    pub grade: Option<String>,
    /// Producer or brand.
    pub company: Option<String>,
    /// Polymer family.
    pub specific_grade: Option<String>,
    /// Below this the product counts as low.
    pub min_stock: Option<Kg>,
}

impl AttributesChange {
    pub(super) fn applied_to(&self, present: &Attributes) -> Attributes {
        let keep = |change: &Option<String>, present: &String| change.as_ref().unwrap_or(present).clone();
        Attributes {
            grade: keep(&self.grade, &present.grade),
            company: keep(&self.company, &present.company),
            specific_grade: keep(&self.specific_grade, &present.specific_grade),
            min_stock: self.min_stock.unwrap_or(present.min_stock),
        }
    }
}
