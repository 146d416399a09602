//! A provider of messages: takes them, refuses them, says nothing, gives them back, and tells what became of them.

use std::sync::{Arc, Mutex};

use futures_util::FutureExt as _;
use kernel::{Tenant, Timestamp};
use notification::ports::Sent;
use notification_domain::message::{Form, ProviderStatus};
use notification_domain::{Channel, NotificationId};
use resilience::{BreakerState, FaultClass};

use super::books::{Books, Entry, Fate, Taken};
use super::webhooks::{Told, Webhooks};
use crate::faults::Fault;
use crate::platform::fifo::Fifo;
use crate::platform::function::TIMEOUT_MS;
use crate::platform::spell::Spell;
use crate::platform::table::Tables;
use crate::sim::Sim;
use crate::sync::locked;

/// For how long calls may begin that were admitted before a breaker opened, in milliseconds: an instance believes what it read
/// for a second, runs for so long at most, and its clock may be off.
const ADMITTED_MS: u64 = TIMEOUT_MS + 2_000;

/// A call.
#[derive(Debug, Clone)]
pub struct Call {
    /// Which message it brings.
    pub notification: NotificationId,
    /// To whom.
    pub to: String,
    /// As text or template.
    pub form: Form,
    /// When it began.
    pub begun: Timestamp,
}

/// A provider.
pub struct Provider {
    sim: Arc<Sim>,
    /// The channel that it serves.
    pub channel: Channel,
    tenant: Tenant,
    tables: Arc<Tables>,
    queue: Arc<Fifo>,
    spells: Vec<Spell>,
    webhooks: Option<Arc<Webhooks>>,
    books: Mutex<Books>,
}

impl Provider {
    /// A provider of a channel whose orders lie in `queue`; without webhooks it tells nothing afterwards. `tables` are the
    /// context's, for a look at its breaker.
    #[must_use]
    pub fn new(
        sim: &Arc<Sim>,
        channel: Channel,
        (tenant, tables): (&Tenant, &Arc<Tables>),
        queue: &Arc<Fifo>,
        webhooks: Option<Arc<Webhooks>>,
    ) -> Arc<Self> {
        Arc::new(Self {
            sim: Arc::clone(sim),
            channel,
            tenant: tenant.clone(),
            tables: Arc::clone(tables),
            queue: Arc::clone(queue),
            spells: Spell::drawn(sim),
            webhooks,
            books: Mutex::default(),
        })
    }

    /// What it knows.
    #[must_use]
    pub fn books(&self) -> Books {
        locked(&self.books).clone()
    }

    /// Is shown each call as it leaves the firm, whether or not it arrives.
    pub fn is_called(&self, call: &Call) {
        if let Some(open_ms) = self.open_ms()
            && open_ms > i64::try_from(ADMITTED_MS).unwrap_or_default()
        {
            let detail = format!("{} is called for {} after {open_ms} ms", self.channel, call.notification);
            self.sim.violate("an open breaker holds calls back", detail);
        }
    }

    /// For how long the breaker has been open, in milliseconds; `None` when it is not. A probe half-opens it before it goes.
    fn open_ms(&self) -> Option<i64> {
        let partition = format!("T#{}#BREAKER", self.tenant);
        let item = self.tables.ops.get(&partition, self.channel.as_str()).now_or_never()?.ok()??;
        match serde_json::from_str(&item.body).ok()? {
            BreakerState::Open { since, .. } => Some(self.sim.now().since_ms(since)),
            _ => None,
        }
    }

    /// Serves a call that arrived.
    #[must_use]
    pub fn serve(&self, call: &Call) -> Sent {
        let spell = self.spells.iter().find(|spell| spell.lasts(&self.sim)).map(|spell| spell.fault);
        if let Some(fault) = spell {
            self.sim.struck(fault);
        }
        match spell {
            Some(Fault::ProviderSilent) => {
                if self.sim.draw(|dice| dice.chance(5_000)) {
                    drop(self.work(call));
                }
                Sent::Unknown { reason: "502".to_owned() }
            }
            Some(Fault::TokenRevoked) => refused(FaultClass::Config, "190"),
            Some(_) => refused(FaultClass::Transient, "503"),
            None if self.sim.strikes(Fault::MessageRefused) => refused(FaultClass::Transient, "131016"),
            None if self.sim.strikes(Fault::ProviderBusy) => {
                let asked_ms = self.sim.draw(|dice| dice.between(1_000, 20_000));
                refused(FaultClass::Rate { retry_after_ms: Some(asked_ms) }, "130429")
            }
            None => self.work(call),
        }
    }

    /// Takes a message, if it can.
    fn work(&self, call: &Call) -> Sent {
        match self.fate(call.notification) {
            Fate::Refused => refused(FaultClass::Permanent, "131026"),
            Fate::Fails => self.take(call, Told::Failed),
            Fate::Arrives if call.form == Form::Text && self.gives_back() => {
                if self.sim.draw(|dice| dice.chance(5_000)) {
                    return Sent::OutsideWindow { reason: "131047".to_owned() };
                }
                self.take(call, Told::GivenBack)
            }
            Fate::Arrives => self.take(call, Told::Arrived),
        }
    }

    fn gives_back(&self) -> bool {
        self.webhooks.is_some() && self.sim.strikes(Fault::TextGivenBack)
    }

    fn fate(&self, notification: NotificationId) -> Fate {
        let mut books = locked(&self.books);
        let entry = books.entries.entry(notification).or_insert_with(|| {
            let fate = if self.sim.strikes(Fault::AddressRefused) {
                Fate::Refused
            } else if self.webhooks.is_some() && self.sim.strikes(Fault::DeliveryFailed) {
                Fate::Fails
            } else {
                Fate::Arrives
            };
            Entry { fate, taken: Vec::new() }
        });
        entry.fate
    }

    fn take(&self, call: &Call, told: Told) -> Sent {
        let heard = self.webhooks.as_ref().and_then(|webhooks| webhooks.tell(call.notification, told));
        let taken = Taken { begun: call.begun, arrived: told == Told::Arrived, heard };
        let mut books = locked(&self.books);
        let count = books.entries.values().map(|entry| entry.taken.len()).sum::<usize>() + 1;
        let Some(entry) = books.entries.get_mut(&call.notification) else {
            return refused(FaultClass::Permanent, "unknown");
        };
        entry.taken.push(taken);
        let first = entry.taken.len() == 1;
        let place = self.queue.place(call.notification.uuid()).filter(|_| first);
        if let Some((group, place)) = place {
            let latest = books.latest.entry(group).or_default();
            if place < *latest {
                let detail = format!("{} is told of order {latest}, and then of {place}", call.to);
                self.sim.violate("people are told in the order of the orders", detail);
            }
            *latest = place.max(*latest);
        }
        self.sim.event("taken", || format!("{} {told:?} by {}", call.notification, self.channel));
        Sent::Accepted { provider_id: format!("{}.{count}", self.channel) }
    }
}

fn refused(class: FaultClass, reason: &str) -> Sent {
    Sent::Refused { class, reason: reason.to_owned() }
}

/// The furthest of these statuses.
pub(super) fn furthest(heard: impl IntoIterator<Item = ProviderStatus>) -> Option<ProviderStatus> {
    heard.into_iter().max()
}
