//! What this context does when a deal stands, changes or is called off, when a product is described, when what a tab mirrors
//! has changed, and when a schedule comes due.
//!
//! A repeated fact changes nothing, because the rows know up to which sequence of the deal's stream they are current; a late one
//! neither.

mod on_deal;
mod on_product_described;

use async_trait::async_trait;
use event_store::Request;
use kernel::{Actor, Provenance};
use messaging::{BatchHandler, Envelope, OutboxAuditor, RecordFault};
use sync_domain::Tab;
use sync_domain::deal_rows::Origin;

pub(crate) use on_deal::{Shown, stands};

use crate::ports::Work;
use crate::{CONTEXT, Sheets, commands};

/// Reacts to facts about deals and products, and runs this context's schedules.
#[derive(Debug, Clone)]
pub struct Reactions {
    sheets: Sheets,
    auditor: OutboxAuditor,
}

impl Reactions {
    /// Reacts on behalf of `sheets`.
    #[must_use]
    pub const fn new(sheets: Sheets, auditor: OutboxAuditor) -> Self {
        Self { sheets, auditor }
    }

    async fn react(&self, envelope: &Envelope) -> Result<(), RecordFault> {
        let sheets = self.sheets.of(&envelope.tenant_id);
        match envelope.fact_type.as_str() {
            "deal.confirmed" | "deal.amended" | "deal.cancelled" | "deal.imported" => {
                let shown = on_deal::shown(&sheets, envelope).await?;
                let Some(Shown { id, deal, held }) = shown else { return Ok(()) };
                let origin = Origin { by: envelope.actor.clone(), at: envelope.time };
                let request = Request::new(Provenance {
                    tenant: envelope.tenant_id.clone(),
                    actor: Actor::system(CONTEXT),
                    correlation: envelope.correlation_id.clone(),
                    causation: Some(envelope.id.to_string()),
                    traceparent: envelope.traceparent.clone(),
                });
                let news = (envelope.sequence, deal, held);
                let shown = commands::show_deal(&sheets, &request, id, news, Some(origin)).await;
                shown.map(drop).map_err(RecordFault::retry)
            }
            "inventory.product-created" | "inventory.product-changed" => {
                on_product_described::react(&sheets, envelope).await?;
                mirror(&sheets, &Tab::STOCK).await
            }
            // What these say is not read: the comparison asks for the whole list.
            "inventory.product-import-withdrawn" => mirror(&sheets, &Tab::STOCK).await,
            "inventory.lot-received"
            | "inventory.lot-adjusted"
            | "inventory.stock-reserved"
            | "inventory.stock-released" => mirror(&sheets, &[Tab::Inventory]).await,
            "customer.party-created"
            | "customer.party-changed"
            | "customer.party-merged"
            | "customer.party-unmerged"
            | "customer.party-import-withdrawn"
            | "customer.party-erased" => mirror(&sheets, &Tab::PARTIES).await,
            other => Err(RecordFault::park(format!("{other} is not a fact this context acts on"))),
        }
    }
}

async fn mirror(sheets: &Sheets, tabs: &[Tab]) -> Result<(), RecordFault> {
    commands::mirror_soon(sheets, tabs).await.map_err(RecordFault::Retry)
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
            "flush-sheet" => {
                let key = format!("tick-{}", self.sheets.clock.now().unix_ms());
                self.sheets.work.ask(&Work::Flush, &key).await.map_err(RecordFault::Retry)
            }
            "pull-sheet" => {
                let key = format!("pull-{}", self.sheets.clock.now().unix_ms());
                self.sheets.work.ask(&Work::Pull, &key).await.map_err(RecordFault::Retry)
            }
            "mirror-stock" | "mirror-parties" => {
                let tabs = if name == "mirror-stock" { Tab::STOCK } else { Tab::PARTIES };
                commands::mirror_again(&self.sheets, &tabs).await.map_err(RecordFault::Retry)
            }
            "audit-outbox" => self.auditor.run().await.map(drop).map_err(RecordFault::Retry),
            other => Err(RecordFault::park(format!("no schedule is called {other}"))),
        }
    }
}
