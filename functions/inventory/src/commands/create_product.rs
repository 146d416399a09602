use event_store::{ExecuteError, Outcome, Request};
use inventory_domain::product::{Attributes, Product, ProductCommand, ProductRefusal};
use inventory_domain::{ProductCode, ProductId};

use crate::{Inventory, product_stream};

/// Adds a product to the catalogue. Its identity follows from its code, so a second product of the same code meets the
/// first one's stream and is refused.
///
/// # Errors
/// [`ProductRefusal::CodeTaken`], or a failure of the store.
pub async fn create_product(
    inventory: &Inventory,
    request: &Request,
    code: ProductCode,
    attributes: Attributes,
) -> Result<Outcome<Product>, ExecuteError<ProductRefusal>> {
    let stream = product_stream(&inventory.tenant, ProductId::of(&inventory.tenant, &code));
    let command = ProductCommand::Create { code, attributes };
    inventory.store.create(&stream, request, &command).await
}
