//! What this context does when a deal is decided, when somebody is named for one, when a product becomes known, when somebody
//! has a copy of a login, when a webhook speaks, and when a schedule comes due.

mod additional;
mod chatted;
mod hooks;
mod on_deal_decided;
mod on_product_described;
mod on_recipients_named;
mod on_session_reused;
mod planning;
mod reading;
mod wrote;

use async_trait::async_trait;
use messaging::{BatchHandler, Envelope, OutboxAuditor, RecordFault};
use notification_domain::published::RecipientsNamed;

pub use hooks::Hooks;

use crate::Notifications;

/// Reacts to facts of deal, inventory, auth and its own, and runs this context's schedules.
#[derive(Debug, Clone)]
pub struct Reactions {
    notifications: Notifications,
    auditor: OutboxAuditor,
}

impl Reactions {
    /// Reacts on behalf of `notifications`.
    #[must_use]
    pub const fn new(notifications: Notifications, auditor: OutboxAuditor) -> Self {
        Self { notifications, auditor }
    }

    async fn react(&self, envelope: &Envelope) -> Result<(), RecordFault> {
        let notifications = self.notifications.of(&envelope.tenant_id);
        if envelope.schema_version != 1 {
            let version = envelope.schema_version;
            return Err(RecordFault::park(format!("version {version} of this fact is unknown")));
        }
        match envelope.fact_type.as_str() {
            "deal.confirmed" | "deal.cancelled" | "deal.amended" => {
                on_deal_decided::react(&notifications, envelope).await
            }
            "inventory.product-created" | "inventory.product-changed" => {
                on_product_described::react(&notifications, envelope).await
            }
            RecipientsNamed::TYPE => on_recipients_named::react(&notifications, envelope).await,
            "auth.session-reused" => on_session_reused::react(&notifications, envelope).await,
            other => Err(RecordFault::park(format!("{other} is not a fact this context acts on"))),
        }
    }
}

#[async_trait]
impl BatchHandler for Reactions {
    async fn on_facts(&self, facts: &[Envelope]) -> Vec<Result<(), RecordFault>> {
        let mut outcomes = Vec::with_capacity(facts.len());
        for envelope in facts {
            outcomes.push(self.react(envelope).await);
        }
        outcomes
    }

    async fn on_schedule(&self, name: &str) -> Result<(), RecordFault> {
        match name {
            "audit-outbox" => self.auditor.run().await.map(drop).map_err(RecordFault::Retry),
            other => Err(RecordFault::park(format!("no schedule is called {other}"))),
        }
    }
}
