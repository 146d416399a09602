//! `amend-deal`: a direct invocation by a context that shows deals elsewhere, when people amended one there. IAM says who may.
//!
//! There is no version to name where people edit a copy, so the invocation names the terms that they saw: what was amended since
//! by somebody else is answered as `overtaken` and changes nothing. The same `key` again is answered with what came of it.

use deal_domain::deal::{DealRefusal, SeenTerms, TermsPatch};
use deal_domain::published::DealStands;
use deal_domain::{Deal, DealId, DeliveryTerms};
use event_store::{ExecuteError, Idempotency, Request, Stream};
use kernel::{Actor, CorrelationId, PositiveRate, Provenance, Tenant};
use lambda_entry::DirectError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::commands::amend_deal;
use crate::importing::{failed, read};
use crate::{Deals, deal_stream};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Amend {
    #[serde(rename = "kind")]
    _kind: String,
    tenant: Tenant,
    deal_id: DealId,
    /// Who amends it.
    actor: Actor,
    correlation_id: CorrelationId,
    /// Makes the invocation recognizable when it comes again.
    key: String,
    /// As it shall read.
    terms: Terms,
    /// As it was seen.
    seen: Terms,
}

/// What can be amended this way.
#[derive(Deserialize, Serialize, Clone, Copy)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Terms {
    #[serde(default)]
    rate_per_kg: Option<PositiveRate>,
    #[serde(default)]
    delivery_terms: Option<DeliveryTerms>,
}

/// What came of it, with the deal as it stands; that is absent for a deal nobody registered.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    version: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    deal: Option<DealStands>,
}

/// `{outcome, reason?, version, deal?}`; an outcome is `amended` (now, or it read so before), `overtaken` or `refused`.
pub(crate) async fn deal(deals: &Deals, payload: Value) -> Result<Value, DirectError> {
    let Amend { tenant, deal_id, actor, correlation_id, key, terms, seen, .. } = read(payload)?;
    let deals = deals.of(&tenant);
    let request = Request {
        idempotency: Some(Idempotency { key, fingerprint: json!({ "terms": terms }).to_string() }),
        ..Request::new(Provenance {
            tenant,
            actor,
            correlation: correlation_id,
            causation: None,
            traceparent: None,
        })
    };
    let patch = TermsPatch {
        rate_per_kg: terms.rate_per_kg,
        delivery_terms: terms.delivery_terms,
        seen: SeenTerms { rate_per_kg: seen.rate_per_kg, delivery_terms: seen.delivery_terms },
        ..TermsPatch::default()
    };
    let (outcome, reason, stream) = match amend_deal(&deals, &request, deal_id, patch).await {
        Ok(outcome) => ("amended", None, outcome.stream),
        Err(ExecuteError::Refused(refusal)) => {
            let outcome = if refusal == DealRefusal::Overtaken { "overtaken" } else { "refused" };
            let stream = deals.store.load::<Deal>(&deal_stream(&deals.tenant, deal_id)).await;
            (outcome, Some(refusal.to_string()), stream.map_err(|error| failed(&error))?)
        }
        Err(error) => return Err(failed(&error)),
    };
    answer(deal_id, outcome, reason, &stream)
}

fn answer(
    id: DealId,
    outcome: &'static str,
    reason: Option<String>,
    stream: &Stream<Deal>,
) -> Result<Value, DirectError> {
    let deal = stream.state().registered().map(|deal| DealStands::of(id, deal));
    let answer = Answer { outcome, reason, version: stream.version(), deal };
    serde_json::to_value(answer).map_err(|error| failed(&error))
}
