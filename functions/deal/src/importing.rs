//! Direct invocations that take deals over from the system before this one. IAM says who may; an import can be repeated at
//! will, in whole or in part, and changes only what changed in the other system.
//!
//! An item that cannot be read or that a rule forbids is answered as `refused` with every reason, and the others go on. A
//! failure of a table fails the invocation, to be tried again.

mod item;

use std::collections::{BTreeMap, BTreeSet};

use deal_domain::DealId;
use deal_domain::deal::DealRefusal;
use event_store::{ExecuteError, Position, Request};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use kernel::{Actor, Provenance, Tenant};
use lambda_entry::DirectError;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::commands::import_deal;
use crate::ports::{KnownProduct, ProductName};
use crate::queries::{imported_deal, imported_ids, made_here};
use crate::{Deals, catalogue};

/// Most items, and most rows of an answer, in one invocation.
const MOST_ITEMS: usize = 500;
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
    #[serde(default)]
    legacy_ids: Vec<String>,
    #[serde(default)]
    after: Option<Position>,
}

/// `import-deals`: `{"items": [{legacyId, id, outcome, reason?, faults?}]}`.
pub(crate) async fn deals(deals: &Deals, payload: Value) -> Result<Value, DirectError> {
    let Import { tenant, items, .. } = read(payload)?;
    at_most(items.len())?;
    let deals = deals.of(&tenant);
    let correlation = deals.ids.uuid().to_string().parse().map_err(|e| failed(&e))?;
    let actor = Actor::system("import");
    let request = Request::new(Provenance { tenant, actor, correlation, causation: None, traceparent: None });
    let products = products(&deals, &items).await?;
    let outcomes = stream::iter(items).map(|item| one(&deals, &request, &products, item)).buffered(AT_ONCE);
    Ok(json!({ "items": outcomes.try_collect::<Vec<Value>>().await? }))
}

/// Looks every product up once.
async fn products(deals: &Deals, items: &[Value]) -> Result<BTreeMap<String, KnownProduct>, DirectError> {
    let codes = items.iter().filter_map(|item| item.get("productCode")?.as_str());
    let codes: BTreeSet<String> = codes.map(|code| code.trim().to_owned()).collect();
    let look = |code: String| async move {
        let found = catalogue::find(deals, &ProductName::Code(code.clone())).await;
        found.map(|product| product.map(|product| (code, product)))
    };
    let found: Vec<_> = stream::iter(codes)
        .map(look)
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
        .map_err(|e| failed(e.as_ref()))?;
    Ok(found.into_iter().flatten().collect())
}

async fn one(
    deals: &Deals,
    request: &Request,
    products: &BTreeMap<String, KnownProduct>,
    item: Value,
) -> Result<Value, DirectError> {
    let legacy_id = item.get("legacyId").cloned().unwrap_or_default();
    let refused = |reason: String| json!({ "legacyId": legacy_id, "outcome": "refused", "reason": reason });
    let deal = match item::read(&item, products) {
        Ok(deal) => deal,
        Err(faults) => {
            let mut answer = refused(item::told(&faults));
            answer["faults"] = json!(faults);
            return Ok(answer);
        }
    };
    let id = DealId::imported(&deals.tenant, &deal.legacy_id);
    let outcome = match import_deal(deals, request, deal).await {
        Ok(outcome) => outcome,
        Err(ExecuteError::Refused(refusal)) => return Ok(refused(reason(&refusal))),
        Err(error) => return Err(failed(&error)),
    };
    let name = match &outcome.commit {
        None => "unchanged",
        Some(commit) if commit.first == 1 => "created",
        Some(_) => "changed",
    };
    Ok(json!({ "legacyId": legacy_id, "id": id, "outcome": name }))
}

fn reason(refusal: &DealRefusal) -> String {
    match refusal {
        DealRefusal::Terms(faults) => {
            let faults: Vec<String> = faults.iter().map(|fault| format!("sources: {fault}")).collect();
            faults.join("; ")
        }
        other => other.to_string(),
    }
}

/// `imported`: with `legacyIds`, `{"rows": […]}` of those deals, as the log has them; without, `{"ids": {legacyId: id}, "next"}`, a
/// page of what the list has.
pub(crate) async fn imported(deals: &Deals, payload: Value) -> Result<Value, DirectError> {
    let Imported { tenant, legacy_ids, after, .. } = read(payload)?;
    let deals = deals.of(&tenant);
    if legacy_ids.is_empty() {
        let (ids, next) = imported_ids(&deals, MOST_ITEMS, after).await.map_err(|e| failed(&e))?;
        return Ok(json!({ "ids": ids, "next": next }));
    }
    at_most(legacy_ids.len())?;
    let look = |legacy_id: String| {
        let deals = &deals;
        async move { imported_deal(deals, &legacy_id).await }
    };
    let rows = stream::iter(legacy_ids).map(look).buffered(AT_ONCE);
    let rows: Vec<_> = rows.try_collect().await.map_err(|e| failed(&e))?;
    Ok(json!({ "rows": rows.into_iter().flatten().collect::<Vec<_>>() }))
}

/// `made-here`: `{"rows", "next"}`, for the way back to the other system.
pub(crate) async fn made_here_page(deals: &Deals, payload: Value) -> Result<Value, DirectError> {
    let Imported { tenant, after, .. } = read(payload)?;
    let (rows, next) = made_here(&deals.of(&tenant), MOST_ITEMS, after).await.map_err(|e| failed(&e))?;
    Ok(json!({ "rows": rows, "next": next }))
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

pub(crate) fn read<T: DeserializeOwned>(payload: Value) -> Result<T, DirectError> {
    serde_json::from_value(payload).map_err(|error| DirectError::new("invalid", error.to_string()))
}

pub(crate) fn failed(error: &(dyn std::error::Error + 'static)) -> DirectError {
    tracing::error!(error = kernel::error::chain(error), "direct invocation failed");
    DirectError::new(
        "failed",
        "deals could not be imported, amended or read; try again, the reason is in the log",
    )
}
