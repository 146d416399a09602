//! One firm's system: two contexts with their tables, queues and streams, a bus between them, schedules.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use deal::Deals;
use event_store::Commit;
use inventory::Inventory;
use kernel::{Aggregate, Tenant, Timestamp};

use crate::client::Diary;
use crate::contexts::{Function, Register, Surroundings};
use crate::faults::{Fault, Sight};
use crate::invariants::{self, Ledger, Lifecycles};
use crate::mutants::Mutant;
use crate::platform::bus::{Bus, Rule};
use crate::platform::function::Fleet;
use crate::platform::queue::{self, Queue};
use crate::platform::schedule;
use crate::platform::stream::{self, ChangeStream, SHARDS};
use crate::platform::table::{LogTable, OpsTable, Tables, ViewsTable, Watch};
use crate::sim::{BEGINNING, Sim};
use crate::simulate::Stage;
use crate::sync::locked;

/// Most concurrent invocations of one queue's mapping.
const LARGEST_BULKHEAD: u64 = 4;
/// How often overdue deals are swept up, in milliseconds.
const SWEEP_MS: u64 = 60_000;
/// How often the outbox is audited, in milliseconds.
const AUDIT_MS: u64 = 300_000;

/// One context as the platform runs it.
pub struct Context<U> {
    /// Its name.
    pub name: &'static str,
    /// Its tables.
    pub tables: Arc<Tables>,
    /// Its log's stream.
    pub stream: Arc<ChangeStream>,
    /// Its inbox.
    pub inbox: Arc<Queue>,
    /// Its function.
    pub fleet: Arc<Fleet<Function<U>>>,
}

impl<U: Send + Sync + 'static> Context<U> {
    /// Connects stream and inbox to the function.
    pub(crate) fn start(&self, sim: &Arc<Sim>) {
        for shard in 0..SHARDS {
            let (stream, fleet) = (Arc::clone(&self.stream), Arc::clone(&self.fleet));
            sim.spawn(stream::trigger(Arc::clone(sim), stream, shard, fleet));
        }
        for _ in 0..sim.draw(|dice| dice.between(1, LARGEST_BULKHEAD)) {
            let (inbox, fleet) = (Arc::clone(&self.inbox), Arc::clone(&self.fleet));
            sim.spawn(queue::trigger(Arc::clone(sim), inbox, fleet));
        }
        if !sim.lacks(Mutant::NoOutboxAuditor) {
            self.schedule(sim, "audit-outbox", AUDIT_MS);
        }
    }

    pub(crate) fn schedule(&self, sim: &Arc<Sim>, name: &'static str, period_ms: u64) {
        sim.spawn(schedule::trigger(Arc::clone(sim), Arc::clone(&self.inbox), name, period_ms));
    }
}

/// The whole of it.
pub struct World {
    /// Time, chance, findings.
    pub sim: Arc<Sim>,
    /// Whose data it is.
    pub tenant: Tenant,
    /// The deal context.
    pub deal: Context<Deals>,
    /// The inventory context.
    pub inventory: Context<Inventory>,
    /// The bus.
    pub bus: Arc<Bus>,
    /// The second set of books.
    pub ledger: Arc<Mutex<Ledger>>,
    /// The life of every deal.
    pub lifecycles: Arc<Mutex<Lifecycles>>,
    /// What the clients wanted, and what they were told.
    pub diary: Diary,
}

impl World {
    /// Builds the system; nothing runs yet.
    #[must_use]
    pub fn new(sim: &Arc<Sim>, tenant: Tenant) -> Arc<Self> {
        let deal_inbox = Queue::new(Arc::clone(sim), "deal-inbox");
        let inventory_inbox = Queue::new(Arc::clone(sim), "inventory-inbox");
        let rules = vec![
            Rule { types: DEAL_HEARS, queue: Arc::clone(&deal_inbox) },
            Rule { types: INVENTORY_HEARS, queue: Arc::clone(&inventory_inbox) },
        ];
        let bus = Bus::new(Arc::clone(sim), rules);
        let (ledger, lifecycles, parties) = (Arc::default(), Arc::default(), Arc::<Register>::default());
        let (stream, tables) = tables(sim, watch_stock(sim, &ledger));
        let fleet = surroundings(sim, &tenant, &tables, &bus, &parties).inventory();
        let name = inventory::CONTEXT;
        let inventory = Context { name, tables, stream, inbox: inventory_inbox, fleet };
        let (stream, tables) = tables_of_deals(sim, &lifecycles);
        let fleet = surroundings(sim, &tenant, &tables, &bus, &parties).deal(Arc::clone(&inventory.fleet));
        let deal = Context { name: deal::CONTEXT, tables, stream, inbox: deal_inbox, fleet };
        let (sim, diary) = (Arc::clone(sim), Diary::default());
        Arc::new(Self { sim, tenant, deal, inventory, bus, ledger, lifecycles, diary })
    }

    /// Connects everything; perhaps with an outage of the inventory to come.
    pub fn start(&self) {
        if self.sim.strikes(Fault::Outage) {
            let (from_s, length_s) =
                self.sim.draw(|dice| (dice.between(20, 120), dice.between(1_500, 2_700)));
            let from = after(BEGINNING, from_s);
            self.inventory.fleet.goes_down(from, after(from, length_s));
        }
        self.deal.start(&self.sim);
        self.inventory.start(&self.sim);
        if !self.sim.lacks(Mutant::NoSweeper) {
            self.deal.schedule(&self.sim, "sweep-due-deals", SWEEP_MS);
        }
    }
}

impl Stage for World {
    fn is_deserted(&self) -> bool {
        self.diary.is_closed()
    }

    fn down_until(&self) -> Option<Timestamp> {
        self.inventory.fleet.down_until()
    }

    fn unfinished(&self) -> Vec<(&'static str, usize)> {
        let mut unfinished = vec![
            ("tasks", self.sim.unfinished_work()),
            ("messages in deal-inbox", self.deal.inbox.depth()),
            ("messages in inventory-inbox", self.inventory.inbox.depth()),
            ("records in the deal stream", self.deal.stream.unread()),
            ("records in the inventory stream", self.inventory.stream.unread()),
        ];
        unfinished.retain(|(_, count)| *count > 0);
        unfinished
    }

    fn at_rest(&self) {
        invariants::at_rest(self);
    }

    fn figures(&self) -> (usize, i64) {
        let lifecycles = locked(&self.lifecycles);
        let lives = lifecycles.lives().values();
        let pending = lives.filter_map(|life| Some(life.endings.first()?.0.since_ms(life.requested_at)));
        (lifecycles.lives().len(), pending.max().unwrap_or_default())
    }
}

/// What the rule of the deal context lets through.
const DEAL_HEARS: &[&str] = &[
    "inventory.stock-reserved",
    "inventory.stock-rejected",
    "inventory.product-created",
    "inventory.product-changed",
];

/// What the rule of the inventory context lets through.
const INVENTORY_HEARS: &[&str] = &["deal.requested", "deal.confirmed", "deal.cancelled"];

pub(crate) fn after(instant: Timestamp, seconds: u64) -> Timestamp {
    instant.plus_ms(i64::try_from(seconds.saturating_mul(1_000)).unwrap_or(i64::MAX))
}

pub(crate) fn surroundings(
    sim: &Arc<Sim>,
    tenant: &Tenant,
    tables: &Arc<Tables>,
    bus: &Arc<Bus>,
    parties: &Arc<Register>,
) -> Surroundings {
    Surroundings {
        sim: Arc::clone(sim),
        tenant: tenant.clone(),
        tables: Arc::clone(tables),
        bus: Arc::clone(bus),
        parties: Arc::clone(parties),
        seen: Arc::new(Mutex::new(BTreeSet::new())),
    }
}

fn tables(sim: &Arc<Sim>, watch: Watch) -> (Arc<ChangeStream>, Arc<Tables>) {
    let stream = ChangeStream::new(Arc::clone(sim));
    let log = LogTable::new(Arc::clone(sim), Arc::clone(&stream), watch);
    let views = ViewsTable::new(Arc::clone(sim));
    let ops = OpsTable::new(Arc::clone(sim), None);
    (stream, Arc::new(Tables { log, views, ops }))
}

fn tables_of_deals(sim: &Arc<Sim>, lifecycles: &Arc<Mutex<Lifecycles>>) -> (Arc<ChangeStream>, Arc<Tables>) {
    let (watcher, lifecycles) = (Arc::clone(sim), Arc::clone(lifecycles));
    let watch = move |commit: &Commit| {
        if let Err(fault) = locked(&lifecycles).follow(commit) {
            watcher.violate("a deal is decided once", fault);
        }
    };
    tables(sim, Box::new(watch))
}

fn watch_stock(sim: &Arc<Sim>, ledger: &Arc<Mutex<Ledger>>) -> Watch {
    let (sim, ledger) = (Arc::clone(sim), Arc::clone(ledger));
    Box::new(move |commit| {
        if commit.stream.kind() != inventory_domain::stock::Stock::KIND {
            return;
        }
        let causes: BTreeSet<_> =
            commit.events.iter().filter_map(|e| e.cause.as_ref()).map(|c| &c.fact).collect();
        if causes.len() > 1 {
            sim.saw(Sight::GroupCommit);
        }
        if let Err(fault) = locked(&ledger).book(commit) {
            sim.violate("stock is never oversold, doubled or lost", fault);
        }
    })
}
