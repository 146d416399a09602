//! Aggregates on a log.

mod ambiguous;
mod broken;
mod deciding;
mod exactly_once;
mod guards;
mod idempotency;
mod snapshots;
mod tally;

use std::sync::Arc;

use event_store::log::MemoryLog;
use event_store::{CommitLog, EventStore, Idempotency, Request, StreamId};
use testkit::{Fate, FaultyLog, ManualClock, NoWait, SequentialIds};

use crate::author::{provenance, stream};

/// A store on a log in memory, with everything around it at hand.
struct Fixture {
    memory: Arc<MemoryLog>,
    log: Arc<FaultyLog>,
    clock: Arc<ManualClock>,
    store: EventStore,
    id: StreamId,
}

impl Fixture {
    /// A log that works.
    fn new() -> Self {
        Self::with(|memory| FaultyLog::new(memory, |_| Fate::Pass))
    }

    /// A log whose n-th append has this fate.
    fn nth_append(nth: usize, fate: Fate) -> Self {
        Self::with(|memory| FaultyLog::nth_append(memory, nth, fate))
    }

    fn with(faulty: impl FnOnce(Arc<dyn CommitLog>) -> FaultyLog) -> Self {
        let memory = Arc::new(MemoryLog::default());
        let log = Arc::new(faulty(memory.clone()));
        let clock = Arc::new(ManualClock::default());
        let store = store_on(log.clone(), clock.clone(), 0);
        Self { memory, log, clock, store, id: stream("tally") }
    }

    /// Another instance on the same memory, whose calls never fail.
    fn elsewhere(&self) -> EventStore {
        store_on(self.memory.clone(), self.clock.clone(), 1)
    }

    /// How many commits the stream has.
    fn commits(&self) -> usize {
        self.memory.streams().get(&self.id).map_or(0, Vec::len)
    }
}

fn store_on(log: Arc<dyn CommitLog>, clock: Arc<ManualClock>, series: u16) -> EventStore {
    EventStore::new(log, clock, Arc::new(SequentialIds::series(series)), Arc::new(NoWait))
}

fn request() -> Request {
    Request::new(provenance("main"))
}

/// A request with a key; its fingerprint is `body`.
fn keyed(key: &str, body: &str) -> Request {
    let idempotency = Idempotency { key: key.to_owned(), fingerprint: body.to_owned() };
    Request { idempotency: Some(idempotency), ..request() }
}
