//! Direct invocations that take an import back, as far as nothing was built upon it. IAM says who may; asked again they change
//! nothing. What is kept says why; importing again brings back what is gone. Products are asked for after their lots.

mod lots;
mod products;

use event_store::Request;
use kernel::{Actor, Provenance, Tenant};
use lambda_entry::DirectError;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub(crate) use lots::lots;
pub(crate) use products::products;

use crate::Inventory;
use crate::direct::{failed, read};
use crate::importing::at_most;

/// How many streams are written at once.
const AT_ONCE: usize = 16;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Withdraw<T> {
    #[serde(rename = "kind")]
    _kind: String,
    tenant: Tenant,
    items: Vec<T>,
    #[serde(default)]
    dry_run: bool,
}

/// What is asked for, of which firm.
struct Asked<T> {
    inventory: Inventory,
    request: Request,
    items: Vec<T>,
    dry_run: bool,
}

fn asked<T: DeserializeOwned>(inventory: &Inventory, payload: Value) -> Result<Asked<T>, DirectError> {
    let Withdraw { tenant, items, dry_run, .. } = read(payload)?;
    at_most(items.len())?;
    let inventory = inventory.of(&tenant);
    let correlation = inventory.ids.uuid().to_string().parse().map_err(|e| failed(&e))?;
    let actor = Actor::system("rollback");
    let request = Request::new(Provenance { tenant, actor, correlation, causation: None, traceparent: None });
    Ok(Asked { inventory, request, items, dry_run })
}
