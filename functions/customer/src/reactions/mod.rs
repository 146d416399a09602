//! What this context does when a deal stands or is called off: it files the deal, and remembers when its customer last
//! bought.
//!
//! A repeated fact replaces nothing, because the row of its deal has that sequence already; a late one neither, because it
//! has a higher one. A fact that comes again after a crash finds the row and still brings names up to date.

mod deal_fact;

use std::collections::BTreeMap;

use async_trait::async_trait;
use customer_domain::{NameKey, PartyId};
use event_store::BoxError;
use kernel::Tenant;
use messaging::{BatchHandler, Envelope, FactError, OutboxAuditor, RecordFault};

use crate::projections::project_names;
use crate::supply;
use crate::trade::{DealStatus, file, note_date};
use crate::{Customers, Found};
use deal_fact::{Filed, filed};

/// A fact this context cannot act on, now or ever.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unusable {
    /// Not a fact this context listens to.
    #[error("{0} is not a fact this context acts on")]
    Unheard(String),
    /// Not of the published shape.
    #[error("the fact cannot be read")]
    Fact(#[from] FactError),
}

/// Reacts to facts about deals, and runs this context's schedules.
#[derive(Debug, Clone)]
pub struct Reactions {
    customers: Customers,
    auditor: OutboxAuditor,
}

impl Reactions {
    /// Reacts on behalf of `customers`.
    #[must_use]
    pub const fn new(customers: Customers, auditor: OutboxAuditor) -> Self {
        Self { customers, auditor }
    }

    /// Files a deal; tells whether the names of its customer have to say a later date.
    async fn file(&self, tenant: &Tenant, deal: &Filed, sequence: u64) -> Result<bool, BoxError> {
        let customers = self.customers.of(tenant);
        file(&customers, deal.under, &deal.entry, sequence).await?;
        supply::file(&customers, deal.entry.deal_id, &deal.supplies, sequence).await?;
        if deal.entry.status != DealStatus::Confirmed {
            return Ok(false);
        }
        note_date(&customers, deal.under, deal.entry.date).await?;
        Ok(true)
    }

    /// Brings the names of the party that has this file up to date, if somebody has entered it.
    async fn refresh(&self, tenant: &Tenant, under: PartyId, name: &NameKey) -> Result<(), BoxError> {
        let customers = self.customers.of(tenant);
        let stream = customers.load(under).await?;
        let found = match customers.holder(name).await? {
            _ if stream.state().known().is_some() => Some(Found { id: under, merged_from: None, stream }),
            Some(id) => Some(Found { id, merged_from: None, stream: customers.load(id).await? }),
            None => None,
        };
        match found {
            Some(Found { id, stream, .. }) => {
                project_names(&customers, id, stream.state(), stream.version()).await
            }
            None => Ok(()),
        }
    }
}

#[async_trait]
impl BatchHandler for Reactions {
    /// Files each fact by itself; the names of a customer are written once a batch.
    async fn on_facts(&self, facts: &[Envelope]) -> Vec<Result<(), RecordFault>> {
        let mut outcomes: Vec<Result<(), RecordFault>> = Vec::with_capacity(facts.len());
        let mut buyers: BTreeMap<(&Tenant, PartyId), (NameKey, Vec<usize>)> = BTreeMap::new();
        for (position, envelope) in facts.iter().enumerate() {
            let tenant = &envelope.tenant_id;
            outcomes.push(match filed(tenant, envelope) {
                Err(unusable) => Err(RecordFault::park(unusable)),
                Ok(None) => Ok(()),
                Ok(Some(deal)) => match self.file(tenant, &deal, envelope.sequence).await {
                    Ok(bought) => {
                        if bought {
                            let buyer = buyers.entry((tenant, deal.under));
                            buyer.or_insert_with(|| (deal.name, Vec::new())).1.push(position);
                        }
                        Ok(())
                    }
                    Err(error) => Err(RecordFault::retry(kernel::error::chain(error.as_ref()))),
                },
            });
        }
        for ((tenant, under), (name, positions)) in buyers {
            if let Err(error) = self.refresh(tenant, under, &name).await {
                let reason = kernel::error::chain(error.as_ref());
                for position in positions {
                    if let Some(outcome) = outcomes.get_mut(position) {
                        *outcome = Err(RecordFault::retry(reason.clone()));
                    }
                }
            }
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
