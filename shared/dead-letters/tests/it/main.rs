//! Dead letters that are looked at, put back and thrown away, on queues that behave as SQS does.
#![cfg(test)] // Helpers may unwrap, as the tests they serve.

use std::collections::BTreeSet;
use std::sync::Mutex;

use async_trait::async_trait;
use dead_letters::{Action, DeadQueue, Kind, Letter, Letters, Order, Records, carry_out, look};
use event_store::BoxError;

const BEFORE_MS: i64 = 1_000;

#[derive(Default)]
struct State {
    dead: Vec<Letter>,
    hidden: BTreeSet<String>,
    sent: Vec<Letter>,
    records: Vec<Action>,
    deletions_left: Option<usize>,
}

/// One FIFO queue of dead letters, its origin, and the record.
#[derive(Default)]
struct Twin(Mutex<State>);

impl Twin {
    fn with(letters: impl IntoIterator<Item = (&'static str, &'static str)>) -> Self {
        let twin = Self::default();
        twin.0.lock().unwrap().dead = letters.into_iter().map(|(id, group)| letter(id, group, 1)).collect();
        twin
    }

    fn sent(&self) -> Vec<String> {
        self.0.lock().unwrap().sent.iter().map(|letter| letter.id.clone()).collect()
    }

    fn dead(&self) -> Vec<String> {
        self.0.lock().unwrap().dead.iter().map(|letter| letter.id.clone()).collect()
    }

    fn recorded(&self) -> Vec<(Kind, String)> {
        let state = self.0.lock().unwrap();
        assert!(state.records.iter().all(|action| action.actor == "asha"));
        state.records.iter().map(|action| (action.kind, action.message_id.clone())).collect()
    }

    fn is_all_shown(&self) -> bool {
        self.0.lock().unwrap().hidden.is_empty()
    }
}

fn letter(id: &str, group: &str, sent_ms: i64) -> Letter {
    Letter {
        id: id.to_owned(),
        receipt: id.to_owned(),
        body: format!(r#"{{"send":"{id}","correlation":"c-{id}"}}"#),
        sent_ms,
        receipts: 1_000,
        group: Some(group.to_owned()),
        attributes: [("ERROR_CODE".to_owned(), "NO_PERMISSIONS".to_owned())].into(),
    }
}

#[async_trait]
impl Letters for Twin {
    async fn queues(&self) -> Result<Vec<DeadQueue>, BoxError> {
        Ok(vec![queue()])
    }

    async fn depth(&self, _: &str) -> Result<u64, BoxError> {
        Ok(u64::try_from(self.0.lock().unwrap().dead.len())?)
    }

    async fn receive(&self, _: &str) -> Result<Vec<Letter>, BoxError> {
        let mut state = self.0.lock().unwrap();
        let hidden = state.hidden.clone();
        let blocked: BTreeSet<_> =
            state.dead.iter().filter(|one| hidden.contains(&one.id)).map(|one| one.group.clone()).collect();
        let free = state.dead.iter().filter(|one| !blocked.contains(&one.group));
        let received: Vec<Letter> = free.take(10).cloned().collect();
        state.hidden.extend(received.iter().map(|one| one.id.clone()));
        Ok(received)
    }

    async fn release(&self, _: &str, letter: &Letter) -> Result<(), BoxError> {
        self.0.lock().unwrap().hidden.remove(&letter.id);
        Ok(())
    }

    async fn send(&self, _: &str, letter: &Letter) -> Result<(), BoxError> {
        let mut state = self.0.lock().unwrap();
        if state.sent.iter().all(|other| other.id != letter.id) {
            state.sent.push(letter.clone());
        }
        Ok(())
    }

    async fn delete(&self, _: &str, letter: &Letter) -> Result<(), BoxError> {
        let mut state = self.0.lock().unwrap();
        match &mut state.deletions_left {
            Some(0) => return Err("the connection broke".into()),
            Some(left) => *left -= 1,
            None => {}
        }
        state.dead.retain(|other| other.id != letter.id);
        state.hidden.remove(&letter.id);
        Ok(())
    }
}

#[async_trait]
impl Records for Twin {
    async fn record(&self, action: &Action) -> Result<(), BoxError> {
        let mut state = self.0.lock().unwrap();
        assert!(state.dead.iter().any(|letter| letter.id == action.message_id), "recorded before it is done");
        state.records.push(action.clone());
        Ok(())
    }
}

fn queue() -> DeadQueue {
    DeadQueue { name: "p-n-w-dlq.fifo".to_owned(), origin: Some("p-n-w.fifo".to_owned()) }
}

fn order(kind: Kind, ids: &[&str], really: bool) -> Order {
    let ids = ids.iter().map(|id| (*id).to_owned()).collect();
    Order {
        kind,
        actor: "asha".to_owned(),
        ids,
        rate: 10_000,
        most: usize::MAX,
        really,
        before_ms: BEFORE_MS,
    }
}

const FOUR: [(&str, &str); 4] = [("1", "a"), ("2", "b"), ("3", "a"), ("4", "a")];

#[tokio::test]
async fn looking_and_a_dry_run_change_nothing() {
    let twin = Twin::with(FOUR);
    assert_eq!(look(&twin, "q").await.unwrap().len(), 4);
    for kind in [Kind::Redrive, Kind::Discard] {
        let would =
            carry_out(&twin, &twin, &queue(), &order(kind, &["2"], false), &mut |_| {}).await.unwrap();
        assert_eq!(would.len(), 1);
    }
    assert_eq!((twin.dead().len(), twin.sent().len(), twin.recorded().len()), (4, 0, 0));
    assert!(twin.is_all_shown());
}

#[tokio::test]
async fn what_is_put_back_keeps_its_group_and_its_order_and_is_recorded() {
    let many: Vec<(&str, &str)> =
        (0..25).map(|n| (&*format!("m-{n:02}").leak(), if n % 2 == 0 { "a" } else { "b" })).collect();
    let twin = Twin::with(many.clone());
    carry_out(&twin, &twin, &queue(), &order(Kind::Redrive, &[], true), &mut |_| {}).await.unwrap();
    assert!(twin.dead().is_empty());
    for group in ["a", "b"] {
        let state = twin.0.lock().unwrap();
        let sent = state.sent.iter().filter(|one| one.group.as_deref() == Some(group)).map(|one| &*one.id);
        let expected = many.iter().filter(|(_, of)| *of == group).map(|(id, _)| *id);
        assert!(sent.eq(expected), "{group}");
    }
    assert_eq!(twin.recorded().len(), 25);
    let state = twin.0.lock().unwrap();
    assert_eq!(state.records[0].to.as_deref(), Some("p-n-w.fifo"));
    assert_eq!(state.records[0].correlation_id.as_deref(), Some("c-m-00"));
}

#[tokio::test]
async fn only_what_is_named_is_thrown_away_and_its_body_is_kept_in_the_record() {
    let twin = Twin::with(FOUR);
    carry_out(&twin, &twin, &queue(), &order(Kind::Discard, &["2", "3"], true), &mut |_| {}).await.unwrap();
    assert_eq!((twin.dead(), twin.sent().len()), (vec!["1".to_owned(), "4".to_owned()], 0));
    assert!(twin.is_all_shown());
    let state = twin.0.lock().unwrap();
    assert!(
        state.records.iter().all(|action| action.body.as_ref().is_some_and(|body| body.contains("send")))
    );
}

#[tokio::test]
async fn broken_off_between_sending_and_deleting_it_goes_on_and_sends_nothing_twice() {
    let twin = Twin::with(FOUR);
    twin.0.lock().unwrap().deletions_left = Some(1);
    let broken = carry_out(&twin, &twin, &queue(), &order(Kind::Redrive, &[], true), &mut |_| {}).await;
    assert!(broken.is_err());
    assert_eq!((twin.sent().len(), twin.dead().len()), (2, 3));
    assert!(twin.is_all_shown(), "nothing stays hidden");
    twin.0.lock().unwrap().deletions_left = None;
    carry_out(&twin, &twin, &queue(), &order(Kind::Redrive, &[], true), &mut |_| {}).await.unwrap();
    assert_eq!((twin.sent(), twin.dead().len()), (["1", "2", "3", "4"].map(str::to_owned).to_vec(), 0));
}

#[tokio::test]
async fn what_died_again_meanwhile_is_left_for_the_next_time() {
    let twin = Twin::with(FOUR);
    twin.0.lock().unwrap().dead.push(letter("5", "c", BEFORE_MS));
    carry_out(&twin, &twin, &queue(), &order(Kind::Redrive, &[], true), &mut |_| {}).await.unwrap();
    assert_eq!(twin.dead(), ["5"]);
    assert!(twin.is_all_shown());
}

#[tokio::test]
async fn positions_in_a_stream_are_not_put_back() {
    let twin = Twin::with(FOUR);
    let relay = DeadQueue { origin: None, ..queue() };
    assert!(carry_out(&twin, &twin, &relay, &order(Kind::Redrive, &[], true), &mut |_| {}).await.is_err());
    assert!(twin.sent().is_empty());
}

#[test]
fn a_letter_says_why_it_is_here_and_what_it_belongs_to() {
    let order = letter("1", "a", 1);
    assert_eq!(
        (order.error().as_deref(), order.correlation().as_deref()),
        (Some("NO_PERMISSIONS"), Some("c-1"))
    );
    let fact = Letter { body: r#"{"detail":{"correlationId":"c-9"}}"#.to_owned(), ..letter("2", "a", 1) };
    assert_eq!(fact.correlation().as_deref(), Some("c-9"));
    assert_eq!(Letter { body: "no JSON".to_owned(), ..fact }.correlation(), None);
}
