//! What auth does by itself. It consumes no facts; its inbox brings schedules.

use async_trait::async_trait;
use messaging::{BatchHandler, Envelope, OutboxAuditor, RecordFault};

/// The schedule that has the outbox audited.
const AUDIT_OUTBOX: &str = "audit-outbox";

/// Does what comes due.
#[derive(Debug, Clone)]
pub struct Reactions {
    auditor: OutboxAuditor,
}

impl Reactions {
    /// Audits the outbox with `auditor`.
    #[must_use]
    pub const fn new(auditor: OutboxAuditor) -> Self {
        Self { auditor }
    }
}

#[async_trait]
impl BatchHandler for Reactions {
    async fn on_facts(&self, facts: &[Envelope]) -> Vec<Result<(), RecordFault>> {
        let unknown =
            |fact: &Envelope| Err(RecordFault::park(format!("auth does not consume {}", fact.fact_type)));
        facts.iter().map(unknown).collect()
    }

    async fn on_schedule(&self, name: &str) -> Result<(), RecordFault> {
        match name {
            AUDIT_OUTBOX => self.auditor.run().await.map(|_| ()).map_err(RecordFault::retry),
            _ => Err(RecordFault::park(format!("auth has no schedule {name:?}"))),
        }
    }
}
