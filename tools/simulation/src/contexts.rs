//! The functions of deal and inventory under simulation, put together as their `main.rs` does it, on simulated ports.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use assembly::Parts;
use deal::Deals;
use directory::{Directory, Identity, MemoryOwner};
use event_store::Commit;
use inventory::Inventory;
use kernel::Tenant;
use lambda_entry::{InboxHandler, InboxRecord};
use messaging::{BatchHandler, OwnCommits, Relay, RelayError};
use uuid::Uuid;

use crate::clock::{DrawnIds, SkewedClock, VirtualTimer};
use crate::platform::bus::Bus;
use crate::platform::function::{Fleet, Instance};
use crate::platform::table::Tables;
use crate::ports::bus::BusPort;
use crate::ports::desk::Desk;
use crate::ports::io::Io;
use crate::ports::log::LogPort;
use crate::ports::ops::OpsPort;
use crate::ports::parties::Parties;
use crate::ports::views::ViewsPort;
use crate::sabotage;
use crate::sim::Sim;

/// One started function: what it holds in memory.
pub struct Function<U> {
    /// What its use cases work with.
    pub context: U,
    relay: Relay,
    inbox: Arc<dyn InboxHandler>,
}

impl<U> Function<U> {
    /// Serves a batch of its log's stream.
    pub async fn relay(&self, commits: &[Commit]) -> Vec<(Uuid, RelayError)> {
        self.relay.relay(commits).await
    }

    /// Serves a batch of its inbox.
    pub async fn handle(&self, records: Vec<InboxRecord>) -> Vec<String> {
        self.inbox.handle(records).await
    }

    fn new(
        context: U,
        name: &'static str,
        parts: &Parts,
        commits: Arc<dyn OwnCommits>,
        reactions: impl FnOnce(messaging::OutboxAuditor) -> Arc<dyn BatchHandler>,
    ) -> Self {
        let relay = parts.relay(name, commits);
        let inbox = parts.inbox(reactions(parts.auditor(relay.clone())));
        Self::serving(context, relay, inbox)
    }

    /// A function that relays its commits and serves its queues.
    pub(crate) fn serving(context: U, relay: Relay, inbox: Arc<dyn InboxHandler>) -> Self {
        Self { context, relay, inbox }
    }
}

/// The parties, with the identities by which each context knows them.
pub struct Register {
    of_deals: Arc<MemoryOwner<deal_domain::PartyId>>,
    of_inventory: Arc<MemoryOwner<inventory_domain::PartyId>>,
}

/// Namespace of the identities that names stand for.
const NAMES: Uuid = Uuid::from_u128(0x2f60_b1d7_90c4_5e3a_8d15_6a47_c3e8_f902);

impl Default for Register {
    fn default() -> Self {
        fn owner<I: Identity>(id: fn(Uuid) -> I) -> Arc<MemoryOwner<I>> {
            Arc::new(MemoryOwner::new(move |_, key| id(Uuid::new_v5(&NAMES, key.as_str().as_bytes()))))
        }
        Self {
            of_deals: owner(deal_domain::PartyId::new),
            of_inventory: owner(inventory_domain::PartyId::new),
        }
    }
}

/// What the functions of one context share.
#[derive(Clone)]
pub struct Surroundings {
    /// The world.
    pub sim: Arc<Sim>,
    /// Whose data it is.
    pub tenant: Tenant,
    /// The context's tables.
    pub tables: Arc<Tables>,
    /// The bus.
    pub bus: Arc<Bus>,
    /// The parties anybody has entered, as the customer context has them.
    pub parties: Arc<Register>,
    /// Facts that any of its instances has been handed; only a mutant looks.
    pub seen: Arc<Mutex<BTreeSet<Uuid>>>,
}

impl Surroundings {
    pub(crate) fn io(&self, instance: &Arc<Instance>) -> Io {
        Io { sim: Arc::clone(&self.sim), instance: Arc::clone(instance) }
    }

    pub(crate) fn parts(&self, instance: &Arc<Instance>) -> Parts {
        let io = self.io(instance);
        Parts {
            tenant: self.tenant.clone(),
            log: Arc::new(LogPort::new(io.clone(), Arc::clone(&self.tables))),
            views: Arc::new(ViewsPort::new(io.clone(), Arc::clone(&self.tables))),
            generations: None,
            ops: Arc::new(OpsPort::new(io.clone(), Arc::clone(&self.tables))),
            bus: Arc::new(BusPort::new(io, Arc::clone(&self.bus))),
            clock: Arc::new(SkewedClock::drawn(Arc::clone(&self.sim))),
            ids: Arc::new(DrawnIds::drawn(&self.sim)),
            timer: Arc::new(VirtualTimer(Arc::clone(&self.sim))),
        }
    }

    /// The inventory function.
    #[must_use]
    pub fn inventory(self) -> Arc<Fleet<Function<Inventory>>> {
        let sim = Arc::clone(&self.sim);
        Fleet::new(sim, inventory::CONTEXT, move |instance| {
            let parts = self.parts(instance);
            let inventory = Inventory {
                tenant: parts.tenant.clone(),
                store: parts.store(),
                views: Arc::clone(&parts.views),
                parties: Directory::new(
                    inventory::PARTIES,
                    Arc::clone(&parts.views),
                    Arc::new(Parties::new(self.io(instance), Arc::clone(&self.parties.of_inventory))),
                ),
                clock: Arc::clone(&parts.clock),
                ids: Arc::clone(&parts.ids),
            };
            let commits = Arc::new(inventory::projections::Projections::new(inventory.clone()));
            let commits = sabotage::commits(&self.sim, &parts, commits);
            Function::new(inventory.clone(), inventory::CONTEXT, &parts, commits, |auditor| {
                let reactions = Arc::new(inventory::reactions::Reactions::new(inventory, auditor));
                sabotage::reactions(&self, reactions)
            })
        })
    }

    /// The deal function; it may ask the inventory function.
    #[must_use]
    pub fn deal(self, desk: Arc<Fleet<Function<Inventory>>>) -> Arc<Fleet<Function<Deals>>> {
        let sim = Arc::clone(&self.sim);
        Fleet::new(sim, deal::CONTEXT, move |instance| {
            let parts = self.parts(instance);
            let deals = Deals {
                tenant: parts.tenant.clone(),
                store: parts.store(),
                views: Arc::clone(&parts.views),
                stock_desk: Arc::new(Desk::new(self.io(instance), Arc::clone(&desk))),
                parties: Directory::new(
                    deal::PARTIES,
                    Arc::clone(&parts.views),
                    Arc::new(Parties::new(self.io(instance), Arc::clone(&self.parties.of_deals))),
                ),
                clock: Arc::clone(&parts.clock),
                ids: Arc::clone(&parts.ids),
                timer: Arc::clone(&parts.timer),
            };
            let commits = Arc::new(deal::projections::Projections::new(deals.clone()));
            let commits = sabotage::commits(&self.sim, &parts, commits);
            Function::new(deals.clone(), deal::CONTEXT, &parts, commits, |auditor| {
                Arc::new(deal::reactions::Reactions::new(deals, auditor))
            })
        })
    }
}
