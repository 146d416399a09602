//! `find-deal`: a direct invocation by a context that is asked about a deal. IAM says who may; what happens to deals it hears from
//! their facts, and the answer has the shape of the last of them.

use deal_domain::deal::Status;
use deal_domain::published::{DealImported, DealStands};
use deal_domain::{Deal, DealId};
use kernel::Tenant;
use lambda_entry::DirectError;
use serde::Deserialize;
use serde_json::Value;

use crate::importing::{failed, read};
use crate::{Deals, deal_stream};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Find {
    #[serde(rename = "kind")]
    _kind: String,
    tenant: Tenant,
    deal_id: DealId,
}

/// The deal as `deal.confirmed` shows it, an imported one as `deal.imported` does; `null` when there is no such deal, or its import
/// was taken back. One read of the log.
pub(crate) async fn deal(deals: &Deals, payload: Value) -> Result<Value, DirectError> {
    let Find { tenant, deal_id, .. } = read(payload)?;
    let stream = deals.store.load::<Deal>(&deal_stream(&tenant, deal_id)).await.map_err(|e| failed(&e))?;
    let found = stream.state().registered().filter(|deal| deal.status != Status::Withdrawn);
    let Some(found) = found else { return Ok(Value::Null) };
    let shown = match &found.imported {
        Some(imported) => serde_json::to_value(DealImported::of(deal_id, imported, found)),
        None => serde_json::to_value(DealStands::of(deal_id, found)),
    };
    shown.map_err(|error| failed(&error))
}
