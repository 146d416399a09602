//! The bus: takes facts, and delivers each to the queue of every rule that matches, at least once, in no order.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use messaging::{EntryFault, Envelope};
use serde_json::json;
use uuid::Uuid;

use crate::faults::Fault;
use crate::platform::queue::Queue;
use crate::sim::Sim;
use crate::sync::locked;

/// Which facts go to which queue.
pub struct Rule {
    /// The types it lets through.
    pub types: &'static [&'static str],
    /// Where they go.
    pub queue: Arc<Queue>,
}

/// A bus with its rules.
pub struct Bus {
    sim: Arc<Sim>,
    rules: Vec<Rule>,
    accepted: Mutex<BTreeSet<Uuid>>,
}

impl Bus {
    /// A bus with these rules.
    #[must_use]
    pub fn new(sim: Arc<Sim>, rules: Vec<Rule>) -> Arc<Self> {
        Arc::new(Self { sim, rules, accepted: Mutex::default() })
    }

    /// The rules.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Facts it has taken.
    #[must_use]
    pub fn accepted(&self) -> BTreeSet<Uuid> {
        locked(&self.accepted).clone()
    }

    /// Takes each entry or refuses it for now; one result per entry, in order.
    #[must_use]
    pub fn put(&self, chunk: &[Envelope]) -> Vec<Result<(), EntryFault>> {
        chunk
            .iter()
            .map(|envelope| {
                if self.sim.strikes(Fault::EntryRefused) {
                    return Err(EntryFault::Transient("internal failure".to_owned()));
                }
                locked(&self.accepted).insert(envelope.id);
                self.route(envelope);
                Ok(())
            })
            .collect()
    }

    fn route(&self, envelope: &Envelope) {
        let mut body: Option<Arc<str>> = None;
        let matching = self.rules.iter().filter(|rule| rule.types.contains(&envelope.fact_type.as_str()));
        for rule in matching {
            let body = body.get_or_insert_with(|| event(envelope));
            self.deliver(rule, body, envelope.id);
            if self.sim.strikes(Fault::DuplicateDelivery) {
                self.deliver(rule, body, envelope.id);
            }
        }
    }

    fn deliver(&self, rule: &Rule, body: &Arc<str>, fact: Uuid) {
        let delay_ms = if self.sim.strikes(Fault::LateDelivery) {
            self.sim.draw(|dice| dice.between(1_000, 240_000))
        } else {
            self.sim.draw(|dice| dice.between(5, 400))
        };
        let (sim, queue, body) = (Arc::clone(&self.sim), Arc::clone(&rule.queue), Arc::clone(body));
        self.sim.spawn_work(async move {
            sim.sleep(delay_ms).await;
            queue.send(body, Some(fact));
        });
    }
}

/// The event as a rule's target gets it.
fn event(envelope: &Envelope) -> Arc<str> {
    let event = json!({
        "version": "0",
        "source": envelope.source,
        "detail-type": envelope.fact_type,
        "detail": envelope,
    });
    event.to_string().into()
}
