use event_store::{ExecuteError, Request};
use inventory_domain::product::{Product, ProductCommand, ProductRefusal};
use inventory_domain::stock::Stock;
use inventory_domain::{ProductCode, ProductId};

use super::import_product;
use crate::{Inventory, product_stream, stock_stream};

/// Takes the import of a product back; tells whether that was news.
///
/// Product and stock are two streams and cannot be decided at once, so stock is looked at again after the commit: a product
/// of which something was received meanwhile is imported again as it was. A receipt that found the product before and is
/// stored after that second look, or after a crash before it, leaves a lot without a product: the next withdrawal names it, and
/// the next import of the product mends it.
///
/// # Errors
/// A [`ProductRefusal`] that says what was built upon it, or a failure of the store.
pub async fn withdraw_product(
    inventory: &Inventory,
    request: &Request,
    code: &ProductCode,
) -> Result<bool, ExecuteError<ProductRefusal>> {
    let id = ProductId::of(&inventory.tenant, code);
    let place = product_stream(&inventory.tenant, id);
    let before = inventory.store.load::<Product>(&place).await?;
    let command = ProductCommand::WithdrawImport { lots: standing(inventory, id).await? };
    let outcome = inventory.store.execute::<Product>(&place, request, &command).await?;
    if outcome.commit.is_none() {
        return Ok(false);
    }
    match (standing(inventory, id).await?, before.state().imported()) {
        (lots, Some(product)) if lots > 0 => {
            import_product(inventory, request, code.clone(), product.clone()).await?;
            Err(ExecuteError::Refused(ProductRefusal::HasLots(lots)))
        }
        _ => Ok(true),
    }
}

async fn standing(inventory: &Inventory, id: ProductId) -> Result<usize, ExecuteError<ProductRefusal>> {
    let stock = inventory.store.load::<Stock>(&stock_stream(&inventory.tenant, id)).await?;
    Ok(stock.state().standing())
}
