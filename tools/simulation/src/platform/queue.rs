//! An inbox queue and what hands its messages to the function: at least once, in no order, hidden while they are worked
//! on, dead after too many receives.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use kernel::Timestamp;
use lambda_entry::InboxRecord;
use uuid::Uuid;

use crate::contexts::Function;
use crate::faults::{Fault, Sight};
use crate::mutants::Mutant;
use crate::platform::function::{Fleet, TIMEOUT_MS};
use crate::scheduler::Sleep;
use crate::sim::Sim;
use crate::sync::locked;

/// How long a received message stays hidden, in milliseconds: six times the function's timeout.
const VISIBILITY_MS: u64 = 6 * TIMEOUT_MS;
/// Receives before a message is dead; an outage of an hour stays below.
const MOST_RECEIVES: u32 = 50;
/// Largest batch of one invocation.
const LARGEST_BATCH: usize = 10;

/// A message.
#[derive(Debug, Clone)]
pub struct Message {
    number: u64,
    body: Arc<str>,
    fact: Option<Uuid>,
    visible_at: Timestamp,
    receives: u32,
}

/// A queue with its dead letters.
pub struct Queue {
    sim: Arc<Sim>,
    /// Its name, for traces and findings.
    pub name: &'static str,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    messages: BTreeMap<u64, Message>,
    sent: u64,
    dead: Vec<Message>,
    pollers: Vec<Waker>,
    handled: BTreeSet<Uuid>,
}

impl Queue {
    /// An empty queue.
    #[must_use]
    pub fn new(sim: Arc<Sim>, name: &'static str) -> Arc<Self> {
        Arc::new(Self { sim, name, state: Mutex::default() })
    }

    /// Takes a message. `fact` is the identity of what it carries, for the invariants; the function only sees the body.
    pub fn send(&self, body: Arc<str>, fact: Option<Uuid>) {
        let mut state = locked(&self.state);
        state.sent += 1;
        let number = state.sent;
        let message = Message { number, body, fact, visible_at: self.sim.now(), receives: 0 };
        state.messages.insert(number, message);
        let pollers = std::mem::take(&mut state.pollers);
        drop(state);
        pollers.into_iter().for_each(Waker::wake);
    }

    /// Messages that are not deleted, hidden ones included.
    #[must_use]
    pub fn depth(&self) -> usize {
        locked(&self.state).messages.len()
    }

    /// Messages received too often.
    #[must_use]
    pub fn dead(&self) -> usize {
        locked(&self.state).dead.len()
    }

    /// Facts that the function has handled, as it says.
    #[must_use]
    pub fn handled(&self) -> BTreeSet<Uuid> {
        locked(&self.state).handled.clone()
    }

    /// Some of the visible messages, drawn; waits for the first.
    async fn receive(&self) -> Vec<Message> {
        let mut alarm: Option<Sleep> = None;
        std::future::poll_fn(|cx| self.poll_receive(cx, &mut alarm)).await
    }

    fn poll_receive(&self, cx: &mut Context<'_>, alarm: &mut Option<Sleep>) -> Poll<Vec<Message>> {
        let mut state = locked(&self.state);
        let now = self.sim.now();
        let mut visible: Vec<u64> =
            state.messages.values().filter(|m| m.visible_at <= now).map(|m| m.number).collect();
        let mut batch = Vec::new();
        let most = self.sim.draw(|dice| 1 + dice.index(LARGEST_BATCH));
        while !visible.is_empty() && batch.len() < most {
            let number = visible.swap_remove(self.sim.draw(|dice| dice.index(visible.len())));
            batch.extend(self.hand_out(&mut state, number, now));
        }
        if !batch.is_empty() {
            return Poll::Ready(batch);
        }
        state.pollers.retain(|poller| !poller.will_wake(cx.waker()));
        state.pollers.push(cx.waker().clone());
        let next = state.messages.values().map(|message| message.visible_at).min();
        drop(state);
        *alarm = next.map(|next| self.sim.sleep_until(next));
        if let Some(alarm) = alarm
            && Pin::new(alarm).poll(cx).is_ready()
        {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }

    fn hand_out(&self, state: &mut State, number: u64, now: Timestamp) -> Option<Message> {
        let message = state.messages.get_mut(&number)?;
        if message.receives >= MOST_RECEIVES {
            let dead = state.messages.remove(&number)?;
            state.dead.push(dead);
            return None;
        }
        message.receives += 1;
        let hidden_ms = if self.sim.strikes(Fault::DuplicateReceive) {
            self.sim.draw(|dice| dice.between(1, 500))
        } else {
            VISIBILITY_MS
        };
        message.visible_at = now.plus_ms(i64::try_from(hidden_ms).unwrap_or(i64::MAX));
        Some(message.clone())
    }

    fn delete(&self, message: &Message) {
        if !self.sim.strikes(Fault::DeletionLost) {
            locked(&self.state).messages.remove(&message.number);
        }
    }

    fn settle(&self, batch: &[Message], failed: &[String]) {
        for message in batch {
            let handled = !failed.contains(&message.number.to_string());
            if handled
                && let Some(fact) = message.fact
                && !locked(&self.state).handled.insert(fact)
            {
                self.sim.saw(Sight::HandledAgain);
            }
            if handled || self.sim.lacks(Mutant::FailuresAcked) {
                self.delete(message);
            }
        }
    }
}

/// Polls the queue for ever and hands its messages to the function. As many of these run as the mapping allows
/// concurrent invocations.
pub async fn trigger<U: Send + Sync + 'static>(
    sim: Arc<Sim>,
    queue: Arc<Queue>,
    fleet: Arc<Fleet<Function<U>>>,
) {
    loop {
        // Now and then a poller is late, and finds a batch.
        let polling_ms =
            sim.draw(|dice| if dice.chance(2_000) { dice.between(100, 2_000) } else { dice.between(1, 40) });
        sim.sleep(polling_ms).await;
        let batch = queue.receive().await;
        if sim.lacks(Mutant::AckBeforeHandling) {
            batch.iter().for_each(|message| queue.delete(message));
        }
        let records = batch
            .iter()
            .map(|message| InboxRecord {
                message_id: message.number.to_string(),
                receipt_handle: String::new(),
                body: message.body.to_string(),
                receive_count: message.receives,
            })
            .collect();
        let answer =
            fleet.invoke(move |function| Box::pin(async move { function.handle(records).await })).await;
        sim.event(queue.name, || match &answer {
            Ok(failed) => format!("{} messages, {} of them to come again", batch.len(), failed.len()),
            Err(died) => format!("{} messages, {died}", batch.len()),
        });
        if let Ok(failed) = answer {
            queue.settle(&batch, &failed);
        }
    }
}
