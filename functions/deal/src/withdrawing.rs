//! `withdraw-imports`: takes the import of deals back, as far as nothing was built upon it. IAM says who may; asked again it
//! changes nothing. A deal that is kept says why; importing it again brings it back.

use deal_domain::deal::{DealCommand, DealRefusal};
use deal_domain::{Deal, DealId};
use event_store::{ExecuteError, Request};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use kernel::{Actor, Aggregate as _, Provenance, Tenant};
use lambda_entry::DirectError;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::importing::{at_most, failed, read};
use crate::{Deals, deal_stream};

/// How many streams are written at once.
const AT_ONCE: usize = 16;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Withdraw {
    #[serde(rename = "kind")]
    _kind: String,
    tenant: Tenant,
    legacy_ids: Vec<String>,
    #[serde(default)]
    dry_run: bool,
}

/// `{"items": [{legacyId, id, outcome, reason?}]}`; an outcome is `withdrawn`, `unchanged` (it was before), `absent` or `kept`.
pub(crate) async fn imports(deals: &Deals, payload: Value) -> Result<Value, DirectError> {
    let Withdraw { tenant, legacy_ids, dry_run, .. } = read(payload)?;
    at_most(legacy_ids.len())?;
    let deals = deals.of(&tenant);
    let correlation = deals.ids.uuid().to_string().parse().map_err(|e| failed(&e))?;
    let actor = Actor::system("rollback");
    let request = Request::new(Provenance { tenant, actor, correlation, causation: None, traceparent: None });
    let outcomes: Vec<_> = legacy_ids.into_iter().map(|id| one(&deals, &request, id, dry_run)).collect();
    let outcomes: Vec<Value> = stream::iter(outcomes).buffered(AT_ONCE).try_collect().await?;
    Ok(json!({ "items": outcomes }))
}

async fn one(
    deals: &Deals,
    request: &Request,
    legacy_id: String,
    dry_run: bool,
) -> Result<Value, DirectError> {
    let id = DealId::imported(&deals.tenant, &legacy_id);
    let stream = deal_stream(&deals.tenant, id);
    let command = DealCommand::WithdrawImport;
    let withdrawn = if dry_run {
        let present = deals.store.load::<Deal>(&stream).await.map_err(|e| failed(&e))?;
        present.state().decide(&command).map(|events| !events.is_empty())
    } else {
        match deals.store.execute::<Deal>(&stream, request, &command).await {
            Ok(outcome) => Ok(outcome.commit.is_some()),
            Err(ExecuteError::Refused(refusal)) => Err(refusal),
            Err(error) => return Err(failed(&error)),
        }
    };
    Ok(match withdrawn {
        Ok(true) => json!({ "legacyId": legacy_id, "id": id, "outcome": "withdrawn" }),
        Ok(false) => json!({ "legacyId": legacy_id, "id": id, "outcome": "unchanged" }),
        Err(DealRefusal::Unknown) => json!({ "legacyId": legacy_id, "id": id, "outcome": "absent" }),
        Err(refusal) => {
            json!({ "legacyId": legacy_id, "id": id, "outcome": "kept", "reason": refusal.to_string() })
        }
    })
}
