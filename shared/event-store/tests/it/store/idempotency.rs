use event_store::ExecuteError;
use testkit::Operation;

use super::tally::{Tally, enter, entries};
use super::{Fixture, keyed};

type Plain = Tally<0>;
type Snapshotted = Tally<1>;

#[tokio::test]
async fn a_repeated_request_is_replayed() {
    let fixture = Fixture::new();
    let first = fixture.store.execute::<Plain>(&fixture.id, &keyed("k", "a"), &enter("a")).await.unwrap();
    assert!(!first.replayed);
    let again = fixture.store.execute::<Plain>(&fixture.id, &keyed("k", "a"), &enter("a")).await.unwrap();
    assert!(again.replayed);
    assert_eq!(again.commit, None);
    assert_eq!(entries(&again.stream), ["a"]);
    assert_eq!(fixture.commits(), 1);
}

#[tokio::test]
async fn a_repeated_creation_meets_its_own_first_commit() {
    let fixture = Fixture::new();
    fixture.store.create::<Plain>(&fixture.id, &keyed("k", "a"), &enter("a")).await.unwrap();
    let again =
        fixture.elsewhere().create::<Plain>(&fixture.id, &keyed("k", "a"), &enter("a")).await.unwrap();
    assert!(again.replayed);
    assert_eq!(fixture.commits(), 1);
}

#[tokio::test]
async fn a_key_used_for_another_request_is_refused() {
    let fixture = Fixture::new();
    fixture.store.create::<Plain>(&fixture.id, &keyed("k", "a"), &enter("a")).await.unwrap();
    let outcome = fixture.store.create::<Plain>(&fixture.id, &keyed("k", "b"), &enter("b")).await;
    assert!(matches!(outcome, Err(ExecuteError::KeyReused)));
    let outcome = fixture.store.execute::<Plain>(&fixture.id, &keyed("k", "b"), &enter("b")).await;
    assert!(matches!(outcome, Err(ExecuteError::KeyReused)));
    assert_eq!(fixture.commits(), 1);
}

#[tokio::test]
async fn a_replay_comes_before_the_version_is_compared() {
    let fixture = Fixture::new();
    let mut request = keyed("k", "a");
    request.expected = Some(0);
    fixture.store.execute::<Plain>(&fixture.id, &request, &enter("a")).await.unwrap();
    assert!(fixture.store.execute::<Plain>(&fixture.id, &request, &enter("a")).await.unwrap().replayed);
}

#[tokio::test]
async fn a_key_is_remembered_for_35_days() {
    let fixture = Fixture::new();
    let request = keyed("k", "a");
    fixture.store.execute::<Plain>(&fixture.id, &request, &enter("a")).await.unwrap();
    fixture.clock.advance_days(35);
    assert!(fixture.store.execute::<Plain>(&fixture.id, &request, &enter("a")).await.unwrap().replayed);
    fixture.clock.advance_ms(1);
    let later = fixture.store.execute::<Plain>(&fixture.id, &request, &enter("a")).await.unwrap();
    assert!(!later.replayed);
    assert_eq!(entries(&later.stream), ["a", "a"]);
}

#[tokio::test]
async fn a_key_survives_a_snapshot() {
    let fixture = Fixture::new();
    fixture.store.execute::<Snapshotted>(&fixture.id, &keyed("k", "a"), &enter("a")).await.unwrap();
    for n in 0..40 {
        let request = keyed(&format!("other-{n}"), "x");
        fixture.store.execute::<Snapshotted>(&fixture.id, &request, &enter("x")).await.unwrap();
    }
    let stream = fixture.store.load::<Snapshotted>(&fixture.id).await.unwrap();
    assert!(stream.state().folded < 41, "resumed from a snapshot");
    let again =
        fixture.store.execute::<Snapshotted>(&fixture.id, &keyed("k", "a"), &enter("a")).await.unwrap();
    assert!(again.replayed);
    let reused = fixture.store.execute::<Snapshotted>(&fixture.id, &keyed("k", "b"), &enter("b")).await;
    assert!(matches!(reused, Err(ExecuteError::KeyReused)));
}

#[tokio::test]
async fn a_key_leaves_the_snapshots_too() {
    let fixture = Fixture::new();
    fixture.store.execute::<Snapshotted>(&fixture.id, &keyed("k", "a"), &enter("a")).await.unwrap();
    fixture.clock.advance_days(36);
    for _ in 0..40 {
        fixture.store.execute::<Snapshotted>(&fixture.id, &super::request(), &enter("x")).await.unwrap();
    }
    let commits = fixture.memory.streams()[&fixture.id].clone();
    let snapshot = commits.iter().rev().find_map(|commit| commit.snapshot.as_ref()).unwrap();
    assert_eq!(snapshot.state["answered"], serde_json::json!({}));
    assert_eq!(fixture.log.count(Operation::Load), 41);
}
