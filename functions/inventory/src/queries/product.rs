use event_store::LogError;
use inventory_domain::product::Product;
use inventory_domain::{ProductCode, ProductId};

use crate::product_view::ProductView;
use crate::{Inventory, product_stream};

/// How a caller names a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProductRef {
    /// By identity.
    Id(ProductId),
    /// By code.
    Code(ProductCode),
}

/// A product as the log has it now; `None` when there is no such product.
///
/// # Errors
/// When the log cannot be read.
pub async fn product(inventory: &Inventory, named: &ProductRef) -> Result<Option<ProductView>, LogError> {
    let id = match named {
        ProductRef::Id(id) => *id,
        ProductRef::Code(code) => ProductId::of(&inventory.tenant, code),
    };
    let stream = inventory.store.load::<Product>(&product_stream(&inventory.tenant, id)).await?;
    let shown = stream.state().details();
    Ok(shown.map(|(code, attributes)| {
        ProductView::of(id, code, attributes, stream.version()).with_origin(stream.state())
    }))
}
