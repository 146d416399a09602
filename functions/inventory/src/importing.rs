//! Direct invocations that take data over from the system before this one. IAM says who may; an import can be repeated at
//! will, in whole or in part, and changes only what changed in the other system.
//!
//! An item that cannot be read or that a rule forbids is answered as `refused` with the reason, and the others go on. A
//! failure of a table fails the invocation, to be tried again.

use event_store::{ExecuteError, Outcome, Position, Request};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use inventory_domain::product::{ImportedProduct, Product, ProductRefusal};
use inventory_domain::stock::{LotImport, Receipt};
use inventory_domain::{LotId, ProductCode, ProductId};
use kernel::positive::LARGEST_QUANTITY;
use kernel::{Actor, BusinessDate, Kg, PositiveRate, Provenance, Tenant};
use lambda_entry::DirectError;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

use crate::Inventory;
use crate::commands::{ImportLotsError, LotOutcome, import_lots, import_product};
use crate::direct::{failed, read};
use crate::queries::{ImportedList, imported_ids, imported_stock, stock};

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
struct ProductItem {
    legacy_id: LegacyId,
    product_code: ProductCode,
    grade: String,
    company: String,
    specific_grade: String,
    active: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LotsItem {
    product_code: ProductCode,
    lots: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LotItem {
    legacy_id: LegacyId,
    supplier: String,
    quantity_kg: Kg,
    rate_per_kg: PositiveRate,
    received_on: BusinessDate,
    #[serde(default)]
    originals: BTreeMap<String, String>,
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

/// An identity in the other system.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct LegacyId(String);

impl TryFrom<String> for LegacyId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = (1..=200).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if fits {
            Ok(Self(text))
        } else {
            Err("legacyId must be 1 to 200 characters without control characters")
        }
    }
}

/// `import-products`: `{"items": [{legacyId, id, outcome}]}`.
pub(crate) async fn products(inventory: &Inventory, payload: Value) -> Result<Value, DirectError> {
    let (inventory, request, items) = begin(inventory, payload)?;
    let outcomes = stream::iter(items).map(|item| product(&inventory, &request, item)).buffered(AT_ONCE);
    Ok(json!({ "items": outcomes.try_collect::<Vec<Value>>().await? }))
}

async fn product(inventory: &Inventory, request: &Request, item: Value) -> Result<Value, DirectError> {
    let legacy_id = item.get("legacyId").cloned().unwrap_or_default();
    let item: ProductItem = match serde_json::from_value(item) {
        Ok(item) => item,
        Err(fault) => return Ok(refused(&legacy_id, &fault.to_string())),
    };
    let id = ProductId::of(&inventory.tenant, &item.product_code);
    let product = ImportedProduct {
        legacy_id: item.legacy_id.0,
        grade: item.grade,
        company: item.company,
        specific_grade: item.specific_grade,
        active: item.active,
    };
    let outcome = import_product(inventory, request, item.product_code, product).await;
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

/// `import-lots`: `{"items": [{legacyId, productCode, id, outcome, reason?}]}`, one entry per lot.
pub(crate) async fn lots(inventory: &Inventory, payload: Value) -> Result<Value, DirectError> {
    let (inventory, request, items) = begin(inventory, payload)?;
    let outcomes = stream::iter(items).map(|item| lots_of(&inventory, &request, item)).buffered(AT_ONCE);
    Ok(json!({ "items": outcomes.try_collect::<Vec<Vec<Value>>>().await?.concat() }))
}

async fn lots_of(inventory: &Inventory, request: &Request, item: Value) -> Result<Vec<Value>, DirectError> {
    let LotsItem { product_code, lots } = read(item)?;
    let product = ProductId::of(&inventory.tenant, &product_code);
    let legacy_id = |lot: &Value| lot.get("legacyId").cloned().unwrap_or_default();
    let (mut answers, mut imports) = (Vec::new(), Vec::new());
    for lot in lots {
        let named = legacy_id(&lot);
        match receipt(lot) {
            Ok(import) => imports.push(import),
            Err(fault) => answers.push(refused(&named, &fault)),
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

fn receipt(lot: Value) -> Result<LotImport, String> {
    let lot: LotItem = serde_json::from_value(lot).map_err(|fault| fault.to_string())?;
    if lot.quantity_kg < Kg::ZERO || lot.quantity_kg > LARGEST_QUANTITY {
        return Err(format!("quantityKg must be zero to {LARGEST_QUANTITY} kg"));
    }
    let supplier = lot.supplier.trim().to_owned();
    if supplier.is_empty() || supplier.chars().count() > 200 {
        return Err("supplier must be 1 to 200 characters".to_owned());
    }
    let receipt = Receipt {
        supplier,
        warehouse: None,
        quantity: lot.quantity_kg,
        rate: lot.rate_per_kg.get(),
        received_on: lot.received_on,
    };
    Ok(LotImport { legacy_id: lot.legacy_id.0, receipt, originals: lot.originals })
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
