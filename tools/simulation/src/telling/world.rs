//! One firm's notifications: the context with its tables, queues and stream, the bus that brings it facts, and its providers.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use kernel::{Tenant, Timestamp};
use messaging::Envelope;
use notification::Notifications;
use notification::adapters::memory::MemoryDeals;
use notification_domain::Channel;
use notification_domain::audience::Recipients;

use super::client::Named;
use super::context::Around;
use super::invariants;
use super::lives::Lives;
use super::provider::Provider;
use super::webhooks::Webhooks;
use crate::invariants::breakers;
use crate::mutants::Mutant;
use crate::platform::bus::{Bus, Rule};
use crate::platform::fifo::{self, Fifo};
use crate::platform::queue::Queue;
use crate::platform::stream::ChangeStream;
use crate::platform::table::{LogTable, OpsTable, Tables, ViewsTable, Watch};
use crate::ports::queues::QueueSet;
use crate::sim::Sim;
use crate::simulate::Stage;
use crate::sync::locked;
use crate::world::{Context, surroundings};

/// What the rule of the context lets through.
const HEARS: &[&str] = &["deal.confirmed", "deal.cancelled", "deal.amended", "notification.recipients-named"];
/// Most concurrent invocations of a channel's mapping.
const MOST_AT_ONCE: u64 = 5;

/// The whole of it.
pub struct World {
    /// Time, chance, findings.
    pub sim: Arc<Sim>,
    /// Whose data it is.
    pub tenant: Tenant,
    /// The context.
    pub context: Context<Notifications>,
    /// Its queues.
    pub queues: QueueSet,
    /// Takes messages to WhatsApp, and tells what becomes of them.
    pub whatsapp: Arc<Provider>,
    /// Takes short messages, and tells nothing.
    pub sms: Arc<Provider>,
    /// The webhooks of the former.
    pub webhooks: Arc<Webhooks>,
    /// The bus.
    pub bus: Arc<Bus>,
    /// The deals as the deal context knows them.
    pub deals: Arc<MemoryDeals>,
    /// The life of every message.
    pub lives: Arc<Mutex<Lives>>,
    /// Who is told, once they are named.
    pub audiences: Mutex<Recipients>,
    /// What was published of deals.
    pub facts: Mutex<Vec<Envelope>>,
    /// Who was named for single deals.
    pub named: Mutex<Vec<Named>>,
    /// How many of those outside still want something.
    pub busy: AtomicUsize,
}

impl World {
    /// Builds the system; nothing runs yet.
    #[must_use]
    pub fn new(sim: &Arc<Sim>, tenant: Tenant) -> Arc<Self> {
        let inbox = Queue::new(Arc::clone(sim), "notification-inbox");
        let rules = vec![Rule { types: HEARS, queue: Arc::clone(&inbox) }];
        let bus = Bus::new(Arc::clone(sim), rules);
        let queues = QueueSet {
            inbox: Arc::clone(&inbox),
            whatsapp: Fifo::new(Arc::clone(sim), "notification-whatsapp"),
            sms: Fifo::new(Arc::clone(sim), "notification-sms"),
        };
        let lives = Arc::<Mutex<Lives>>::default();
        let stream = ChangeStream::new(Arc::clone(sim));
        let tables = Arc::new(Tables {
            log: LogTable::new(Arc::clone(sim), Arc::clone(&stream), watch(sim, &lives)),
            views: ViewsTable::new(Arc::clone(sim)),
            // By a clock that is minutes fast every breaker would be.
            ops: OpsTable::new(
                Arc::clone(sim),
                (!sim.lacks(Mutant::WordNotAwaited)).then(|| breakers::watch(sim)),
            ),
        });
        let webhooks = Webhooks::new(sim);
        let provider =
            |channel, queue, webhooks| Provider::new(sim, channel, (&tenant, &tables), queue, webhooks);
        let whatsapp = provider(Channel::WhatsApp, &queues.whatsapp, Some(Arc::clone(&webhooks)));
        let sms = provider(Channel::Sms, &queues.sms, None);
        let deals = Arc::<MemoryDeals>::default();
        let around = Around {
            usual: surroundings(sim, &tenant, &tables, &bus, &Arc::default()),
            queues: queues.clone(),
            deals: Arc::clone(&deals),
            whatsapp: Arc::clone(&whatsapp),
            sms: Arc::clone(&sms),
        };
        let fleet = around.notification();
        webhooks.lead_to(&fleet);
        Arc::new(Self {
            sim: Arc::clone(sim),
            tenant,
            context: Context { name: notification::CONTEXT, tables, stream, inbox, fleet },
            queues,
            whatsapp,
            sms,
            webhooks,
            bus,
            deals,
            lives,
            audiences: Mutex::default(),
            facts: Mutex::default(),
            named: Mutex::default(),
            busy: AtomicUsize::new(0),
        })
    }

    /// Connects everything.
    pub fn start(&self) {
        self.context.start(&self.sim);
        for queue in [&self.queues.whatsapp, &self.queues.sms] {
            for _ in 0..self.sim.draw(|dice| dice.between(2, MOST_AT_ONCE)) {
                let (queue, fleet) = (Arc::clone(queue), Arc::clone(&self.context.fleet));
                self.sim.spawn(fifo::trigger(Arc::clone(&self.sim), queue, fleet));
            }
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
            ("messages in notification-inbox", self.queues.inbox.depth()),
            ("orders in notification-whatsapp", self.queues.whatsapp.depth()),
            ("orders in notification-sms", self.queues.sms.depth()),
            ("records in the notification stream", self.context.stream.unread()),
        ];
        unfinished.retain(|(_, count)| *count > 0);
        unfinished
    }

    fn at_rest(&self) {
        invariants::at_rest(self);
    }

    fn figures(&self) -> (usize, i64) {
        let lives = locked(&self.lives);
        let waits = lives.all().values().filter_map(|life| Some(life.taken_at?.since_ms(life.planned_at)));
        let deals: std::collections::BTreeSet<&str> =
            lives.all().values().filter(|life| !life.is_digest()).map(|life| life.told.0.as_str()).collect();
        (deals.len(), waits.max().unwrap_or_default())
    }
}

fn watch(sim: &Arc<Sim>, lives: &Arc<Mutex<Lives>>) -> Watch {
    let (sim, lives) = (Arc::clone(sim), Arc::clone(lives));
    Box::new(move |commit| match locked(&lives).follow(commit) {
        Ok(sights) => sights.into_iter().for_each(|sight| sim.saw(sight)),
        Err(fault) => sim.violate("a message moves as it may", fault),
    })
}
