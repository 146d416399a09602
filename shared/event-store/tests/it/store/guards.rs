use std::sync::Arc;

use async_trait::async_trait;
use event_store::log::{CommitRef, LoadFrom, LogError, MemoryLog};
use event_store::{AppendError, Commit, CommitLog, ExecuteError, Guard, Request, StreamId};
use kernel::{Tenant, Timestamp};
use testkit::{Fate, FaultyLog};

use super::tally::{Tally, enter, entries};
use super::{Fixture, keyed, request};
use crate::author::stream;

type Plain = Tally<0>;

fn guarded(request: Request) -> Request {
    Request { guards: vec![Guard::taken("name#x", "me")], ..request }
}

#[tokio::test]
async fn a_guard_held_by_somebody_else_refuses() {
    let fixture = Fixture::new();
    let other = stream("other");
    fixture.store.create::<Plain>(&other, &guarded(keyed("k1", "a")), &enter("a")).await.unwrap();
    for request in [guarded(request()), guarded(keyed("k2", "a"))] {
        let outcome = fixture.store.create::<Plain>(&fixture.id, &request, &enter("a")).await;
        assert!(matches!(outcome, Err(ExecuteError::GuardTaken(0))), "{outcome:?}");
    }
    assert_eq!(fixture.commits(), 0);
}

#[tokio::test]
async fn a_guard_held_by_an_own_attempt_whose_answer_was_lost_does_not() {
    for fate in [Fate::FailBefore, Fate::FailAfter, Fate::Twice, Fate::Late(1), Fate::Late(2)] {
        for request in [guarded(request()), guarded(keyed("k", "a"))] {
            let fixture = Fixture::nth_append(1, fate);
            let outcome = fixture.store.create::<Plain>(&fixture.id, &request, &enter("a")).await.unwrap();
            fixture.log.settle().await;
            assert_eq!(entries(&outcome.stream), ["a"], "{fate:?}");
            assert_eq!(fixture.commits(), 1, "{fate:?}");
            let holder = fixture.memory.guard_holder(fixture.id.tenant(), "name#x").await.unwrap();
            assert_eq!(holder.as_deref(), Some("me"), "{fate:?}");
        }
    }
}

#[tokio::test]
async fn a_repeated_guarded_creation_is_replayed() {
    let fixture = Fixture::new();
    let request = guarded(keyed("k", "a"));
    fixture.store.create::<Plain>(&fixture.id, &request, &enter("a")).await.unwrap();
    let again = fixture.elsewhere().create::<Plain>(&fixture.id, &request, &enter("a")).await.unwrap();
    assert!(again.replayed);
    assert_eq!(fixture.commits(), 1);
}

#[tokio::test]
async fn a_guard_of_its_own_that_a_stream_has_taken_before_refuses_a_new_command() {
    let fixture = Fixture::new();
    fixture.store.create::<Plain>(&fixture.id, &guarded(keyed("k1", "a")), &enter("a")).await.unwrap();
    let outcome = fixture.store.execute::<Plain>(&fixture.id, &guarded(keyed("k2", "b")), &enter("b")).await;
    assert!(matches!(outcome, Err(ExecuteError::GuardTaken(0))), "{outcome:?}");
    assert_eq!(fixture.commits(), 1);
}

/// A log that tells of a taken guard first: nobody promises that a cancelled transaction names all that stood in its way.
#[derive(Default)]
struct GuardsFirst(MemoryLog);

#[async_trait]
impl CommitLog for GuardsFirst {
    async fn load(&self, stream: &StreamId, from: LoadFrom<'_>) -> Result<Vec<Commit>, LogError> {
        self.0.load(stream, from).await
    }

    async fn append(&self, commit: &Commit) -> Result<(), AppendError> {
        self.0.append(commit).await
    }

    async fn append_guarded(&self, commit: &Commit, guards: &[Guard]) -> Result<(), AppendError> {
        for (at, guard) in guards.iter().enumerate() {
            if self.0.guard_holder(commit.stream.tenant(), &guard.key).await.unwrap().is_some() {
                return Err(AppendError::GuardTaken(at));
            }
        }
        self.0.append_guarded(commit, guards).await
    }

    async fn guard_holder(&self, tenant: &Tenant, key: &str) -> Result<Option<String>, LogError> {
        self.0.guard_holder(tenant, key).await
    }

    async fn committed_between(
        &self,
        from: Timestamp,
        to: Timestamp,
        limit: usize,
    ) -> Result<Vec<CommitRef>, LogError> {
        self.0.committed_between(from, to, limit).await
    }

    async fn read(&self, stream: &StreamId, first: u64) -> Result<Option<Commit>, LogError> {
        self.0.read(stream, first).await
    }
}

#[tokio::test]
async fn an_own_commit_is_recognized_behind_its_own_guard() {
    // In both the first attempt is carried out unseen and the next one is told of the guard alone.
    for fate in [Fate::Twice, Fate::Late(2)] {
        let log = Arc::new(FaultyLog::nth_append(Arc::new(GuardsFirst::default()), 1, fate));
        let store = super::store_on(log.clone(), Arc::default(), 0);
        let id = stream("tally");
        let outcome = store.create::<Plain>(&id, &guarded(request()), &enter("a")).await.unwrap();
        assert_eq!((entries(&outcome.stream), outcome.replayed), (vec!["a"], false), "{fate:?}");
        let again = store.create::<Plain>(&id, &guarded(keyed("k", "b")), &enter("b")).await;
        assert!(matches!(again, Err(ExecuteError::GuardTaken(0))), "{fate:?}: {again:?}");
    }
}

#[tokio::test]
async fn a_repeated_creation_is_recognized_behind_its_own_guard() {
    let store = super::store_on(Arc::new(GuardsFirst::default()), Arc::default(), 0);
    let request = guarded(keyed("k", "a"));
    store.create::<Plain>(&stream("tally"), &request, &enter("a")).await.unwrap();
    let again = store.create::<Plain>(&stream("tally"), &request, &enter("a")).await.unwrap();
    assert!(again.replayed);
}
