//! Wrappers around the product's handlers that some mutants need. Without their mutant they are not there at all.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use assembly::Parts;
use async_trait::async_trait;
use event_store::{BoxError, Commit, CommitLog, LoadFrom, Ops, OpsItem};
use inventory::stock_stream;
use inventory_domain::{DealId, ProductId};
use kernel::Tenant;
use messaging::{BatchHandler, Envelope, OwnCommits, Publication, RecordFault, marker};
use uuid::Uuid;

use crate::contexts::Surroundings;
use crate::mutants::Mutant;
use crate::platform::table::Tables;
use crate::sim::Sim;
use crate::sync::locked;

/// The commits of a context, perhaps marked as published before they are.
pub(crate) fn commits(sim: &Sim, parts: &Parts, commits: Arc<dyn OwnCommits>) -> Arc<dyn OwnCommits> {
    if sim.lacks(Mutant::MarkerFirst) {
        Arc::new(MarkedFirst { commits, ops: Arc::clone(&parts.ops) })
    } else {
        commits
    }
}

/// A breaker as an instance reads it, perhaps one that never ends or holds nobody back.
pub(crate) fn breaker(sim: &Sim, read: Option<OpsItem>) -> Option<OpsItem> {
    let mut item = read?;
    let open = item.pk.ends_with("#BREAKER") && item.body.contains(r#""state":"open""#);
    if open && sim.lacks(Mutant::BreakerIgnored) {
        item.body = r#"{"state":"closed","failures":0}"#.to_owned();
    }
    if open && sim.lacks(Mutant::NoProbe) {
        let never = sim.now().plus_days(365);
        let mut state: serde_json::Value = serde_json::from_str(&item.body).unwrap_or_default();
        state["until"] = never.to_string().into();
        item.body = state.to_string();
    }
    Some(item)
}

/// The reactions of the inventory, perhaps without their memory.
pub(crate) fn reactions(around: &Surroundings, reactions: Arc<dyn BatchHandler>) -> Arc<dyn BatchHandler> {
    if around.sim.lacks(Mutant::NoTombstone) {
        let (tenant, tables) = (around.tenant.clone(), Arc::clone(&around.tables));
        Arc::new(NoTombstone { reactions, tenant, tables })
    } else if around.sim.lacks(Mutant::RedeliveryIsNews) {
        Arc::new(RedeliveryIsNews { reactions, seen: Arc::clone(&around.seen) })
    } else {
        reactions
    }
}

struct MarkedFirst {
    commits: Arc<dyn OwnCommits>,
    ops: Arc<dyn Ops>,
}

#[async_trait]
impl OwnCommits for MarkedFirst {
    async fn project(&self, commit: &Commit) -> Result<(), BoxError> {
        let (pk, sk) = marker(&commit.stream, commit.first);
        self.ops.put(OpsItem { pk, sk, body: String::new(), expires: None }).await?;
        self.commits.project(commit).await
    }

    async fn publications(&self, commit: &Commit) -> Result<Vec<Publication>, BoxError> {
        self.commits.publications(commit).await
    }
}

struct NoTombstone {
    reactions: Arc<dyn BatchHandler>,
    tenant: Tenant,
    tables: Arc<Tables>,
}

impl NoTombstone {
    /// Whether it cancels a deal that stock has not heard of.
    async fn overtakes(&self, fact: &Envelope) -> bool {
        let product: Option<ProductId> =
            fact.data.pointer("/terms/productId").and_then(|id| id.as_str()?.parse().ok());
        let deal: Option<DealId> = fact.data.get("dealId").and_then(|id| id.as_str()?.parse().ok());
        let (Some(product), Some(deal)) = (product, deal) else { return false };
        if fact.fact_type != "deal.cancelled" {
            return false;
        }
        let stream = stock_stream(&self.tenant, product);
        let history = self.tables.log.memory().load(&stream, LoadFrom::Beginning).await.unwrap_or_default();
        let deal = deal.to_string();
        let knows = |commit: &Commit| {
            commit.events.iter().any(|event| event.data.get("deal").is_some_and(|id| *id == deal.as_str()))
        };
        !history.iter().any(knows)
    }
}

#[async_trait]
impl BatchHandler for NoTombstone {
    async fn on_facts(&self, facts: &[Envelope]) -> Vec<Result<(), RecordFault>> {
        let mut outcomes = Vec::with_capacity(facts.len());
        for fact in facts {
            if self.overtakes(fact).await {
                outcomes.push(Ok(()));
            } else {
                outcomes.extend(self.reactions.on_facts(std::slice::from_ref(fact)).await);
            }
        }
        outcomes
    }

    async fn on_schedule(&self, name: &str) -> Result<(), RecordFault> {
        self.reactions.on_schedule(name).await
    }
}

struct RedeliveryIsNews {
    reactions: Arc<dyn BatchHandler>,
    seen: Arc<Mutex<BTreeSet<Uuid>>>,
}

#[async_trait]
impl BatchHandler for RedeliveryIsNews {
    async fn on_facts(&self, facts: &[Envelope]) -> Vec<Result<(), RecordFault>> {
        let mut taken = facts.to_vec();
        for fact in &mut taken {
            let news = locked(&self.seen).insert(fact.id);
            if !news && fact.fact_type == "deal.requested" {
                fact.data["dealId"] = DealId::new(fact.id).to_string().into();
            }
        }
        self.reactions.on_facts(&taken).await
    }

    async fn on_schedule(&self, name: &str) -> Result<(), RecordFault> {
        self.reactions.on_schedule(name).await
    }
}
