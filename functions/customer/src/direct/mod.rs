//! Direct invocations, for other contexts, for the import and for operators; IAM says who may.
//!
//! | event | answer |
//! |---|---|
//! | `{"kind":"ready"}` | `{status, checks: [{name, status, durationMs}]}` |
//! | `{"kind":"resolve", "party": "<id or name>", "role"?, "createMissing"?}` | `{"answer":"found", party, created}` or `{"answer":"unknown", nearest}` |
//! | `{"kind":"import-parties", items}` | `{items: [{legacyIds, id, outcome}]}`; outcome `created`, `changed`, `unchanged`, or without an id and with `faults`: `refused` (never), `failed` (try again) |
//! | `{"kind":"withdraw-parties", names, gone?, dryRun?}` | `{items: [{name, id, outcome, reason?, unheard?}]}`; outcome `withdrawn`, `unchanged`, `absent`, or with the reason `kept`, or `waiting` for the facts of `unheard` deals, which are on their way: ask again. `gone` are deals taken back already, by their identities in the old system. That no lot names a party, nobody here knows: ask for those of which that is so |
//! | `{"kind":"imported", "of": "parties", "after"?}` | `{rows: [{legacyIds, name, roles, active}], next}`; again with `next` as `after` until that is `null` |
//! | `{"kind":"address-book", "role", "after"?}` | `{rows: [{id, name, contacts?, addresses?}], next}`: a page of the active parties with a role, personal data in the clear. Keep no copy that an erasure does not reach |
//! | `{"kind":"rotate-keys", "shard"?, "most"?}` | `{rewrapped, nextShard}` |
//!
//! Each takes `tenant`, and works for the function's own firm without it.

mod address_book;
mod imported;
mod importing;
mod resolving;
mod withdrawing;

use assembly::Readiness;
use async_trait::async_trait;
use event_store::Request;
use kernel::{Actor, CorrelationId, Provenance, Tenant};
use lambda_entry::{DirectError, DirectHandler};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::commands::rotate_keys;
use crate::{CONTEXT, Customers};

/// Keys wrapped anew by one call unless it says otherwise: some ten seconds of calls to KMS.
const KEYS_PER_CALL: usize = 500;

/// Answers direct invocations.
#[derive(Debug, Clone)]
pub struct Direct {
    customers: Customers,
    readiness: Readiness,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RotateKeys {
    #[serde(default)]
    tenant: Option<Tenant>,
    #[serde(default)]
    shard: u8,
    #[serde(default)]
    most: Option<usize>,
}

impl Direct {
    /// Answers from these parts.
    #[must_use]
    pub const fn new(customers: Customers, readiness: Readiness) -> Self {
        Self { customers, readiness }
    }

    /// The parties of the firm that an event names, or of the function's own.
    fn customers_of(&self, tenant: Option<Tenant>) -> Customers {
        self.customers.of(&tenant.unwrap_or_else(|| self.customers.tenant.clone()))
    }

    async fn rotate_keys(&self, payload: Value) -> Result<Value, DirectError> {
        let RotateKeys { tenant, shard, most } = read(payload)?;
        let customers = self.customers_of(tenant);
        let rotation = rotate_keys(&customers, shard, most.unwrap_or(KEYS_PER_CALL).max(1)).await;
        let rotation = rotation.map_err(|e| failed(&e))?;
        Ok(json!({ "rewrapped": rotation.rewrapped.len(), "nextShard": rotation.next_shard }))
    }
}

#[async_trait]
impl DirectHandler for Direct {
    async fn handle(&self, kind: &str, payload: Value) -> Result<Value, DirectError> {
        match kind {
            "ready" => Ok(self.readiness.report().await),
            "resolve" => self.resolve(payload).await,
            "import-parties" => self.import_parties(payload).await,
            "withdraw-parties" => self.withdraw_parties(payload).await,
            "address-book" => self.address_book(payload).await,
            "imported" => self.imported(payload).await,
            "rotate-keys" => self.rotate_keys(payload).await,
            other => Err(DirectError::unknown_kind(other)),
        }
    }
}

/// Who asks: another function or an operator. The platform's own trail (CloudTrail) knows which.
fn asked(
    customers: &Customers,
    actor: Option<Actor>,
    correlation: Option<CorrelationId>,
) -> Result<Request, DirectError> {
    let fresh = || customers.ids.uuid().simple().to_string().parse();
    let correlation = match correlation {
        Some(correlation) => correlation,
        None => fresh().map_err(|e: kernel::provenance::ProvenanceError| failed(&e))?,
    };
    Ok(Request::new(Provenance {
        tenant: customers.tenant.clone(),
        actor: actor.unwrap_or_else(|| Actor::system(CONTEXT)),
        correlation,
        causation: None,
        traceparent: None,
    }))
}

fn read<T: DeserializeOwned>(mut payload: Value) -> Result<T, DirectError> {
    if let Some(members) = payload.as_object_mut() {
        members.remove("kind");
    }
    serde_json::from_value(payload).map_err(|error| DirectError::new("invalid", error.to_string()))
}

fn failed(error: &(dyn std::error::Error + 'static)) -> DirectError {
    tracing::error!(error = kernel::error::chain(error), "direct invocation failed");
    DirectError::new("failed", "the customer context could not answer; the reason is in its log")
}
