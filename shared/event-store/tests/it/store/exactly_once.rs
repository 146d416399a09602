//! Whatever the log does to its callers, each accepted request has its effect exactly once.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use async_trait::async_trait;
use event_store::log::{CommitRef, LoadFrom, LogError, MemoryLog, verify};
use event_store::{AppendError, Commit, CommitLog, EventStore, ExecuteError, Guard, StreamId};
use futures_util::future::join_all;
use kernel::{Tenant, Timestamp};
use proptest::prelude::*;
use testkit::{Fate, FaultyLog, ManualClock};

use super::tally::{Tally, enter};
use super::{keyed, store_on};
use crate::author::stream;

/// Gives way to the others so many times before each call, as scripted.
struct Interleaved {
    inner: Arc<dyn CommitLog>,
    script: Mutex<std::vec::IntoIter<u8>>,
}

impl Interleaved {
    async fn give_way(&self) {
        let mut turns = self.script.lock().unwrap().next().unwrap_or_default();
        poll_fn(|context| match turns.checked_sub(1) {
            Some(left) => {
                turns = left;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            None => Poll::Ready(()),
        })
        .await;
    }
}

#[async_trait]
impl CommitLog for Interleaved {
    async fn load(&self, stream: &StreamId, from: LoadFrom<'_>) -> Result<Vec<Commit>, LogError> {
        self.give_way().await;
        self.inner.load(stream, from).await
    }

    async fn append(&self, commit: &Commit) -> Result<(), AppendError> {
        self.give_way().await;
        self.inner.append(commit).await
    }

    async fn append_guarded(&self, commit: &Commit, guards: &[Guard]) -> Result<(), AppendError> {
        self.give_way().await;
        self.inner.append_guarded(commit, guards).await
    }

    async fn guard_holder(&self, tenant: &Tenant, key: &str) -> Result<Option<String>, LogError> {
        self.inner.guard_holder(tenant, key).await
    }

    async fn committed_between(
        &self,
        from: Timestamp,
        to: Timestamp,
        limit: usize,
    ) -> Result<Vec<CommitRef>, LogError> {
        self.inner.committed_between(from, to, limit).await
    }

    async fn read(&self, stream: &StreamId, first: u64) -> Result<Option<Commit>, LogError> {
        self.inner.read(stream, first).await
    }
}

fn fates() -> impl Strategy<Value = Fate> {
    prop_oneof![
        4 => Just(Fate::Pass),
        2 => Just(Fate::FailBefore),
        2 => Just(Fate::FailAfter),
        1 => Just(Fate::Twice),
        2 => (1..12_usize).prop_map(Fate::Late),
    ]
}

/// A client sends its requests one after the other, each until it is answered.
async fn client(store: EventStore, id: StreamId, requests: Vec<String>, creates: bool, guarded: bool) {
    for entry in requests {
        let mut request = keyed(&entry, &entry);
        if guarded {
            request.guards = vec![Guard::taken(entry.clone(), entry.clone())];
        }
        loop {
            let outcome = if creates {
                store.create::<Tally<1>>(&id, &request, &enter(&entry)).await
            } else {
                store.execute::<Tally<1>>(&id, &request, &enter(&entry)).await
            };
            match outcome {
                Ok(outcome) => {
                    assert_eq!(outcome.stream.state().entries.iter().filter(|e| **e == entry).count(), 1);
                    break;
                }
                Err(ExecuteError::Busy(_) | ExecuteError::Log(LogError::Unavailable(_))) => {}
                Err(error) => panic!("{}", kernel::error::chain(&error)),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn each_request_has_its_effect_exactly_once(
        clients in prop::collection::vec((1..8_usize, any::<bool>(), any::<bool>()), 1..5),
        fates in prop::collection::vec(fates(), 0..160),
        turns in prop::collection::vec(0..6_u8, 0..400),
    ) {
        let memory = Arc::new(MemoryLog::default());
        let mut script = fates.into_iter();
        let faulty = Arc::new(FaultyLog::new(memory.clone(), move |_| script.next().unwrap_or(Fate::Pass)));
        let log = Arc::new(Interleaved { inner: faulty.clone(), script: Mutex::new(turns.into_iter()) });
        let clock = Arc::new(ManualClock::default());
        let id = stream("shared");
        let mut expected = BTreeMap::new();
        let mut running = Vec::new();
        for (n, (requests, creates, guarded)) in (1_u16..).zip(clients) {
            let requests: Vec<String> = (0..requests).map(|r| format!("{n}/{r}")).collect();
            expected.extend(requests.iter().map(|entry| (entry.clone(), 1_usize)));
            let store = store_on(log.clone(), clock.clone(), n);
            running.push(client(store, id.clone(), requests, creates, guarded));
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            join_all(running).await;
            faulty.settle().await;
        });
        let commits = memory.streams().remove(&id).unwrap();
        prop_assert_eq!(verify(&commits), Ok(()));
        let mut found = BTreeMap::new();
        for event in commits.iter().flat_map(|commit| &commit.events) {
            *found.entry(event.data["entry"].as_str().unwrap().to_owned()).or_insert(0_usize) += 1;
        }
        prop_assert_eq!(found, expected);
    }
}
