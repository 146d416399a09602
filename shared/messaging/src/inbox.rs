//! Into a context: decode each record, react, and answer record by record.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use async_trait::async_trait;
use event_store::BoxError;
use futures_util::FutureExt;
use kernel::Tenant;
use serde::Deserialize;

use crate::envelope::Envelope;
use crate::park::Parking;

/// One message of an inbox queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxMessage {
    /// The queue's id of the message.
    pub id: String,
    /// An EventBridge event whose detail is an [`Envelope`], or `{"schedule": "<name>"}`.
    pub body: String,
}

/// Why a record was not handled.
#[derive(Debug, thiserror::Error)]
pub enum RecordFault {
    /// Worth another delivery.
    #[error("the record could not be handled now")]
    Retry(#[source] BoxError),
    /// No delivery will ever succeed: park it.
    #[error("the record can never be handled")]
    Park(#[source] BoxError),
}

impl RecordFault {
    /// A passing fault.
    pub fn retry(error: impl Into<BoxError>) -> Self {
        Self::Retry(error.into())
    }

    /// A permanent fault.
    pub fn park(error: impl Into<BoxError>) -> Self {
        Self::Park(error.into())
    }
}

/// What a context does with what it hears.
#[async_trait]
pub trait BatchHandler: Send + Sync {
    /// Reacts to facts, in the order they came; exactly one result per fact, in that order. Reactions must be
    /// idempotent: delivery is at least once and in any order.
    async fn on_facts(&self, facts: &[Envelope]) -> Vec<Result<(), RecordFault>>;

    /// Does what a schedule asks for.
    async fn on_schedule(&self, name: &str) -> Result<(), RecordFault>;
}

/// A decoded record.
#[derive(Debug, Clone, PartialEq)]
pub enum Incoming {
    /// A fact from another context.
    Fact(Box<Envelope>),
    /// A schedule that has come due.
    Schedule(String),
}

#[derive(Deserialize)]
struct ScheduleBody {
    schedule: String,
}

#[derive(Deserialize)]
struct BusEvent {
    detail: Envelope,
}

/// Reads a message body.
///
/// # Errors
/// A permanent fault when it is neither an event with an envelope nor a schedule.
pub fn decode(body: &str) -> Result<Incoming, RecordFault> {
    match serde_json::from_str::<BusEvent>(body) {
        Ok(event) => Ok(Incoming::Fact(Box::new(event.detail))),
        Err(not_a_fact) => serde_json::from_str::<ScheduleBody>(body)
            .map(|s| Incoming::Schedule(s.schedule))
            .map_err(|_| RecordFault::park(not_a_fact)),
    }
}

/// Handles a batch; gives the ids of the messages that must be delivered again. A record that can never be handled is
/// parked at once; a panic fails the facts it was handling and nothing else.
pub async fn run_batch(
    tenant: &Tenant,
    parking: &Parking,
    handler: &dyn BatchHandler,
    messages: Vec<InboxMessage>,
) -> Vec<String> {
    let mut again = Vec::new();
    let mut facts = Vec::new();
    let mut sources = Vec::new();
    for message in messages {
        let outcome = match decode(&message.body) {
            Ok(Incoming::Fact(envelope)) => {
                facts.push(*envelope);
                sources.push(message);
                continue;
            }
            Ok(Incoming::Schedule(name)) => guarded(handler.on_schedule(&name)).await,
            Err(fault) => Err(fault),
        };
        again.extend(settle(tenant, parking, message, outcome).await);
    }
    if facts.is_empty() {
        return again;
    }
    let mut outcomes = AssertUnwindSafe(handler.on_facts(&facts)).catch_unwind().await.unwrap_or_default();
    if outcomes.len() != facts.len() {
        // The handler panicked. Alone, each fact shows whether it is the one.
        outcomes.clear();
        for fact in &facts {
            let alone = handler.on_facts(std::slice::from_ref(fact)).map(|mut results| {
                results.pop().unwrap_or_else(|| Err(RecordFault::retry("the handler gave no answer")))
            });
            outcomes.push(guarded(alone).await);
        }
    }
    for (message, outcome) in sources.into_iter().zip(outcomes) {
        again.extend(settle(tenant, parking, message, outcome).await);
    }
    again
}

async fn guarded(work: impl Future<Output = Result<(), RecordFault>>) -> Result<(), RecordFault> {
    match AssertUnwindSafe(work).catch_unwind().await {
        Ok(outcome) => outcome,
        Err(_) => Err(RecordFault::retry("the handler panicked")),
    }
}

/// Gives the message id when the message must come again.
async fn settle(
    tenant: &Tenant,
    parking: &Parking,
    message: InboxMessage,
    outcome: Result<(), RecordFault>,
) -> Option<String> {
    match outcome {
        Ok(()) => None,
        Err(fault @ RecordFault::Retry(_)) => {
            tracing::warn!(message.id, error = %kernel::error::chain(&fault), "record will be delivered again");
            Some(message.id)
        }
        Err(RecordFault::Park(reason)) => {
            let reason = kernel::error::chain(reason.as_ref());
            match parking.park(tenant, "incoming", &message.id, &reason, &message.body).await {
                Ok(()) => None,
                Err(error) => {
                    tracing::error!(message.id, error = %kernel::error::chain(&error), "record not parked");
                    Some(message.id)
                }
            }
        }
    }
}
