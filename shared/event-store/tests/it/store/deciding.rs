use event_store::{Cause, ExecuteError, Proposed, Request};
use testkit::{Fate, FaultyLog, Operation, RecordedWaits, given};

use super::tally::{Enter, Entered, Full, Tally, enter, entries};
use super::{Fixture, request, store_on};

type Plain = Tally<0>;

#[test]
fn the_toy_obeys_its_rules() {
    let one = Entered { entry: "a".to_owned() };
    given::<Plain>([one.clone()]).when(&enter("b")).then([Entered { entry: "b".to_owned() }]);
    given::<Plain>([one.clone()]).when(&enter("")).then_nothing();
    given::<Plain>([one]).when(&Enter { entry: "b".to_owned(), most: 1 }).then_refused(&Full);
}

#[tokio::test]
async fn a_command_appends_what_it_decides() {
    let fixture = Fixture::new();
    let outcome = fixture.store.execute::<Plain>(&fixture.id, &request(), &enter("a")).await.unwrap();
    let commit = outcome.commit.unwrap();
    assert_eq!((commit.first, commit.last, outcome.replayed), (1, 1, false));
    assert_eq!(outcome.stream.version(), 1);
    let loaded = fixture.store.load::<Plain>(&fixture.id).await.unwrap();
    assert_eq!(loaded.state(), outcome.stream.state());
    assert_eq!(loaded.head(), commit.hash);
}

#[tokio::test]
async fn a_creation_is_one_write_and_no_read() {
    let fixture = Fixture::new();
    let outcome = fixture.store.create::<Plain>(&fixture.id, &request(), &enter("a")).await.unwrap();
    assert_eq!(entries(&outcome.stream), ["a"]);
    assert_eq!(fixture.log.count(Operation::Append), 1);
    assert_eq!(fixture.log.calls().len(), 1);
}

#[tokio::test]
async fn a_command_costs_one_read_and_one_write() {
    let fixture = Fixture::new();
    fixture.store.execute::<Plain>(&fixture.id, &request(), &enter("a")).await.unwrap();
    assert_eq!(fixture.log.count(Operation::Load), 1);
    assert_eq!(fixture.log.calls().len(), 2);
}

#[tokio::test]
async fn nothing_to_do_writes_nothing() {
    let fixture = Fixture::new();
    let outcome = fixture.store.execute::<Plain>(&fixture.id, &request(), &enter("")).await.unwrap();
    assert_eq!(outcome.commit, None);
    assert_eq!(fixture.commits(), 0);
}

#[tokio::test]
async fn a_refused_command_writes_nothing() {
    let fixture = Fixture::new();
    let command = Enter { entry: "a".to_owned(), most: 0 };
    let outcome = fixture.store.execute::<Plain>(&fixture.id, &request(), &command).await;
    assert!(matches!(outcome, Err(ExecuteError::Refused(Full))));
    assert_eq!(fixture.commits(), 0);
}

#[tokio::test]
async fn the_slower_writer_decides_anew() {
    let fixture = Fixture::new();
    let stale = fixture.store.load::<Plain>(&fixture.id).await.unwrap();
    fixture.elsewhere().execute::<Plain>(&fixture.id, &request(), &enter("a")).await.unwrap();
    let mut seen = Vec::new();
    let outcome = fixture
        .store
        .change(&fixture.id, &request(), Some(stale), |stream: &event_store::Stream<Plain>| {
            seen.push(stream.version());
            Ok::<_, Full>(vec![Proposed::new(Entered { entry: format!("after {}", stream.version()) })])
        })
        .await
        .unwrap();
    assert_eq!(seen, [0, 1]);
    assert_eq!(entries(&outcome.stream), ["a", "after 1"]);
}

#[tokio::test]
async fn the_slower_writer_may_be_refused_on_the_fresh_state() {
    let fixture = Fixture::new();
    fixture.elsewhere().execute::<Plain>(&fixture.id, &request(), &enter("a")).await.unwrap();
    let command = Enter { entry: "b".to_owned(), most: 1 };
    let outcome = fixture.store.create::<Plain>(&fixture.id, &request(), &command).await;
    assert!(matches!(outcome, Err(ExecuteError::Refused(Full))));
    assert_eq!(fixture.commits(), 1);
}

#[tokio::test]
async fn a_request_based_on_another_version_is_stale() {
    let fixture = Fixture::new();
    let at = |expected| Request { expected: Some(expected), ..request() };
    fixture.store.execute::<Plain>(&fixture.id, &at(0), &enter("a")).await.unwrap();
    let outcome = fixture.store.execute::<Plain>(&fixture.id, &at(0), &enter("b")).await;
    assert!(matches!(outcome, Err(ExecuteError::Stale { expected: 0, found: 1 })), "{outcome:?}");
    let outcome = fixture.store.create::<Plain>(&fixture.id, &at(0), &enter("b")).await;
    assert!(matches!(outcome, Err(ExecuteError::Stale { expected: 0, found: 1 })), "{outcome:?}");
    fixture.store.execute::<Plain>(&fixture.id, &at(1), &enter("b")).await.unwrap();
    assert_eq!(fixture.commits(), 2);
}

#[tokio::test]
async fn each_event_may_name_its_own_cause() {
    let fixture = Fixture::new();
    let cause = Cause { fact: "fact-1".to_owned(), correlation: "c-1".parse().unwrap(), traceparent: None };
    let proposed =
        [Some(cause.clone()), None].map(|cause| Proposed { event: Entered { entry: "x".to_owned() }, cause });
    let decide = |_: &event_store::Stream<Plain>| Ok::<_, Full>(proposed.to_vec());
    let outcome = fixture.store.change(&fixture.id, &request(), None, decide).await.unwrap();
    let commit = outcome.commit.unwrap();
    assert_eq!((commit.first, commit.last), (1, 2));
    assert_eq!(
        commit.events.iter().map(|event| event.cause.clone()).collect::<Vec<_>>(),
        [Some(cause), None]
    );
}

#[tokio::test]
async fn a_stream_that_stays_unavailable_is_busy_after_jittered_waits() {
    let fixture = Fixture::with(|memory| {
        FaultyLog::new(memory, |call| {
            if call.operation == Operation::Append { Fate::FailBefore } else { Fate::Pass }
        })
    });
    let waits = RecordedWaits::default();
    let store = event_store::EventStore::new(
        fixture.log.clone(),
        fixture.clock.clone(),
        std::sync::Arc::new(kernel::RandomIds),
        std::sync::Arc::new(waits.clone()),
    );
    let outcome = store.execute::<Plain>(&fixture.id, &request(), &enter("a")).await;
    assert!(matches!(outcome, Err(ExecuteError::Busy(Some(_)))), "{outcome:?}");
    let taken = waits.taken_ms();
    assert_eq!(taken.len(), fixture.log.count(Operation::Append));
    let bounds = [10, 20, 40, 80, 160, 320, 640, 640, 640, 640, 640, 640];
    assert!(taken.iter().zip(bounds).all(|(taken, bound)| *taken <= bound), "{taken:?}");
    assert!(taken.iter().collect::<std::collections::BTreeSet<_>>().len() > 3, "no jitter: {taken:?}");
    assert_eq!(fixture.commits(), 0);
}

#[tokio::test]
async fn a_log_that_cannot_be_read_is_told_apart_from_a_refusal() {
    let fixture = Fixture::with(|memory| FaultyLog::new(memory, |_| Fate::FailBefore));
    let outcome = fixture.store.execute::<Plain>(&fixture.id, &request(), &enter("a")).await;
    assert!(matches!(outcome, Err(ExecuteError::Log(event_store::LogError::Unavailable(_)))));
}

#[tokio::test]
async fn a_commit_too_large_is_not_tried_again() {
    let fixture = Fixture::new();
    let outcome = fixture.store.execute::<Plain>(&fixture.id, &request(), &enter(&"x".repeat(400_000))).await;
    assert!(matches!(outcome, Err(ExecuteError::Append(event_store::AppendError::TooLarge { .. }))));
    assert_eq!(fixture.log.count(Operation::Append), 1);
}

#[tokio::test]
async fn the_commit_tells_when_and_by_whom() {
    let fixture = Fixture::new();
    fixture.clock.advance_ms(7);
    let store = store_on(fixture.memory.clone(), fixture.clock.clone(), 4);
    let commit = store.execute::<Plain>(&fixture.id, &request(), &enter("a")).await.unwrap().commit.unwrap();
    assert_eq!(commit.at, testkit::NOON.plus_ms(7));
    assert_eq!(commit.provenance, request().provenance);
    assert_eq!(commit.id.to_string(), "00000000-0004-7000-8000-000000000001");
}

#[tokio::test]
async fn what_is_not_there_is_refused_for_that_rather_than_as_changed() {
    let fixture = Fixture::new();
    let based = Request { expected: Some(3), ..request() };
    let refused = Enter { entry: "a".to_owned(), most: 0 };
    let outcome = fixture.store.execute::<Plain>(&fixture.id, &based, &refused).await;
    assert!(matches!(outcome, Err(ExecuteError::Refused(Full))), "{outcome:?}");
    let outcome = fixture.store.execute::<Plain>(&fixture.id, &based, &enter("a")).await;
    assert!(matches!(outcome, Err(ExecuteError::Stale { expected: 3, found: 0 })), "{outcome:?}");
    assert_eq!(fixture.commits(), 0);
}
