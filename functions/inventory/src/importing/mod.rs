//! Direct invocations that take data over from the system before this one. IAM says who may; an import can be repeated at
//! will, in whole or in part, and changes only what changed in the other system.
//!
//! An item that cannot be read or that a rule forbids is answered as `refused` with the reason, and the others go on. One
//! that cannot be read says besides everything that is wrong with it, with JSON pointers into the item. A failure of a table
//! fails the invocation, to be tried again.

mod items;

use event_store::{ExecuteError, Outcome, Position, Request};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use http_kit::FieldError;
use inventory_domain::product::{Product, ProductRefusal};
use inventory_domain::{LotId, ProductCode, ProductId};
use kernel::{Actor, Provenance, Tenant};
use lambda_entry::DirectError;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Inventory;
use crate::commands::{ImportLotsError, LotOutcome, import_lots, import_product};
use crate::direct::{failed, read};
use crate::queries::{ImportedList, imported_ids, imported_stock, stock};
use items::{LotItem, LotsItem, ProductItem, in_words, read_item};

/// Most items, and most rows of an answer, in one invocation.
const MOST_ITEMS: usize = 500;
/// Products of one answer to `stock`; each costs two reads and brings all its lots.
const PRODUCTS_A_PAGE: usize = 50;
/// How many streams are written at once.
const AT_ONCE: usize = 16;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Import {
    #[serde(rename = "kind")]
    _kind: String,
    tenant: Tenant,
    items: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Imported {
    #[serde(rename = "kind")]
    _kind: String,
    tenant: Tenant,
    of: Of,
    #[serde(default)]
    product_codes: Vec<ProductCode>,
    #[serde(default)]
    after: Option<Position>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StockPage {
    #[serde(rename = "kind")]
    _kind: String,
    tenant: Tenant,
    #[serde(default)]
    after: Option<Position>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Of {
    Stock,
    Products,
    Lots,
}

/// `import-products`: `{"items": [{legacyId, id, outcome, reason?, faults?}]}`.
pub(crate) async fn products(inventory: &Inventory, payload: Value) -> Result<Value, DirectError> {
    let (inventory, request, items) = begin(inventory, payload)?;
    let outcomes = stream::iter(items).map(|item| product(&inventory, &request, item)).buffered(AT_ONCE);
    Ok(json!({ "items": outcomes.try_collect::<Vec<Value>>().await? }))
}

async fn product(inventory: &Inventory, request: &Request, item: Value) -> Result<Value, DirectError> {
    let legacy_id = item.get("legacyId").cloned().unwrap_or_default();
    let ProductItem { code, product } = match read_item(&item) {
        Ok(item) => item,
        Err(faults) => return Ok(unreadable(&legacy_id, &faults)),
    };
    let id = ProductId::of(&inventory.tenant, &code);
    let outcome = import_product(inventory, request, code, product).await;
    let name = changed(&outcome.map_err(|e: ExecuteError<ProductRefusal>| failed(&e))?);
    Ok(json!({ "legacyId": legacy_id, "id": id, "outcome": name }))
}

fn changed(outcome: &Outcome<Product>) -> &'static str {
    match &outcome.commit {
        None => "unchanged",
        Some(commit) if commit.first == 1 => "created",
        Some(_) => "changed",
    }
}

/// `import-lots`: `{"items": [{legacyId, productCode, id, outcome, reason?, faults?}]}`, one entry per lot.
pub(crate) async fn lots(inventory: &Inventory, payload: Value) -> Result<Value, DirectError> {
    let (inventory, request, items) = begin(inventory, payload)?;
    let outcomes = stream::iter(items).map(|item| lots_of(&inventory, &request, item)).buffered(AT_ONCE);
    Ok(json!({ "items": outcomes.try_collect::<Vec<Vec<Value>>>().await?.concat() }))
}

async fn lots_of(inventory: &Inventory, request: &Request, item: Value) -> Result<Vec<Value>, DirectError> {
    let legacy_id = |lot: &Value| lot.get("legacyId").cloned().unwrap_or_default();
    let lots = item.get("lots").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let LotsItem { code: product_code } = match read_item(&item) {
        Ok(item) => item,
        Err(faults) if lots.is_empty() => return Ok(vec![unreadable(&Value::Null, &faults)]),
        Err(faults) => return Ok(lots.iter().map(|lot| unreadable(&legacy_id(lot), &faults)).collect()),
    };
    let product = ProductId::of(&inventory.tenant, &product_code);
    let (mut answers, mut imports) = (Vec::new(), Vec::new());
    for lot in lots {
        match read_item(lot) {
            Ok(LotItem(import)) => imports.push(import),
            Err(faults) => answers.push(unreadable(&legacy_id(lot), &faults)),
        }
    }
    let outcomes = match import_lots(inventory, request, product, &imports).await {
        Ok(outcomes) => outcomes,
        Err(error @ ImportLotsError::UnknownProduct) => {
            vec![LotOutcome::Refused(error.to_string()); imports.len()]
        }
        Err(error) => return Err(failed(&error)),
    };
    for (import, outcome) in imports.iter().zip(outcomes) {
        let (name, number) = match outcome {
            LotOutcome::Created(number) => ("created", number),
            LotOutcome::Changed(number) => ("changed", number),
            LotOutcome::Unchanged(number) => ("unchanged", number),
            LotOutcome::Refused(reason) => {
                answers.push(refused(&json!(import.legacy_id), &reason));
                continue;
            }
        };
        let id = LotId::new(product, number);
        answers.push(
            json!({ "legacyId": import.legacy_id, "productCode": product_code, "id": id, "outcome": name }),
        );
    }
    Ok(answers)
}

/// `imported`: of `stock`, `{"rows": [{product, lots}]}` of the products named, as the log has them; of `products` or `lots`,
/// `{"ids": {legacyId: id}, "next"}`, a page of what the list has.
pub(crate) async fn imported(inventory: &Inventory, payload: Value) -> Result<Value, DirectError> {
    let Imported { tenant, of, product_codes, after, .. } = read(payload)?;
    let inventory = inventory.of(&tenant);
    let list = match of {
        Of::Products => ImportedList::Products,
        Of::Lots => ImportedList::Lots,
        Of::Stock => {
            at_most(product_codes.len())?;
            let look = |code| {
                let inventory = &inventory;
                async move { imported_stock(inventory, &code).await }
            };
            let rows = stream::iter(product_codes).map(look).buffered(AT_ONCE);
            let rows: Vec<_> = rows.try_collect().await.map_err(|e| failed(&e))?;
            return Ok(json!({ "rows": rows.into_iter().flatten().collect::<Vec<_>>() }));
        }
    };
    let (ids, next) = imported_ids(&inventory, list, MOST_ITEMS, after).await.map_err(|e| failed(&e))?;
    Ok(json!({ "ids": ids, "next": next }))
}

/// `stock`: `{"rows": [{product, lots}], "next"}`, for the way back to the other system.
pub(crate) async fn stock_page(inventory: &Inventory, payload: Value) -> Result<Value, DirectError> {
    let StockPage { tenant, after, .. } = read(payload)?;
    let found = stock(&inventory.of(&tenant), PRODUCTS_A_PAGE, after).await;
    let (rows, next) = found.map_err(|e| failed(e.as_ref()))?;
    Ok(json!({ "rows": rows, "next": next }))
}

fn begin(inventory: &Inventory, payload: Value) -> Result<(Inventory, Request, Vec<Value>), DirectError> {
    let Import { tenant, items, .. } = read::<Import>(payload)?;
    at_most(items.len())?;
    let inventory = inventory.of(&tenant);
    let correlation = inventory.ids.uuid().to_string().parse().map_err(|e| failed(&e))?;
    let actor = Actor::system("import");
    let request = Request::new(Provenance { tenant, actor, correlation, causation: None, traceparent: None });
    Ok((inventory, request, items))
}

pub(crate) fn at_most(items: usize) -> Result<(), DirectError> {
    if items <= MOST_ITEMS {
        return Ok(());
    }
    Err(DirectError::new(
        "invalid",
        format!("names {items} items; at most {MOST_ITEMS} go in one invocation"),
    ))
}

fn refused(legacy_id: &Value, reason: &str) -> Value {
    json!({ "legacyId": legacy_id, "outcome": "refused", "reason": reason })
}

/// An item that cannot be read, with everything that is wrong with it.
fn unreadable(legacy_id: &Value, faults: &[FieldError]) -> Value {
    let mut answer = refused(legacy_id, &in_words(faults));
    if let Some(members) = answer.as_object_mut() {
        members.insert("faults".to_owned(), json!(faults));
    }
    answer
}
