//! Appends whose outcome is unknown are settled by reading.

use event_store::{ExecuteError, Proposed, Stream};
use futures_util::FutureExt as _;
use testkit::{Fate, FaultyLog, Operation};

use super::tally::{Entered, Full, Tally, enter, entries};
use super::{Fixture, request};

type Plain = Tally<0>;

/// Every way an append's answer can be lost.
const LOST: [Fate; 6] =
    [Fate::FailBefore, Fate::FailAfter, Fate::Twice, Fate::Late(1), Fate::Late(2), Fate::Late(3)];

#[tokio::test]
async fn a_lost_answer_never_leads_to_a_second_commit() {
    for fate in LOST {
        for creation in [false, true] {
            let fixture = Fixture::nth_append(1, fate);
            let outcome = if creation {
                fixture.store.create::<Plain>(&fixture.id, &request(), &enter("a")).await
            } else {
                fixture.store.execute::<Plain>(&fixture.id, &request(), &enter("a")).await
            };
            let outcome = outcome.unwrap();
            fixture.log.settle().await;
            assert_eq!(entries(&outcome.stream), ["a"], "{fate:?}");
            assert_eq!(fixture.commits(), 1, "{fate:?}");
            let stored = fixture.memory.streams()[&fixture.id].clone();
            assert_eq!(
                outcome.commit.as_ref(),
                stored.first(),
                "{fate:?}: the commit told is the one stored"
            );
            assert!(!outcome.replayed, "{fate:?}: its own first attempt is not a replay");
        }
    }
}

#[tokio::test]
async fn a_write_that_happened_is_recognized_without_writing_again() {
    let fixture = Fixture::nth_append(1, Fate::FailAfter);
    fixture.store.execute::<Plain>(&fixture.id, &request(), &enter("a")).await.unwrap();
    assert_eq!(fixture.log.count(Operation::Append), 1);
}

#[tokio::test]
async fn a_write_that_did_not_happen_is_made_again() {
    let fixture = Fixture::nth_append(1, Fate::FailBefore);
    fixture.store.execute::<Plain>(&fixture.id, &request(), &enter("a")).await.unwrap();
    assert_eq!(fixture.log.count(Operation::Append), 2);
}

#[tokio::test]
async fn a_write_that_lands_after_it_was_looked_for_takes_the_place_of_its_repetition() {
    // Calls: load, append (late), load, [lands] append.
    let fixture = Fixture::nth_append(1, Fate::Late(2));
    let outcome = fixture.store.execute::<Plain>(&fixture.id, &request(), &enter("a")).await.unwrap();
    assert_eq!(fixture.log.count(Operation::Append), 2);
    assert_eq!(fixture.commits(), 1);
    assert_eq!(outcome.stream.version(), 1);
}

#[tokio::test]
async fn a_late_write_loses_to_whoever_was_faster() {
    let fixture = Fixture::nth_append(1, Fate::Late(9));
    let (elsewhere, id) = (fixture.elsewhere(), fixture.id.clone());
    let mut seen = Vec::new();
    let decide = |stream: &Stream<Plain>| {
        seen.push(stream.version());
        if seen.len() == 2 {
            // The first attempt is under way and was looked for in vain; now somebody else writes.
            let (request, command) = (request(), enter("other"));
            elsewhere.execute::<Plain>(&id, &request, &command).now_or_never().unwrap().unwrap();
        }
        Ok::<_, Full>(vec![Proposed::new(Entered { entry: "mine".to_owned() })])
    };
    let outcome = fixture.store.change(&fixture.id, &request(), None, decide).await.unwrap();
    fixture.log.settle().await;
    assert_eq!(seen, [0, 0, 1]);
    assert_eq!(entries(&outcome.stream), ["other", "mine"]);
    assert_eq!(fixture.commits(), 2);
}

#[tokio::test]
async fn an_own_commit_is_recognized_below_those_of_others() {
    let fixture = Fixture::nth_append(1, Fate::FailAfter);
    let outcome = fixture.store.create::<Plain>(&fixture.id, &request(), &enter("mine")).await.unwrap();
    assert_eq!(entries(&outcome.stream), ["mine"]);
    let elsewhere = fixture.elsewhere();
    for n in 0..20 {
        elsewhere.execute::<Plain>(&fixture.id, &request(), &enter(&format!("{n}"))).await.unwrap();
    }
    let stream = fixture.store.load::<Plain>(&fixture.id).await.unwrap();
    assert!(stream.holds(outcome.commit.unwrap().id));
}

#[tokio::test]
async fn reading_that_fails_while_settling_is_an_error_and_trying_again_is_safe() {
    let fixture = Fixture::with(|memory| {
        FaultyLog::new(memory, |call| match (call.operation, call.nth) {
            (Operation::Append, 1) => Fate::FailAfter,
            (Operation::Load, 2) => Fate::FailBefore,
            _ => Fate::Pass,
        })
    });
    let key = super::keyed("k", "body");
    let outcome = fixture.store.execute::<Plain>(&fixture.id, &key, &enter("a")).await;
    assert!(matches!(outcome, Err(ExecuteError::Log(_))), "{outcome:?}");
    let again = fixture.store.execute::<Plain>(&fixture.id, &key, &enter("a")).await.unwrap();
    assert!(again.replayed);
    assert_eq!(fixture.commits(), 1);
}
