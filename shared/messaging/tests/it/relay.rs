//! Out of the log.

use messaging::{EntryFault, RelayError};
use testkit::NOON;

use crate::world::{Call, World};

fn throttled() -> EntryFault {
    EntryFault::Transient("ThrottlingException".to_owned())
}

#[tokio::test]
async fn a_commit_is_published_in_order_and_marked() {
    let world = World::new();
    let commit = world.write(NOON, &["a", "b"]).await;
    assert!(world.relay.relay(&[commit]).await.is_empty());
    assert_eq!((world.published(), world.markers()), (vec!["a".to_owned(), "b".to_owned()], 1));
    let taken = world.bus.taken.lock().unwrap();
    assert_eq!([taken[0].commit_index, taken[1].commit_index, taken[0].commit_size], [0, 1, 2]);
    assert_eq!([taken[0].sequence, taken[1].sequence], [1, 2]);
}

#[tokio::test]
async fn an_event_keeps_its_own_cause_where_a_commit_answers_several_facts() {
    let world = World::new();
    let commit = world.write(NOON, &["a", "b"]).await;
    world.relay.relay(&[commit]).await;
    let taken = world.bus.taken.lock().unwrap();
    let told: Vec<_> = taken
        .iter()
        .map(|fact| (fact.correlation_id.as_str(), fact.causation_id.as_deref().unwrap()))
        .collect();
    assert_eq!(told, [("c-1", "a command"), ("c-2", "another fact")]);
}

#[tokio::test]
async fn a_second_relay_mints_no_second_identity() {
    let world = World::new();
    let commit = world.write(NOON, &["a"]).await;
    world.relay.relay(std::slice::from_ref(&commit)).await;
    world.relay.relay(&[commit]).await;
    let taken = world.bus.taken.lock().unwrap();
    assert_eq!(taken[0], taken[1]);
}

#[tokio::test]
async fn only_the_refused_entries_are_sent_again() {
    let world = World::new();
    let (a, b) = (world.write(NOON, &["a"]).await, world.write(NOON, &["b"]).await);
    world.bus.calls.lock().unwrap().push_back(Call::Refuses("b", throttled()));
    assert!(world.relay.relay(&[a, b]).await.is_empty());
    assert_eq!((world.published(), world.markers()), (vec!["a".to_owned(), "b".to_owned()], 2));
    assert_eq!(*world.bus.chunks.lock().unwrap(), [2, 1]);
}

#[tokio::test]
async fn a_fact_that_stays_unpublished_fails_its_commit_and_no_other() {
    let world = World::new();
    let (a, b) = (world.write(NOON, &["a"]).await, world.write(NOON, &["b"]).await);
    let b_id = b.id;
    world.bus.calls.lock().unwrap().extend(vec![Call::Refuses("b", throttled()); 9]);
    let failed = world.relay.relay(&[a, b]).await;
    assert!(matches!(failed.as_slice(), [(id, RelayError::Unpublished)] if *id == b_id), "{failed:?}");
    assert_eq!((world.published(), world.markers()), (vec!["a".to_owned()], 1));
}

#[tokio::test]
async fn a_bus_that_is_down_or_answers_nonsense_fails_everything_and_marks_nothing() {
    for call in [Call::Down, Call::Short] {
        let world = World::new();
        let commit = world.write(NOON, &["a"]).await;
        world.bus.calls.lock().unwrap().extend(vec![call; 9]);
        assert_eq!(world.relay.relay(&[commit]).await.len(), 1);
        assert_eq!((world.published(), world.markers()), (vec![], 0));
    }
}

#[tokio::test]
async fn what_the_bus_will_never_take_is_parked_with_the_reason() {
    let world = World::new();
    let commit = world.write(NOON, &["bad", "good"]).await;
    let fault = EntryFault::Unacceptable("InvalidArgument".to_owned());
    world.bus.calls.lock().unwrap().push_back(Call::Refuses("bad", fault));
    assert!(world.relay.relay(&[commit]).await.is_empty());
    assert_eq!((world.published(), world.markers()), (vec!["good".to_owned()], 1));
    let parked = world.parked();
    assert_eq!(
        (parked.len(), parked[0].direction.as_str(), parked[0].reason.as_str()),
        (1, "outgoing", "InvalidArgument")
    );
}

#[tokio::test]
async fn a_fact_too_large_for_the_bus_is_parked_and_does_not_hold_up_the_rest() {
    let world = World::new();
    let huge = "x".repeat(300_000);
    let commit = world.write(NOON, &[&huge, "small"]).await;
    assert!(world.relay.relay(&[commit]).await.is_empty());
    assert_eq!(world.published(), ["small"]);
    assert_eq!(world.parked().len(), 1);
}

#[tokio::test]
async fn calls_hold_at_most_ten_entries_and_900_kilobytes() {
    let world = World::new();
    let small = world.write(NOON, &["x"; 23]).await;
    world.relay.relay(&[small]).await;
    assert_eq!(*world.bus.chunks.lock().unwrap(), [10, 10, 3]);
    let large = "x".repeat(200_000);
    let mut commits = Vec::new();
    for _ in 0..6 {
        commits.push(world.write(NOON, &[&large]).await);
    }
    world.relay.relay(&commits).await;
    assert_eq!(world.bus.chunks.lock().unwrap()[3..], [4, 2]);
}

#[tokio::test]
async fn a_commit_that_cannot_be_projected_or_panics_fails_alone() {
    for (note, panics) in [("view down", false), ("panic", true)] {
        let world = World::new();
        let (bad, good) = (world.write(NOON, &[note]).await, world.write(NOON, &["good"]).await);
        let failed = world.relay.relay(&[bad.clone(), good]).await;
        assert_eq!(failed.len(), 1);
        assert_eq!((failed[0].0, matches!(failed[0].1, RelayError::Panicked)), (bad.id, panics));
        assert_eq!(world.published(), ["good"], "what cannot be projected is not published either");
    }
}
