//! Into a context.

use std::sync::Mutex;

use async_trait::async_trait;
use messaging::{BatchHandler, Envelope, InboxMessage, RecordFault, run_batch};
use serde_json::{Value, json};
use testkit::NOON;

use crate::world::World;

/// Does as each fact says, and remembers what it was given.
#[derive(Default)]
struct Obedient {
    seen: Mutex<Vec<String>>,
}

#[async_trait]
impl BatchHandler for Obedient {
    async fn on_facts(&self, facts: &[Envelope]) -> Vec<Result<(), RecordFault>> {
        let mut outcomes = Vec::new();
        for fact in facts {
            let note = fact.data["note"].as_str().unwrap().to_owned();
            outcomes.push(match note.as_str() {
                "retry" => Err(RecordFault::retry("not now")),
                "park" => Err(RecordFault::park("never")),
                "panic" => panic!("a bug"),
                _ => Ok(()),
            });
            self.seen.lock().unwrap().push(note);
        }
        outcomes
    }

    async fn on_schedule(&self, name: &str) -> Result<(), RecordFault> {
        self.seen.lock().unwrap().push(format!("schedule {name}"));
        if name == "panic" {
            panic!("a bug")
        }
        Ok(())
    }
}

/// Messages `m-0`, `m-1`, … of facts with these notes.
async fn messages(world: &World, notes: &[&str]) -> Vec<InboxMessage> {
    let commit = world.write(NOON, notes).await;
    world.relay.relay(&[commit]).await;
    let taken = world.bus.taken.lock().unwrap();
    let body = |envelope: &Envelope| json!({ "source": "polymer.note", "detail": envelope }).to_string();
    taken.iter().enumerate().map(|(n, e)| InboxMessage { id: format!("m-{n}"), body: body(e) }).collect()
}

async fn run(world: &World, handler: &Obedient, messages: Vec<InboxMessage>) -> Vec<String> {
    run_batch(&"main".parse().unwrap(), &world.parking(), handler, messages).await
}

#[tokio::test]
async fn one_bad_fact_never_brings_back_its_neighbours() {
    let (world, handler) = (World::new(), Obedient::default());
    let batch = messages(&world, &["a", "retry", "park", "b"]).await;
    assert_eq!(run(&world, &handler, batch).await, ["m-1"]);
    assert_eq!(world.parked().len(), 1);
    assert_eq!(world.parked()[0].reason, "never");
}

#[tokio::test]
async fn a_fact_that_panics_comes_again_and_the_others_are_handled() {
    let (world, handler) = (World::new(), Obedient::default());
    let batch = messages(&world, &["a", "panic", "b"]).await;
    assert_eq!(run(&world, &handler, batch).await, ["m-1"]);
    assert!(handler.seen.lock().unwrap().contains(&"b".to_owned()));
}

#[tokio::test]
async fn what_is_no_fact_and_no_schedule_is_parked_at_once_as_it_came() {
    let (world, handler) = (World::new(), Obedient::default());
    for (n, body) in ["", "{}", "[1]", r#"{"detail":{"id":"x"}}"#, "\u{0}"].into_iter().enumerate() {
        let message = InboxMessage { id: format!("m-{n}"), body: body.to_owned() };
        assert!(run(&world, &handler, vec![message]).await.is_empty(), "{body:?}");
        assert!(world.parked().iter().any(|parked| parked.body == body), "{body:?}");
    }
    assert!(handler.seen.lock().unwrap().is_empty());
}

/// The alarm `parked` of `infra/modules/context_function` counts the lines with this message.
#[tokio::test]
async fn parking_says_so_in_the_words_the_alarm_looks_for() {
    let (world, handler) = (World::new(), Obedient::default());
    let batch = messages(&world, &["a", "park"]).await;
    let captured = testkit::logs::capture();
    run(&world, &handler, batch).await;
    let lines = captured.lines();
    let parked: Vec<&Value> = lines.iter().filter(|line| line["message"] == "record parked").collect();
    assert_eq!(parked.len(), 1, "{lines:?}");
    assert_eq!(parked[0]["level"], "ERROR");
    assert_eq!(parked[0]["park.reason"], "never");
}

#[tokio::test]
async fn a_schedule_is_run_beside_facts_and_its_panic_fails_only_itself() {
    let (world, handler) = (World::new(), Obedient::default());
    let schedule = |name: &str| json!({ "schedule": name }).to_string();
    let mut batch = messages(&world, &["a"]).await;
    batch.push(InboxMessage { id: "s-1".to_owned(), body: schedule("sweep") });
    batch.push(InboxMessage { id: "s-2".to_owned(), body: schedule("panic") });
    assert_eq!(run(&world, &handler, batch).await, ["s-2"]);
    assert_eq!(*handler.seen.lock().unwrap(), ["schedule sweep", "schedule panic", "a"]);
}

#[test]
fn a_reader_ignores_fields_it_does_not_know_and_refuses_versions_it_does_not() {
    #[derive(serde::Deserialize)]
    struct Note {
        note: String,
    }
    impl messaging::Fact for Note {
        const TYPE: &'static str = "note.taken";
    }
    let envelope = |version: u16, data: Value| -> Envelope {
        serde_json::from_value(json!({
            "id": "00000000-0000-0000-0000-000000000001", "type": "note.taken", "schemaVersion": version,
            "source": "polymer.note", "tenantId": "main", "streamType": "note", "streamId": "1", "sequence": 1,
            "commitId": "00000000-0000-0000-0000-000000000002", "commitIndex": 0, "commitSize": 1, "time": NOON,
            "correlationId": "c-1", "actor": "system:note", "replay": false, "hash": "", "data": data,
        }))
        .unwrap()
    };
    assert_eq!(envelope(1, json!({ "note": "a", "new": 1 })).fact::<Note>().unwrap().note, "a");
    assert!(envelope(2, json!({ "note": "a" })).fact::<Note>().is_err());
    assert!(envelope(1, json!({})).fact::<Note>().is_err());
}
