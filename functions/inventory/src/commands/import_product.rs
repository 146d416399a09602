use event_store::{ExecuteError, Outcome, Request};
use inventory_domain::product::{ImportedProduct, Product, ProductCommand, ProductRefusal};
use inventory_domain::{ProductCode, ProductId};

use crate::{Inventory, product_stream};

/// Takes a product over from another system. One write for a new product; an unchanged one writes nothing.
///
/// # Errors
/// A failure of the store; the domain refuses no product.
pub async fn import_product(
    inventory: &Inventory,
    request: &Request,
    code: ProductCode,
    product: ImportedProduct,
) -> Result<Outcome<Product>, ExecuteError<ProductRefusal>> {
    let stream = product_stream(&inventory.tenant, ProductId::of(&inventory.tenant, &code));
    inventory.store.create(&stream, request, &ProductCommand::Import { code, product }).await
}
