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
use futures_util::{StreamExt as _, stream};
use kernel::Tenant;
use messaging::{BatchHandler, Envelope, FactError, OutboxAuditor, RecordFault};

use crate::projections::project_names;
use crate::supply;
use crate::trade::{DealStatus, file, note_date};
use crate::{Customers, Found};
use deal_fact::{Filed, filed};

/// How many deals are filed at once, and how many customers' names are written.
const AT_ONCE: usize = 10;

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

/// What became of the facts of a batch, by their positions.
type Outcomes = BTreeMap<usize, Result<(), RecordFault>>;
/// Facts after which the names of a buyer may have to say a later date, by where the buyer is filed.
type Buyers<'a> = BTreeMap<(&'a Tenant, PartyId), (NameKey, Vec<usize>)>;

impl Reactions {
    /// Files the facts of one deal, in the order in which they came.
    async fn file_deal<'a>(&self, facts: Vec<(usize, &'a Envelope)>) -> (Outcomes, Buyers<'a>) {
        let (mut outcomes, mut buyers) = (Outcomes::new(), Buyers::new());
        for (position, envelope) in facts {
            let tenant = &envelope.tenant_id;
            let outcome = match filed(tenant, envelope) {
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
            };
            outcomes.insert(position, outcome);
        }
        (outcomes, buyers)
    }
}

#[async_trait]
impl BatchHandler for Reactions {
    /// Files several deals at once, the facts of one after each other; the names of a customer are written once a batch.
    async fn on_facts(&self, facts: &[Envelope]) -> Vec<Result<(), RecordFault>> {
        let mut deals: BTreeMap<(&Tenant, &str), Vec<(usize, &Envelope)>> = BTreeMap::new();
        for (position, envelope) in facts.iter().enumerate() {
            deals.entry((&envelope.tenant_id, &*envelope.stream_id)).or_default().push((position, envelope));
        }
        let filing: Vec<_> = deals.into_values().map(|facts| self.file_deal(facts)).collect();
        let filed: Vec<_> = stream::iter(filing).buffer_unordered(AT_ONCE).collect().await;
        let (mut outcomes, mut buyers) = (Outcomes::new(), Buyers::new());
        for (of_deal, buyers_of_deal) in filed {
            outcomes.extend(of_deal);
            for (buyer, (name, positions)) in buyers_of_deal {
                buyers.entry(buyer).or_insert_with(|| (name, Vec::new())).1.extend(positions);
            }
        }
        let refreshing = buyers.into_iter().map(|((tenant, under), (name, positions))| async move {
            (self.refresh(tenant, under, &name).await, positions)
        });
        let refreshing: Vec<_> = refreshing.collect();
        let refreshed: Vec<_> = stream::iter(refreshing).buffer_unordered(AT_ONCE).collect().await;
        for (outcome, positions) in refreshed {
            let Err(error) = outcome else { continue };
            let reason = kernel::error::chain(error.as_ref());
            outcomes.extend(
                positions.into_iter().map(|position| (position, Err(RecordFault::retry(reason.clone())))),
            );
        }
        outcomes.into_values().collect()
    }

    async fn on_schedule(&self, name: &str) -> Result<(), RecordFault> {
        match name {
            "audit-outbox" => self.auditor.run().await.map(drop).map_err(RecordFault::Retry),
            other => Err(RecordFault::park(format!("no schedule is called {other}"))),
        }
    }
}
