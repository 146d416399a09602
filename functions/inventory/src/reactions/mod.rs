//! What this context does when a deal is requested, confirmed, cancelled or imported, and when a party becomes known.
//!
//! Facts of one batch that concern one product are decided together, one after the other on the evolving state, and
//! stored in one commit (*group commit*): a product in demand costs a read and a write per batch, not per deal. A sale is
//! noted besides, once a product and batch; the latest day stays, so that repeating or reordering facts changes nothing.

mod on_deal_cancelled;
mod on_deal_confirmed;
mod on_deal_requested;
mod sale;

use std::collections::BTreeMap;
use std::convert::Infallible;

use async_trait::async_trait;
use event_store::{Cause, EventStore, ExecuteError, Proposed, Request, Stream};
use inventory_domain::ProductId;
use inventory_domain::stock::{Stock, StockCommand};
use kernel::{Actor, Aggregate, BusinessDate, Provenance, Recorded, Tenant, Timestamp};
use messaging::{BatchHandler, Envelope, FactError, OutboxAuditor, RecordFault};

use crate::projections::note_sale;
use crate::{CONTEXT, Inventory, stock_stream};
use sale::sale;

/// How the types of the facts begin that [`directory::Directory::hear_of_party`] takes.
const PARTY_FACTS: &str = "customer.party-";

/// Most facts decided in one commit: forty reservations of forty sources each stay well below the size of one item.
const MOST_PER_COMMIT: usize = 25;

/// A fact this context cannot act on, now or ever.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unusable {
    /// Not a fact this context listens to.
    #[error("{0} is not a fact this context acts on")]
    Unheard(String),
    /// Not of the published shape.
    #[error("the fact cannot be read")]
    Fact(#[from] FactError),
    /// It names a lot of another product, which the deal context never lets through.
    #[error("the deal of {product} names {lot}, a lot of another product")]
    ForeignLot {
        /// The product the deal sells.
        product: String,
        /// The lot it names.
        lot: String,
    },
}

/// Reacts to facts about deals and parties, and runs this context's schedules.
#[derive(Debug, Clone)]
pub struct Reactions {
    inventory: Inventory,
    auditor: OutboxAuditor,
}

impl Reactions {
    /// Reacts on behalf of `inventory`.
    #[must_use]
    pub const fn new(inventory: Inventory, auditor: OutboxAuditor) -> Self {
        Self { inventory, auditor }
    }

    /// Decides `group` on one stock and stores the outcome in one commit.
    async fn decide_together(
        &self,
        tenant: &Tenant,
        product: ProductId,
        group: &[(&Envelope, StockCommand)],
    ) -> Result<(), ExecuteError<Infallible>> {
        let Some((first, _)) = group.first() else { return Ok(()) };
        let request = Request::new(Provenance {
            tenant: tenant.clone(),
            actor: Actor::system(CONTEXT),
            correlation: first.correlation_id.clone(),
            causation: Some(first.id.to_string()),
            traceparent: first.traceparent.clone(),
        });
        let decide = |stream: &Stream<Stock>| {
            let mut state = stream.state().clone();
            let mut sequence = stream.version();
            let mut proposed = Vec::new();
            for (envelope, command) in group {
                // None of these commands is ever refused: their answer to an uncovered deal is an event.
                for event in state.decide(command).unwrap_or_default() {
                    sequence = sequence.saturating_add(1);
                    let recorded = Recorded { sequence, at: self.inventory.clock.now(), event };
                    state = state.evolve(&recorded);
                    proposed.push(Proposed { event: recorded.event, cause: Some(cause(envelope)) });
                }
            }
            Ok(proposed)
        };
        let stream = stock_stream(tenant, product);
        self.store().change::<Stock, Infallible, _>(&stream, &request, None, decide).await?;
        Ok(())
    }

    const fn store(&self) -> &EventStore {
        &self.inventory.store
    }
}

fn cause(envelope: &Envelope) -> Cause {
    Cause {
        fact: envelope.id.to_string(),
        correlation: envelope.correlation_id.clone(),
        traceparent: envelope.traceparent.clone(),
    }
}

/// What a fact asks of which stock; `None` when it asks nothing any more.
fn command(envelope: &Envelope, now: Timestamp) -> Result<Option<(ProductId, StockCommand)>, Unusable> {
    match envelope.fact_type.as_str() {
        "deal.requested" => on_deal_requested::command(envelope, now),
        "deal.confirmed" => on_deal_confirmed::command(envelope).map(Some),
        "deal.cancelled" => on_deal_cancelled::command(envelope).map(Some),
        // The imported lots hold what was left after it.
        "deal.imported" => Ok(None),
        other => Err(Unusable::Unheard(other.to_owned())),
    }
}

/// The last sale of each product in a batch, and the places of the facts that tell of one.
type Sales<'f> = BTreeMap<(&'f Tenant, ProductId), (BusinessDate, Vec<usize>)>;

/// Has the facts in these places delivered again.
fn retry(
    outcomes: &mut [Result<(), RecordFault>],
    positions: Vec<usize>,
    error: &(dyn std::error::Error + 'static),
) {
    let reason = kernel::error::chain(error);
    for position in positions {
        if let Some(outcome) = outcomes.get_mut(position) {
            *outcome = Err(RecordFault::retry(reason.clone()));
        }
    }
}

#[async_trait]
impl BatchHandler for Reactions {
    async fn on_facts(&self, facts: &[Envelope]) -> Vec<Result<(), RecordFault>> {
        let mut outcomes: Vec<Result<(), RecordFault>> = Vec::with_capacity(facts.len());
        let mut groups: BTreeMap<(&Tenant, ProductId), Vec<(usize, (&Envelope, StockCommand))>> =
            BTreeMap::new();
        let mut sales: Sales<'_> = BTreeMap::new();
        let now = self.inventory.clock.now();
        for (position, envelope) in facts.iter().enumerate() {
            if envelope.fact_type.starts_with(PARTY_FACTS) {
                outcomes.push(self.inventory.parties.hear_of_party(envelope).await);
                continue;
            }
            let read = command(envelope, now).and_then(|command| Ok((command, sale(envelope)?)));
            outcomes.push(match read {
                Ok((command, sale)) => {
                    if let Some((product, on)) = sale {
                        let (last, positions) =
                            sales.entry((&envelope.tenant_id, product)).or_insert((on, Vec::new()));
                        *last = on.max(*last);
                        positions.push(position);
                    }
                    if let Some((product, command)) = command {
                        groups
                            .entry((&envelope.tenant_id, product))
                            .or_default()
                            .push((position, (envelope, command)));
                    }
                    Ok(())
                }
                Err(unusable) => Err(RecordFault::park(unusable)),
            });
        }
        for ((tenant, product), (on, positions)) in sales {
            if let Err(error) = note_sale(&self.inventory.of(tenant), product, on).await {
                retry(&mut outcomes, positions, &error);
            }
        }
        for ((tenant, product), group) in groups {
            let mut group = group.into_iter();
            loop {
                let (positions, part): (Vec<_>, Vec<_>) = group.by_ref().take(MOST_PER_COMMIT).unzip();
                if part.is_empty() {
                    break;
                }
                if let Err(error) = self.decide_together(tenant, product, &part).await {
                    retry(&mut outcomes, positions, &error);
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
