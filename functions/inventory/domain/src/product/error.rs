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
    /// It was never imported, or its import was taken back before it was created here.
    #[error("the product was not imported")]
    NotImported,
    /// It was in the catalogue before it was imported.
    #[error("the product was in the catalogue before it was imported")]
    Adopted,
    /// It was changed here after it was imported.
    #[error("the product was changed here after it was imported")]
    Changed,
    /// There is stock of it.
    #[error("the product has lots that stand here: {0}")]
    HasLots(usize),
}
