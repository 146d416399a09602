//! A context of notes: each event is a text that is published as it is.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use event_store::log::{Hash, MemoryLog, StoredEvent};
use event_store::ops::MemoryOps;
use event_store::{BoxError, Cause, Commit, CommitLog, StreamId};
use kernel::{Actor, IdSource, Provenance, Timestamp};
use messaging::{
    BusError, EntryFault, Envelope, FactBus, OutboxAuditor, OwnCommits, Parked, Parking, Publication, Relay,
};
use serde_json::json;
use testkit::{ManualClock, NOON, NoWait, SequentialIds};

/// What one call of the bus comes to.
#[derive(Clone)]
pub(crate) enum Call {
    /// Every entry is taken.
    Taken,
    /// The call as a whole fails.
    Down,
    /// Entries whose note contains this text end so.
    Refuses(&'static str, EntryFault),
    /// Fewer results than entries.
    Short,
}

/// A bus that answers call after call as it is told, and takes everything when nothing is left to tell.
#[derive(Default)]
pub(crate) struct Bus {
    pub(crate) calls: Mutex<VecDeque<Call>>,
    pub(crate) taken: Mutex<Vec<Envelope>>,
    pub(crate) chunks: Mutex<Vec<usize>>,
}

#[async_trait]
impl FactBus for Bus {
    async fn put(&self, chunk: &[Envelope]) -> Result<Vec<Result<(), EntryFault>>, BusError> {
        self.chunks.lock().unwrap().push(chunk.len());
        let call = self.calls.lock().unwrap().pop_front().unwrap_or(Call::Taken);
        let outcome = |envelope: &Envelope| match &call {
            Call::Refuses(text, fault) if envelope.data["note"].as_str().unwrap().contains(text) => {
                Err(fault.clone())
            }
            _ => Ok(()),
        };
        match call {
            Call::Down => return Err(BusError("down".into())),
            Call::Short => return Ok(vec![]),
            Call::Taken | Call::Refuses(..) => {}
        }
        let outcomes: Vec<_> = chunk.iter().map(outcome).collect();
        let taken = chunk.iter().zip(&outcomes).filter(|(_, outcome)| outcome.is_ok());
        self.taken.lock().unwrap().extend(taken.map(|(envelope, _)| envelope.clone()));
        Ok(outcomes)
    }
}

/// Publishes every event; a note that says so fails or panics instead.
pub(crate) struct Notes;

#[async_trait]
impl OwnCommits for Notes {
    async fn project(&self, commit: &Commit) -> Result<(), BoxError> {
        match note(commit) {
            "view down" => Err("the view is down".into()),
            "panic" => panic!("a bug"),
            _ => Ok(()),
        }
    }

    async fn publications(&self, commit: &Commit) -> Result<Vec<Publication>, BoxError> {
        (commit.first..)
            .zip(&commit.events)
            .map(|(sequence, stored)| Ok(Publication::new(sequence, "note.taken", 1, &stored.data)?))
            .collect()
    }
}

fn note(commit: &Commit) -> &str {
    commit.events[0].data["note"].as_str().unwrap()
}

pub(crate) struct World {
    pub(crate) log: Arc<MemoryLog>,
    pub(crate) ops: Arc<MemoryOps>,
    pub(crate) bus: Arc<Bus>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) relay: Relay,
    ids: SequentialIds,
}

impl World {
    pub(crate) fn new() -> Self {
        testkit::logs::listen();
        let (log, ops, bus) =
            (Arc::new(MemoryLog::default()), Arc::new(MemoryOps::default()), Arc::new(Bus::default()));
        let clock = Arc::new(ManualClock::new(NOON));
        let relay =
            Relay::new("note", Arc::new(Notes), bus.clone(), ops.clone(), clock.clone(), Arc::new(NoWait));
        Self { log, ops, bus, clock, relay, ids: SequentialIds::default() }
    }

    pub(crate) fn auditor(&self) -> OutboxAuditor {
        let tenant = "main".parse().unwrap();
        OutboxAuditor::new(tenant, self.log.clone(), self.ops.clone(), self.relay.clone(), self.clock.clone())
    }

    pub(crate) fn parking(&self) -> Parking {
        Parking::new(self.ops.clone(), self.clock.clone())
    }

    /// A commit of these notes in a stream of its own, at `at`.
    pub(crate) async fn write(&self, at: Timestamp, notes: &[&str]) -> Commit {
        let id = self.ids.uuid();
        let event = |note: &&str| StoredEvent { cause: None, data: json!({ "note": note }) };
        let mut commit = Commit {
            stream: StreamId::new("main".parse().unwrap(), "note", id.simple()),
            first: 1,
            last: u64::try_from(notes.len()).unwrap(),
            events: notes.iter().map(event).collect(),
            id,
            at,
            provenance: Provenance {
                tenant: "main".parse().unwrap(),
                actor: Actor::system("note"),
                correlation: "c-1".parse().unwrap(),
                causation: Some("a command".to_owned()),
                traceparent: None,
            },
            idempotency: None,
            prev: Hash::GENESIS,
            hash: Hash::GENESIS,
            snapshot: None,
        };
        if let [_, second, ..] = commit.events.as_mut_slice() {
            let (fact, correlation) = ("another fact".to_owned(), "c-2".parse().unwrap());
            second.cause = Some(Cause { fact, correlation, traceparent: None });
        }
        commit.hash = commit.compute_hash().unwrap();
        self.log.append(&commit).await.unwrap();
        commit
    }

    pub(crate) fn published(&self) -> Vec<String> {
        let taken = self.bus.taken.lock().unwrap();
        taken.iter().map(|envelope| envelope.data["note"].as_str().unwrap().to_owned()).collect()
    }

    pub(crate) fn markers(&self) -> usize {
        self.ops.items().iter().filter(|item| item.pk.starts_with("PUB#")).count()
    }

    pub(crate) fn parked(&self) -> Vec<Parked> {
        let partition = Parking::partition(&"main".parse().unwrap());
        let items = self.ops.items().into_iter().filter(|item| item.pk == partition);
        items.map(|item| serde_json::from_str(&item.body).unwrap()).collect()
    }
}
