use event_store::{ExecuteError, Outcome, Request};
use inventory_domain::ProductId;
use inventory_domain::product::{AttributesChange, Product, ProductCommand, ProductRefusal};

use crate::{Inventory, product_stream};

/// Changes the named attributes of a product that still is at the version the request expects.
///
/// # Errors
/// [`ExecuteError::Stale`], [`ProductRefusal::Unknown`], or a failure of the store.
pub async fn change_product(
    inventory: &Inventory,
    request: &Request,
    product: ProductId,
    change: AttributesChange,
) -> Result<Outcome<Product>, ExecuteError<ProductRefusal>> {
    let stream = product_stream(&inventory.tenant, product);
    inventory.store.execute(&stream, request, &ProductCommand::Change(change)).await
}
