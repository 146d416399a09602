use crate::ProductCode;

/// Why a product command is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProductRefusal {
    /// The code belongs to a product already.
    #[error("the product code {0} is taken")]
    CodeTaken(ProductCode),
    /// There is no such product.
    #[error("there is no such product")]
    Unknown,
}
