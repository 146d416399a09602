//! The bus on Amazon EventBridge.

use async_trait::async_trait;
use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;

use crate::envelope::Envelope;
use crate::relay::{BusError, EntryFault, FactBus};

/// Error codes of a single entry that another call may not have
/// (<https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html>).
const TRANSIENT: [&str; 2] = ["ThrottlingException", "InternalFailure"];

/// Publishes to one event bus.
#[derive(Debug, Clone)]
pub struct EventBridge {
    client: Client,
    bus: String,
}

impl EventBridge {
    /// Publishes to the bus of this name.
    #[must_use]
    pub const fn new(client: Client, bus: String) -> Self {
        Self { client, bus }
    }
}

#[async_trait]
impl FactBus for EventBridge {
    async fn put(&self, chunk: &[Envelope]) -> Result<Vec<Result<(), EntryFault>>, BusError> {
        let mut entries = Vec::with_capacity(chunk.len());
        for envelope in chunk {
            let detail = serde_json::to_string(envelope).map_err(|e| BusError(e.into()))?;
            entries.push(
                PutEventsRequestEntry::builder()
                    .event_bus_name(&self.bus)
                    .source(&envelope.source)
                    .detail_type(&envelope.fact_type)
                    .detail(detail)
                    .build(),
            );
        }
        let answer = self
            .client
            .put_events()
            .set_entries(Some(entries))
            .send()
            .await
            .map_err(|e| BusError(e.into()))?;
        Ok(answer
            .entries()
            .iter()
            .map(|entry| match (entry.event_id(), entry.error_code()) {
                (Some(_), None) => Ok(()),
                (_, code) => {
                    let code = code.unwrap_or("no event id");
                    let text = format!("{code}: {}", entry.error_message().unwrap_or_default());
                    let transient = TRANSIENT.contains(&code) || entry.error_code().is_none();
                    Err(if transient { EntryFault::Transient(text) } else { EntryFault::Unacceptable(text) })
                }
            })
            .collect())
    }
}
