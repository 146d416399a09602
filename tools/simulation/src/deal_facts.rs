//! Facts as the deal context publishes them, for scenarios in which it is not simulated itself.

use kernel::{Actor, Timestamp};
use messaging::Envelope;
use serde_json::Value;
use uuid::Uuid;

/// A fact about a deal.
pub(crate) struct DealFact {
    /// Its identity.
    pub(crate) id: Uuid,
    /// Its type.
    pub(crate) fact_type: &'static str,
    /// The deal, as it is written.
    pub(crate) deal: String,
    /// Its position among the deal's facts, from 0.
    pub(crate) position: usize,
    /// What it tells.
    pub(crate) data: Value,
}

impl DealFact {
    /// The fact, published now; `None` when a literal is not what it claims to be.
    pub(crate) fn published(self, now: Timestamp) -> Option<Envelope> {
        Some(Envelope {
            id: self.id,
            fact_type: self.fact_type.to_owned(),
            schema_version: 1,
            source: "polymer.deal".to_owned(),
            tenant_id: "main".parse().ok()?,
            stream_type: "deal".to_owned(),
            stream_id: self.deal,
            // The deal was requested before.
            sequence: 2 + u64::try_from(self.position).ok()?,
            commit_id: self.id,
            commit_index: 0,
            commit_size: 1,
            time: now,
            correlation_id: self.id.simple().to_string().parse().ok()?,
            causation_id: None,
            traceparent: None,
            actor: Actor::system("deal"),
            replay: false,
            hash: "0".repeat(64),
            data: self.data,
        })
    }
}
