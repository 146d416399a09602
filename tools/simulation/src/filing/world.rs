//! One firm's sheet: the context with its tables, queues and stream, the bus that brings it facts, and the spreadsheet.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use kernel::{Tenant, Timestamp};
use messaging::Envelope;
use sync::Sheets;
use sync_domain::Policy;

use super::context::Around;
use super::invariants;
use super::sheet::Sheet;
use super::workload::Deal;
use crate::invariants::breakers;
use crate::platform::bus::{Bus, Rule};
use crate::platform::fifo::{self, Fifo};
use crate::platform::queue::Queue;
use crate::platform::stream::ChangeStream;
use crate::platform::table::{LogTable, OpsTable, Tables, ViewsTable};
use crate::sim::Sim;
use crate::simulate::Stage;
use crate::sync::locked;
use crate::world::{Context, surroundings};

/// What the rule of the context lets through.
const HEARS: &[&str] = &["deal.confirmed", "deal.amended", "deal.cancelled"];
/// How often what waits is flushed anyway, and the sheet is looked at, in milliseconds.
const EVERY_MS: u64 = 300_000;

/// The whole of it.
pub struct World {
    /// Time, chance, findings.
    pub sim: Arc<Sim>,
    /// Whose data it is.
    pub tenant: Tenant,
    /// The context.
    pub context: Context<Sheets>,
    /// Its queue of work.
    pub work: Arc<Fifo>,
    /// The spreadsheet.
    pub sheet: Arc<Sheet>,
    /// The bus.
    pub bus: Arc<Bus>,
    /// The deals of this history.
    pub deals: Mutex<Vec<Deal>>,
    /// What was published of them.
    pub facts: Mutex<Vec<Envelope>>,
    /// How many deals there is still something to be told of.
    pub busy: AtomicUsize,
}

impl World {
    /// Builds the system; nothing runs yet.
    #[must_use]
    pub fn new(sim: &Arc<Sim>, tenant: Tenant) -> Arc<Self> {
        let inbox = Queue::new(Arc::clone(sim), "sync-inbox");
        let bus = Bus::new(Arc::clone(sim), vec![Rule { types: HEARS, queue: Arc::clone(&inbox) }]);
        let work = Fifo::once(Arc::clone(sim), "sync-sheet");
        let stream = ChangeStream::new(Arc::clone(sim));
        let tables = Arc::new(Tables {
            log: LogTable::new(Arc::clone(sim), Arc::clone(&stream), Box::new(|_| {})),
            views: ViewsTable::new(Arc::clone(sim)),
            ops: OpsTable::new(Arc::clone(sim), Some(breakers::watch(sim))),
        });
        let sheet = Sheet::new(sim);
        let manual = sim.draw(|dice| dice.chance(5_000));
        let around = Around {
            usual: surroundings(sim, &tenant, &tables, &bus, &Arc::default()),
            work: Arc::clone(&work),
            sheet: Arc::clone(&sheet),
            policy: if manual { Policy::Manual } else { Policy::DatabaseWins },
        };
        let fleet = around.sync();
        Arc::new(Self {
            sim: Arc::clone(sim),
            tenant,
            context: Context { name: sync::CONTEXT, tables, stream, inbox, fleet },
            work,
            sheet,
            bus,
            deals: Mutex::default(),
            facts: Mutex::default(),
            busy: AtomicUsize::new(0),
        })
    }

    /// Connects everything.
    pub fn start(&self) {
        self.context.start(&self.sim);
        for name in ["flush-sheet", "pull-sheet"] {
            self.context.schedule(&self.sim, name, EVERY_MS);
        }
        for _ in 0..2 {
            let (work, fleet) = (Arc::clone(&self.work), Arc::clone(&self.context.fleet));
            self.sim.spawn(fifo::trigger(Arc::clone(&self.sim), work, fleet));
        }
    }
}

impl Stage for World {
    fn is_deserted(&self) -> bool {
        self.busy.load(Ordering::Relaxed) == 0
    }

    fn down_until(&self) -> Option<Timestamp> {
        None
    }

    fn unfinished(&self) -> Vec<(&'static str, usize)> {
        let mut unfinished = vec![
            ("tasks", self.sim.unfinished_work()),
            ("messages in sync-inbox", self.context.inbox.depth()),
            ("work in sync-sheet", self.work.depth()),
            ("records in the sync stream", self.context.stream.unread()),
        ];
        unfinished.retain(|(_, count)| *count > 0);
        unfinished
    }

    fn at_rest(&self) {
        invariants::at_rest(self);
    }

    fn figures(&self) -> (usize, i64) {
        (locked(&self.deals).len(), 0)
    }
}
