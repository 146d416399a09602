//! What this context needs from outside besides its own tables.

use async_trait::async_trait;
use deal_domain::deal::{CostedSource, Shortage};
use deal_domain::{ProductId, Terms};
use event_store::BoxError;

/// How a trader names a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProductName {
    /// By identity.
    Id(ProductId),
    /// By code.
    Code(String),
}

/// What a deal records of its product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownProduct {
    /// Its identity.
    pub id: ProductId,
    /// What people call it.
    pub code: String,
}

/// What stock would answer to terms if they were registered now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StockAnswer {
    /// It would be covered.
    Reserved(Vec<CostedSource>),
    /// It would be rejected.
    Rejected(Vec<Shortage>),
    /// There is no such product.
    UnknownProduct,
}

/// The inventory context could not be asked.
#[derive(Debug, thiserror::Error)]
#[error("the inventory context did not answer")]
pub struct StockDeskError(#[source] pub BoxError);

/// The inventory context, asked directly. Off the usual path: products are known from published facts, and stock
/// answers a registered deal by facts.
#[async_trait]
pub trait StockDesk: Send + Sync {
    /// The product, as the inventory has it now. Must return `None` when there is no such product.
    async fn product(&self, name: &ProductName) -> Result<Option<KnownProduct>, StockDeskError>;

    /// What stock would answer now. Must not hold anything.
    async fn quote(&self, terms: &Terms) -> Result<StockAnswer, StockDeskError>;
}
