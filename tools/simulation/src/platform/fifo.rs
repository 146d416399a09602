//! A FIFO queue and what hands its messages to the function, one at a time: the oldest message of a group hides the others
//! while it is hidden itself, and the same message is taken once
//! (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html>).

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
/// Receives before a message is dead.
const MOST_RECEIVES: u32 = 1_000;
/// How long the queue knows a message again, in milliseconds.
const KNOWN_MS: i64 = 5 * 60_000;

/// A message. `subject` names what it is about, for the invariants; the function only sees the body.
#[derive(Debug, Clone)]
struct Message {
    number: u64,
    group: String,
    body: Arc<str>,
    subject: Uuid,
    visible_at: Timestamp,
    receives: u32,
}

impl Message {
    fn receipt(&self) -> String {
        format!("{}/{}", self.number, self.receives)
    }
}

/// A FIFO queue with its dead letters.
pub struct Fifo {
    sim: Arc<Sim>,
    /// Its name, for traces and findings.
    pub name: &'static str,
    hands_out_twice: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    messages: BTreeMap<u64, Message>,
    known: BTreeMap<String, Timestamp>,
    sent: u64,
    dead: usize,
    pollers: Vec<Waker>,
}

impl Fifo {
    /// An empty queue, which may hand out a message that is still being worked on: more than the real one is known to do.
    #[must_use]
    pub fn new(sim: Arc<Sim>, name: &'static str) -> Arc<Self> {
        Arc::new(Self { sim, name, hands_out_twice: true, state: Mutex::default() })
    }

    /// An empty queue that hands out nothing of a group while one of its messages is being worked on.
    #[must_use]
    pub fn once(sim: Arc<Sim>, name: &'static str) -> Arc<Self> {
        Arc::new(Self { sim, name, hands_out_twice: false, state: Mutex::default() })
    }

    /// Takes a message, unless one with the same `once` came a short while ago.
    pub fn send(&self, group: String, once: String, body: String, subject: Uuid) {
        let mut state = locked(&self.state);
        let now = self.sim.now();
        if state.known.get(&once).is_some_and(|at| now.since_ms(*at) < KNOWN_MS) {
            return;
        }
        state.known.insert(once, now);
        state.sent += 1;
        let number = state.sent;
        let message = Message { number, group, body: body.into(), subject, visible_at: now, receives: 0 };
        state.messages.insert(number, message);
        let pollers = std::mem::take(&mut state.pollers);
        drop(state);
        pollers.into_iter().for_each(Waker::wake);
    }

    /// Hides a message for so long, for whoever received it last. Tells whether that was possible.
    pub fn hide(&self, receipt: &str, wait_ms: i64) -> bool {
        let mut state = locked(&self.state);
        let visible_at = self.sim.now().plus_ms(wait_ms.max(1_000));
        let message = state.messages.values_mut().find(|message| message.receipt() == receipt);
        let group = message.map(|message| {
            message.visible_at = visible_at;
            message.group.clone()
        });
        if state.messages.values().filter(|message| Some(&message.group) == group.as_ref()).count() > 1 {
            self.sim.saw(Sight::GroupWaited);
        }
        // Somebody may be waiting for an instant that is later than the new one.
        let pollers = std::mem::take(&mut state.pollers);
        drop(state);
        pollers.into_iter().for_each(Waker::wake);
        group.is_some()
    }

    /// The group of the first message about `subject`, and its place, counted from the beginning of the queue.
    #[must_use]
    pub fn place(&self, subject: Uuid) -> Option<(String, u64)> {
        let state = locked(&self.state);
        let first = state.messages.values().find(|message| message.subject == subject)?;
        Some((first.group.clone(), first.number))
    }

    /// Messages that are not deleted, hidden ones included.
    #[must_use]
    pub fn depth(&self) -> usize {
        locked(&self.state).messages.len()
    }

    /// Messages received too often.
    #[must_use]
    pub fn dead(&self) -> usize {
        locked(&self.state).dead
    }

    /// One of the messages that may be handed out, drawn; waits for the first.
    async fn receive(&self) -> Message {
        let mut alarm: Option<Sleep> = None;
        std::future::poll_fn(|cx| self.poll_receive(cx, &mut alarm)).await
    }

    fn poll_receive(&self, cx: &mut Context<'_>, alarm: &mut Option<Sleep>) -> Poll<Message> {
        let mut state = locked(&self.state);
        let now = self.sim.now();
        let heads = self.heads(&state);
        let visible: Vec<u64> =
            heads.iter().filter(|(_, at)| *at <= now).map(|(number, _)| *number).collect();
        if !visible.is_empty() {
            let position = self.sim.draw(|dice| dice.index(visible.len()));
            let received = visible.get(position).and_then(|number| self.hand_out(&mut state, *number, now));
            if let Some(message) = received {
                return Poll::Ready(message);
            }
        }
        state.pollers.retain(|poller| !poller.will_wake(cx.waker()));
        state.pollers.push(cx.waker().clone());
        drop(state);
        *alarm = heads.iter().map(|(_, at)| *at).min().map(|next| self.sim.sleep_until(next));
        if let Some(alarm) = alarm
            && Pin::new(alarm).poll(cx).is_ready()
        {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }

    /// The oldest message of each group, and when it may be received.
    fn heads(&self, state: &State) -> Vec<(u64, Timestamp)> {
        let mut groups = BTreeSet::new();
        let overtake = self.sim.lacks(Mutant::OrdersOvertake);
        let oldest = state.messages.values().filter(|message| groups.insert(&message.group) || overtake);
        oldest.map(|message| (message.number, message.visible_at)).collect()
    }

    fn hand_out(&self, state: &mut State, number: u64, now: Timestamp) -> Option<Message> {
        let message = state.messages.get_mut(&number)?;
        if message.receives >= MOST_RECEIVES {
            state.messages.remove(&number);
            state.dead += 1;
            return None;
        }
        message.receives += 1;
        let hidden_ms = if self.hands_out_twice && self.sim.strikes(Fault::DuplicateReceive) {
            self.sim.draw(|dice| dice.between(1, 500))
        } else {
            VISIBILITY_MS
        };
        message.visible_at = now.plus_ms(i64::try_from(hidden_ms).unwrap_or(i64::MAX));
        Some(message.clone())
    }

    fn delete(&self, message: &Message) {
        if self.sim.strikes(Fault::DeletionLost) {
            return;
        }
        let mut state = locked(&self.state);
        state.messages.remove(&message.number);
        // Whoever stands behind it may go.
        let pollers = std::mem::take(&mut state.pollers);
        drop(state);
        pollers.into_iter().for_each(Waker::wake);
    }
}

/// Polls the queue for ever and hands its messages to the function, one an invocation.
pub async fn trigger<U: Send + Sync + 'static>(
    sim: Arc<Sim>,
    queue: Arc<Fifo>,
    fleet: Arc<Fleet<Function<U>>>,
) {
    loop {
        let polling_ms = sim.draw(|dice| dice.between(1, 40));
        sim.sleep(polling_ms).await;
        let message = queue.receive().await;
        if sim.lacks(Mutant::OrderAckedFirst) {
            queue.delete(&message);
        }
        let record = InboxRecord {
            message_id: message.number.to_string(),
            receipt_handle: message.receipt(),
            body: message.body.to_string(),
            receive_count: message.receives,
        };
        let answer =
            fleet.invoke(move |function| Box::pin(async move { function.handle(vec![record]).await })).await;
        let comes_again = answer.as_ref().map_or(true, |failed| !failed.is_empty());
        sim.event(queue.name, || {
            let outcome = if comes_again { "comes again" } else { "done" };
            format!("{} about {}: {outcome}", message.number, message.subject)
        });
        if !comes_again || (answer.is_ok() && sim.lacks(Mutant::FailuresAcked)) {
            queue.delete(&message);
        }
    }
}
