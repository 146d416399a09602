//! What this context does when stock answers, when a product or a party becomes known, and when a schedule comes due.

mod on_product_described;
mod on_stock_rejected;
mod on_stock_reserved;

pub(crate) use on_stock_rejected::StockRejected;
pub(crate) use on_stock_reserved::StockReserved;

use async_trait::async_trait;
use deal_domain::deal::DealCommand;
use deal_domain::{Deal, DealId};
use event_store::{ExecuteError, Request};
use kernel::{Actor, Provenance};
use messaging::{BatchHandler, Envelope, OutboxAuditor, RecordFault};

use crate::{CONTEXT, Deals, commands, deal_stream};

/// How the types of the facts begin that [`directory::Directory::hear_of_party`] takes.
const PARTY_FACTS: &str = "customer.party-";

/// Reacts to facts of the inventory and of the customer context, and runs this context's schedules.
#[derive(Debug, Clone)]
pub struct Reactions {
    deals: Deals,
    auditor: OutboxAuditor,
}

impl Reactions {
    /// Reacts on behalf of `deals`.
    #[must_use]
    pub const fn new(deals: Deals, auditor: OutboxAuditor) -> Self {
        Self { deals, auditor }
    }

    async fn react(&self, envelope: &Envelope) -> Result<(), RecordFault> {
        match envelope.fact_type.as_str() {
            "inventory.stock-reserved" => {
                let (deal, command) = on_stock_reserved::command(envelope).map_err(RecordFault::park)?;
                self.decide(envelope, deal, command).await
            }
            "inventory.stock-rejected" => {
                let (deal, command) = on_stock_rejected::command(envelope).map_err(RecordFault::park)?;
                self.decide(envelope, deal, command).await
            }
            "inventory.product-created"
            | "inventory.product-changed"
            | "inventory.product-import-withdrawn" => {
                on_product_described::react(&self.deals.of(&envelope.tenant_id), envelope).await
            }
            party if party.starts_with(PARTY_FACTS) => self.deals.parties.hear_of_party(envelope).await,
            other => Err(RecordFault::park(format!("{other} is not a fact this context acts on"))),
        }
    }

    async fn decide(
        &self,
        envelope: &Envelope,
        deal: DealId,
        command: DealCommand,
    ) -> Result<(), RecordFault> {
        let request = Request::new(Provenance {
            tenant: envelope.tenant_id.clone(),
            actor: Actor::system(CONTEXT),
            correlation: envelope.correlation_id.clone(),
            causation: Some(envelope.id.to_string()),
            traceparent: envelope.traceparent.clone(),
        });
        let stream = deal_stream(&envelope.tenant_id, deal);
        match self.deals.store.execute::<Deal>(&stream, &request, &command).await {
            Ok(_) => Ok(()),
            // Stock answered a deal that this context never registered.
            Err(error @ ExecuteError::Refused(_)) => Err(RecordFault::park(error)),
            Err(error) => Err(RecordFault::retry(error)),
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
            "sweep-due-deals" => {
                commands::give_up_overdue(&self.deals).await.map(drop).map_err(RecordFault::Retry)
            }
            "audit-outbox" => self.auditor.run().await.map(drop).map_err(RecordFault::Retry),
            other => Err(RecordFault::park(format!("no schedule is called {other}"))),
        }
    }
}
