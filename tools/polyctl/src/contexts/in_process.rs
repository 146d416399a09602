//! The contexts in this process, on tables in memory: shows what an import costs by itself, and is gone when the command ends.
//! A commit is relayed as soon as it is appended, and its facts reach the other context before the append returns.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use assembly::Parts;
use async_trait::async_trait;
use customer::Customers;
use customer::adapters::MemoryVault;
use customer::vault::KeyRing;
use deal::Deals;
use deal::ports::{KnownProduct, ProductName, StockAnswer, StockDesk, StockDeskError};
use directory::{Directory, Identity, MemoryOwner};
use event_store::log::MemoryLog;
use event_store::ops::MemoryOps;
use event_store::views::MemoryViews;
use event_store::{
    AppendError, BoxError, Commit, CommitLog, CommitRef, Generations, Guard, LoadFrom, LogError, Row,
    StreamId, View,
};
use inventory::Inventory;
use inventory::queries::{ProductRef, product};
use kernel::{RandomIds, SystemClock, Tenant, Timestamp};
use lambda_entry::{DirectHandler, TokioTimer};
use messaging::{BatchHandler, BusError, EntryFault, Envelope, FactBus, OwnCommits, Relay};
use serde_json::Value;
use uuid::Uuid;

use super::{AskError, Context, Contexts};

/// Deal and inventory in memory; customer where somebody puts it there.
#[derive(Clone)]
pub struct InProcess {
    inventory: Arc<dyn DirectHandler>,
    stock: Inventory,
    deal: Arc<dyn DirectHandler>,
    customer: Option<Arc<dyn DirectHandler>>,
    logs: Vec<Arc<RelayingLog>>,
    views: Vec<(&'static str, Arc<MemoryViews>)>,
    deals: Deals,
    /// Where the deal context publishes.
    of_deals: Arc<Delivery>,
    customers: Option<Customers>,
    /// Who hears of parties: deal and inventory.
    readers: [Arc<dyn BatchHandler>; 2],
}

impl std::fmt::Debug for InProcess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InProcess").finish_non_exhaustive()
    }
}

impl InProcess {
    /// Empty contexts of a firm.
    #[must_use]
    pub fn new(tenant: &Tenant) -> Self {
        let (of_stock, of_deals) = (Arc::new(Delivery::default()), Arc::new(Delivery::default()));
        let (parts, inventory_log, inventory_views) =
            in_memory(tenant, of_stock.clone(), inventory::upkeep::VIEWS);
        let inventory = Inventory {
            tenant: tenant.clone(),
            store: parts.store(),
            views: Arc::clone(&parts.views),
            parties: directory(inventory::PARTIES, &parts, inventory_domain::PartyId::new),
            clock: Arc::clone(&parts.clock),
            ids: Arc::clone(&parts.ids),
        };
        let projections = inventory::projections::Projections::new(inventory.clone());
        let relay = inventory_log.relay_by(&parts, inventory::CONTEXT, Arc::new(projections));
        let reactions = inventory::reactions::Reactions::new(inventory.clone(), parts.auditor(relay));
        let stock_reader: Arc<dyn BatchHandler> = Arc::new(reactions);
        of_deals.deliver_to(TO_INVENTORY, Arc::clone(&stock_reader));
        let inventory_direct = inventory::direct::Direct::new(inventory.clone(), parts.readiness());
        let upkeep = inventory::upkeep::InventoryUpkeep::new(inventory.clone());
        let inventory_direct = parts.upkeep(Arc::new(upkeep), Arc::new(inventory_direct));
        let (parts, deal_log, deal_views) = in_memory(tenant, of_deals.clone(), deal::upkeep::VIEWS);
        let deals = Deals {
            tenant: tenant.clone(),
            store: parts.store(),
            views: Arc::clone(&parts.views),
            stock_desk: Arc::new(Desk(inventory.clone())),
            parties: directory(deal::PARTIES, &parts, deal_domain::PartyId::new),
            clock: Arc::clone(&parts.clock),
            ids: Arc::clone(&parts.ids),
            timer: Arc::clone(&parts.timer),
        };
        let projections = deal::projections::Projections::new(deals.clone());
        let relay = deal_log.relay_by(&parts, deal::CONTEXT, Arc::new(projections));
        let reactions = deal::reactions::Reactions::new(deals.clone(), parts.auditor(relay));
        let deal_reader: Arc<dyn BatchHandler> = Arc::new(reactions);
        of_stock.deliver_to(TO_DEAL, Arc::clone(&deal_reader));
        let deal_direct = deal::direct::Direct::new(deals.clone(), parts.readiness());
        let upkeep = deal::upkeep::DealUpkeep::new(deals.clone());
        let deal_direct = parts.upkeep(Arc::new(upkeep), Arc::new(deal_direct));
        Self {
            inventory: inventory_direct,
            stock: inventory,
            deal: deal_direct,
            customer: None,
            logs: vec![inventory_log, deal_log],
            views: vec![(inventory::CONTEXT, inventory_views), (deal::CONTEXT, deal_views)],
            deals,
            of_deals,
            customers: None,
            readers: [deal_reader, stock_reader],
        }
    }

    /// With the customer context itself, which hears of deals and whose parties the others hear of.
    ///
    /// # Errors
    /// When there is no randomness to be had for its keys.
    pub fn with_parties(mut self, tenant: &Tenant) -> anyhow::Result<Self> {
        let bus = Arc::new(Delivery::default());
        for reader in &self.readers {
            bus.deliver_to(OF_PARTIES, Arc::clone(reader));
        }
        let (parts, log, views) = in_memory(tenant, bus, customer::upkeep::VIEWS);
        let keys =
            KeyRing::new(Arc::new(MemoryVault::try_new()?), Arc::clone(&parts.ops), Arc::clone(&parts.clock));
        let customers = Customers {
            tenant: tenant.clone(),
            store: parts.store(),
            views: Arc::clone(&parts.views),
            ops: Arc::clone(&parts.ops),
            keys,
            clock: Arc::clone(&parts.clock),
            ids: Arc::clone(&parts.ids),
        };
        let projections = customer::projections::Projections::new(customers.clone());
        let relay = log.relay_by(&parts, customer::CONTEXT, Arc::new(projections));
        let reactions = customer::reactions::Reactions::new(customers.clone(), parts.auditor(relay));
        self.of_deals.deliver_to(TO_CUSTOMER, Arc::new(reactions));
        let direct = customer::direct::Direct::new(customers.clone(), parts.readiness());
        let upkeep = customer::upkeep::CustomerUpkeep::new(customers.clone());
        self.customers = Some(customers);
        self.logs.push(log);
        self.views.push((customer::CONTEXT, views));
        Ok(self.with_customer(parts.upkeep(Arc::new(upkeep), Arc::new(direct))))
    }

    /// With a customer context.
    #[must_use]
    pub fn with_customer(self, customer: Arc<dyn DirectHandler>) -> Self {
        Self { customer: Some(customer), ..self }
    }

    /// The deal context, to register deals with.
    #[must_use]
    pub const fn deals(&self) -> &Deals {
        &self.deals
    }

    /// The rows of every context's views, by context.
    #[must_use]
    pub fn rows(&self) -> Vec<(&'static str, Vec<Row>)> {
        self.views.iter().map(|(context, views)| (*context, views.rows())).collect()
    }

    /// The customer context, to change parties with; `None` where it is somebody else's.
    #[must_use]
    pub const fn customers(&self) -> Option<&Customers> {
        self.customers.as_ref()
    }

    /// The inventory context, to look at its lists.
    #[must_use]
    pub const fn inventory(&self) -> &Inventory {
        &self.stock
    }

    /// How many commits the logs hold.
    #[must_use]
    pub fn commits(&self) -> usize {
        self.logs.iter().map(|log| log.inner.streams().values().map(Vec::len).sum::<usize>()).sum()
    }
}

#[async_trait]
impl Contexts for InProcess {
    async fn ask(&self, context: Context, event: &Value) -> Result<Value, AskError> {
        let handler = match context {
            Context::Inventory => &self.inventory,
            Context::Deal => &self.deal,
            Context::Auth | Context::Notification | Context::Sync => return Err(AskError::Absent(context)),
            Context::Customer => self.customer.as_ref().ok_or(AskError::Absent(context))?,
        };
        let kind = event.get("kind").and_then(Value::as_str).unwrap_or_default();
        handler.handle(kind, event.clone()).await.map_err(|refusal| AskError::Refused {
            context,
            code: refusal.code,
            detail: refusal.detail,
        })
    }
}

/// Namespace of the identities that names stand for here.
const NAMES: Uuid = Uuid::from_u128(0x5b17_e0c9_3f42_5a68_9c70_d14e_86b2_27fd);

/// A directory of parties in front of a register of its own, where whoever is named can be entered.
fn directory<I: Identity>(name: &'static str, parts: &Parts, id: fn(Uuid) -> I) -> Directory<I> {
    let identify = move |_: &kernel::Provenance, key: &kernel::NameKey| {
        id(Uuid::new_v5(&NAMES, key.as_str().as_bytes()))
    };
    Directory::new(name, Arc::clone(&parts.views), Arc::new(MemoryOwner::new(identify)))
}

fn in_memory(
    tenant: &Tenant,
    bus: Arc<Delivery>,
    declared: &'static [View],
) -> (Parts, Arc<RelayingLog>, Arc<MemoryViews>) {
    let log = Arc::new(RelayingLog::default());
    let (views, ops) = (Arc::new(MemoryViews::default()), Arc::new(MemoryOps::default()));
    let clock = Arc::new(SystemClock);
    let generations =
        Arc::new(Generations::new(declared, views.clone(), views.clone(), ops.clone(), clock.clone()));
    let parts = Parts {
        tenant: tenant.clone(),
        log: log.clone(),
        views: generations.clone(),
        generations: Some(generations),
        ops,
        bus,
        clock,
        ids: Arc::new(RandomIds),
        timer: Arc::new(TokioTimer),
    };
    (parts, log, views)
}

/// A log in memory whose commits are relayed by whoever appends them.
#[derive(Default)]
struct RelayingLog {
    inner: MemoryLog,
    relay: OnceLock<Relay>,
}

impl RelayingLog {
    fn relay_by(&self, parts: &Parts, context: &'static str, commits: Arc<dyn OwnCommits>) -> Relay {
        self.relay.get_or_init(|| parts.relay(context, commits)).clone()
    }

    async fn relayed(&self, commit: &Commit) -> Result<(), AppendError> {
        let Some(relay) = self.relay.get() else { return Ok(()) };
        match relay.relay(std::slice::from_ref(commit)).await.pop() {
            None => Ok(()),
            Some((_, error)) => Err(AppendError::Rejected(error.into())),
        }
    }
}

#[async_trait]
impl CommitLog for RelayingLog {
    async fn load(&self, stream: &StreamId, from: LoadFrom<'_>) -> Result<Vec<Commit>, LogError> {
        self.inner.load(stream, from).await
    }

    async fn append(&self, commit: &Commit) -> Result<(), AppendError> {
        self.inner.append(commit).await?;
        self.relayed(commit).await
    }

    async fn append_guarded(&self, commit: &Commit, guards: &[Guard]) -> Result<(), AppendError> {
        self.inner.append_guarded(commit, guards).await?;
        self.relayed(commit).await
    }

    async fn guard_holder(&self, tenant: &Tenant, key: &str) -> Result<Option<String>, LogError> {
        self.inner.guard_holder(tenant, key).await
    }

    async fn committed_between(
        &self,
        from: Timestamp,
        to: Timestamp,
        limit: usize,
    ) -> Result<Vec<CommitRef>, LogError> {
        self.inner.committed_between(from, to, limit).await
    }

    async fn read(&self, stream: &StreamId, first: u64) -> Result<Option<Commit>, LogError> {
        self.inner.read(stream, first).await
    }
}

/// What `infra/contexts/deal/inbox.tf` subscribes to of the inventory.
const TO_DEAL: &[&str] = &[
    "inventory.stock-reserved",
    "inventory.stock-rejected",
    "inventory.product-created",
    "inventory.product-changed",
    "inventory.product-import-withdrawn",
];
/// What `infra/contexts/inventory/inbox.tf` subscribes to of deals.
const TO_INVENTORY: &[&str] = &["deal.requested", "deal.confirmed", "deal.cancelled", "deal.imported"];
/// What `infra/contexts/customer/inbox.tf` subscribes to.
const TO_CUSTOMER: &[&str] =
    &["deal.amended", "deal.cancelled", "deal.confirmed", "deal.import-withdrawn", "deal.imported"];
/// What both of the others subscribe to of parties.
const OF_PARTIES: &[&str] = &[
    "customer.party-changed",
    "customer.party-created",
    "customer.party-import-withdrawn",
    "customer.party-merged",
    "customer.party-unmerged",
];

/// Who hears the facts of which types.
type Listener = (&'static [&'static str], Arc<dyn BatchHandler>);

/// A bus whose listeners hear the facts that their subscriptions name.
#[derive(Default)]
struct Delivery {
    listeners: Mutex<Vec<Listener>>,
}

impl Delivery {
    fn deliver_to(&self, subscribed: &'static [&'static str], listener: Arc<dyn BatchHandler>) {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner).push((subscribed, listener));
    }

    fn listeners(&self) -> Vec<Listener> {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl FactBus for Delivery {
    async fn put(&self, chunk: &[Envelope]) -> Result<Vec<Result<(), EntryFault>>, BusError> {
        for (subscribed, listener) in self.listeners() {
            let heard = |fact: &&Envelope| subscribed.contains(&fact.fact_type.as_str());
            let heard: Vec<Envelope> = chunk.iter().filter(heard).cloned().collect();
            if heard.is_empty() {
                continue;
            }
            for outcome in listener.on_facts(&heard).await {
                outcome.map_err(|fault| BusError(format!("{fault:?}").into()))?;
            }
        }
        Ok(chunk.iter().map(|_| Ok(())).collect())
    }
}

/// The inventory, asked by the deal context without a function between them.
struct Desk(Inventory);

#[async_trait]
impl StockDesk for Desk {
    async fn product(&self, name: &ProductName) -> Result<Option<KnownProduct>, StockDeskError> {
        let unknown = |error: BoxError| StockDeskError(error);
        let named = match name {
            ProductName::Id(id) => ProductRef::Id(inventory_domain::ProductId::new(id.uuid())),
            ProductName::Code(code) => match code.parse() {
                Ok(code) => ProductRef::Code(code),
                Err(_) => return Ok(None),
            },
        };
        let found = product(&self.0, &named).await.map_err(|e| unknown(e.into()))?;
        Ok(found.map(|product| KnownProduct {
            id: deal_domain::ProductId::new(product.id.uuid()),
            code: product.product_code.to_string(),
        }))
    }

    /// An import registers nothing that would need a quote.
    async fn quote(&self, _: &deal_domain::Terms) -> Result<StockAnswer, StockDeskError> {
        Err(StockDeskError("no quotes are given while an import runs".into()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The facts that a context's Terraform subscribes to.
    fn subscribed(context: &str) -> BTreeSet<String> {
        let file = format!("{}/../../infra/contexts/{context}/inbox.tf", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&file).unwrap();
        let (_, list) = text.split_once("facts = [").unwrap();
        let (list, _) = list.split_once(']').unwrap();
        list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn every_context_hears_in_this_process_what_terraform_has_it_hear() {
        for (context, lists) in [
            ("deal", [TO_DEAL, OF_PARTIES]),
            ("inventory", [TO_INVENTORY, OF_PARTIES]),
            ("customer", [TO_CUSTOMER, &[]]),
        ] {
            let heard: BTreeSet<String> = lists.concat().into_iter().map(str::to_owned).collect();
            assert_eq!(heard, subscribed(context), "{context}");
        }
    }
}
