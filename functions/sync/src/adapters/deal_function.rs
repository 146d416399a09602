//! The deal context, asked by invoking its function directly.

use async_trait::async_trait;
use aws_sdk_lambda::Client;
use event_store::BoxError;
use peer::Peer;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sync_domain::amendment::Amendment;

use crate::ports::{Amended, Amending, DealDesk};

/// Invokes the deal function.
#[derive(Debug, Clone)]
pub struct DealFunction(Peer);

impl DealFunction {
    /// Invokes the function of this name.
    #[must_use]
    pub const fn new(client: Client, function: String) -> Self {
        Self(Peer::new(client, function))
    }
}

/// What the deal context answers to `amend-deal`.
#[derive(Deserialize)]
struct Answer {
    outcome: String,
    #[serde(default)]
    reason: Option<String>,
    version: u64,
    #[serde(default)]
    deal: Option<Value>,
}

/// The event that asks for an amendment, as the deal context reads it.
#[must_use]
pub fn amend_deal(amending: &Amending) -> Value {
    json!({
        "kind": "amend-deal", "tenant": amending.tenant, "dealId": amending.deal, "actor": amending.actor,
        "correlationId": amending.correlation, "key": amending.key, "terms": terms(amending.terms),
        "seen": terms(amending.seen),
    })
}

/// What an answer to [`amend_deal`] means.
///
/// # Errors
/// When it is none.
pub fn amended(answer: Value) -> Result<Amended, BoxError> {
    let Answer { outcome, reason, version, deal } = Answer::deserialize(answer)?;
    match (outcome.as_str(), deal) {
        ("amended", Some(deal)) => Ok(Amended::Stands { version, deal, taken: true }),
        ("overtaken", Some(deal)) => Ok(Amended::Stands { version, deal, taken: false }),
        ("refused", _) => {
            Ok(Amended::Refused(reason.unwrap_or_else(|| "the deal did not take it".to_owned())))
        }
        (other, _) => Err(format!("{other} is no outcome of an amendment").into()),
    }
}

fn terms(amendment: Amendment) -> Value {
    let (name, value) = match amendment {
        Amendment::Rate(rate) => ("ratePerKg", json!(rate)),
        Amendment::Delivery(terms) => ("deliveryTerms", json!(terms)),
    };
    Value::Object(Map::from_iter([(name.to_owned(), value)]))
}

#[async_trait]
impl DealDesk for DealFunction {
    async fn amend(&self, amending: &Amending) -> Result<Amended, BoxError> {
        amended(self.0.ask(&amend_deal(amending)).await?)
    }
}
