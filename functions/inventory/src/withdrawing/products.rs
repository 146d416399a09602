//! `withdraw-products`: products, once their lots are gone.

use event_store::{ExecuteError, Request};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use inventory_domain::product::{Product, ProductCommand, ProductRefusal};
use inventory_domain::stock::Stock;
use inventory_domain::{ProductCode, ProductId};
use kernel::Aggregate as _;
use lambda_entry::DirectError;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{AT_ONCE, Asked, asked};
use crate::commands::withdraw_product;
use crate::direct::failed;
use crate::{Inventory, product_stream, stock_stream};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Item {
    product_code: ProductCode,
    /// What would be withdrawn before it; only a dry run looks at it.
    #[serde(default)]
    lots: Vec<String>,
}

/// `{"items": [{productCode, id, outcome, reason?}]}`.
pub(crate) async fn products(inventory: &Inventory, payload: Value) -> Result<Value, DirectError> {
    let Asked { inventory, request, items, dry_run } = asked(inventory, payload)?;
    let outcomes: Vec<_> = items.into_iter().map(|item| one(&inventory, &request, item, dry_run)).collect();
    let outcomes: Vec<Value> = stream::iter(outcomes).buffered(AT_ONCE).try_collect().await?;
    Ok(json!({ "items": outcomes }))
}

async fn one(
    inventory: &Inventory,
    request: &Request,
    item: Item,
    dry_run: bool,
) -> Result<Value, DirectError> {
    let Item { product_code, lots } = item;
    let id = ProductId::of(&inventory.tenant, &product_code);
    let withdrawn = if dry_run {
        would_go(inventory, id, &lots).await
    } else {
        withdraw_product(inventory, request, &product_code).await
    };
    let (outcome, reason) = match withdrawn {
        Ok(true) => ("withdrawn", None),
        Ok(false) => ("unchanged", None),
        Err(ExecuteError::Refused(ProductRefusal::NotImported)) => ("absent", None),
        Err(ExecuteError::Refused(refusal)) => ("kept", Some(refusal.to_string())),
        Err(error) => return Err(failed(&error)),
    };
    let mut answer = json!({ "productCode": product_code, "id": id, "outcome": outcome });
    if let Some(reason) = reason {
        answer["reason"] = json!(reason);
    }
    Ok(answer)
}

/// Whether there is anything to withdraw, once these lots are gone.
async fn would_go(
    inventory: &Inventory,
    id: ProductId,
    lots: &[String],
) -> Result<bool, ExecuteError<ProductRefusal>> {
    let stock = inventory.store.load::<Stock>(&stock_stream(&inventory.tenant, id)).await?;
    let product = inventory.store.load::<Product>(&product_stream(&inventory.tenant, id)).await?;
    let command = ProductCommand::WithdrawImport { lots: stock.state().standing_without(lots) };
    let events = product.state().decide(&command).map_err(ExecuteError::Refused)?;
    Ok(!events.is_empty())
}
