//! Looking at dead letters, putting them back, throwing them away.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use dead_letters::Letter;
use http_kit::testing::{TestRequest, TestResponse, assert_guarded};
use serde_json::{Value, json};

use crate::fakes::World;

const QUEUE: &str = "at:deal-inbox-dlq";

fn letter(id: &str) -> Letter {
    Letter {
        id: id.to_owned(),
        receipt: format!("receipt of {id}"),
        body: format!(r#"{{"detail":{{"correlationId":"c-{id}"}}}}"#),
        sent_ms: 1_000,
        receipts: 6,
        group: None,
        attributes: BTreeMap::new(),
    }
}

/// With three dead letters of deal, and a relay whose letters name positions in a log.
fn world() -> (Arc<World>, Router) {
    let world =
        World::of(&[], &[("deal-inbox", Some(0)), ("deal-inbox-dlq", Some(3)), ("deal-relay-dlq", Some(1))]);
    world.now.store(2_000, Ordering::Relaxed);
    for id in ["1", "2", "3"] {
        world.letters.bury(QUEUE, letter(id));
    }
    world.letters.bury("at:deal-relay-dlq", letter("r"));
    let router = world.router();
    (world, router)
}

async fn send(router: &Router, request: TestRequest) -> TestResponse {
    request.caller("user_1", &["dlq:read", "dlq:write"]).send(router).await
}

async fn get(router: &Router, path: &str) -> Value {
    let answer = send(router, TestRequest::get(path)).await;
    assert_eq!(answer.status(), 200, "{}", answer.json());
    answer.json()
}

async fn act(router: &Router, action: &str, which: &Value) -> TestResponse {
    send(router, TestRequest::post(&format!("/v1/dlq/{action}")).json(which)).await
}

#[tokio::test(start_paused = true)]
async fn the_queues_and_their_letters_are_shown() {
    let (_, router) = world();
    let listed = get(&router, "/v1/dlq").await;
    let expected = json!([
        { "name": "deal-inbox-dlq", "origin": "deal-inbox", "letters": 3 },
        { "name": "deal-relay-dlq", "letters": 1 },
    ]);
    assert_eq!(listed["data"], expected);
    let letters = get(&router, "/v1/dlq/deal-inbox-dlq").await;
    assert_eq!(letters["data"].as_array().unwrap().len(), 3);
    assert_eq!(letters["data"][0]["correlationId"], "c-1");
    assert_eq!(letters["data"][0]["sentAt"], "1970-01-01T00:00:01.000Z");
    for unknown in ["deal-inbox", "nothing-dlq", QUEUE] {
        let answer = send(&router, TestRequest::get(&format!("/v1/dlq/{unknown}"))).await;
        assert_eq!(answer.status(), 404, "{unknown}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_says_what_would_be_done_and_does_nothing() {
    let (world, router) = world();
    for action in ["deal-inbox-dlq/redrive", "deal-inbox-dlq/discard"] {
        let answer = act(&router, action, &json!({ "validateOnly": true })).await;
        assert_eq!(answer.json(), json!({ "letters": ["1", "2", "3"], "validateOnly": true }), "{action}");
    }
    assert_eq!(get(&router, "/v1/dlq").await["data"][0]["letters"], 3);
    assert!(world.letters.take_sent().is_empty() && world.letters.records().is_empty());
}

#[tokio::test(start_paused = true)]
async fn letters_go_back_or_away_and_who_did_it_is_kept() {
    let (world, router) = world();
    let answer = act(&router, "deal-inbox-dlq/redrive", &json!({ "ids": ["2", "9"] })).await;
    assert_eq!((answer.status(), answer.json()), (200, json!({ "letters": ["2"], "validateOnly": false })));
    let sent: Vec<_> =
        world.letters.take_sent().into_iter().map(|(queue, letter)| (queue, letter.id)).collect();
    assert_eq!(sent, [("at:deal-inbox".to_owned(), "2".to_owned())]);
    let answer = act(&router, "deal-inbox-dlq/discard", &json!({})).await;
    assert_eq!(answer.json()["letters"], json!(["1", "3"]));
    assert_eq!(get(&router, "/v1/dlq").await["data"][0]["letters"], 0);
    let records = world.letters.records();
    let kept: Vec<_> =
        records.iter().map(|action| (action.actor.as_str(), action.message_id.as_str())).collect();
    assert_eq!(kept, [("user_1", "2"), ("user_1", "1"), ("user_1", "3")]);
    assert!(records[1].body.is_some(), "nothing else has it any more");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_go_back_and_what_nobody_understands_is_refused() {
    let (_, router) = world();
    assert_eq!(act(&router, "deal-relay-dlq/redrive", &json!({})).await.status(), 409);
    let refused =
        act(&router, "deal-inbox-dlq/redrive", &json!({ "ids": [], "rate": 5, "validateOnly": "no" })).await;
    assert_eq!((refused.status(), refused.faults().len()), (422, 3), "{}", refused.json());
}

#[tokio::test]
async fn nobody_sees_letters_without_leave() {
    let (_, router) = world();
    let mut table = gateway::http::routes().table();
    table.retain(|route| route.path.starts_with("/v1/dlq") && !route.path.contains("below"));
    assert_eq!(assert_guarded(&table, &router).await, 4);
}
