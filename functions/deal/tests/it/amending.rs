//! `PATCH /v1/deals/{id}`, histories and versions.

use http_kit::testing::TestRequest;
use serde_json::{Value, json};

use crate::world::{World, sale};

#[tokio::test]
async fn comments_change_one_by_one_from_the_version_that_was_read() {
    let world = World::new();
    let path = format!("/v1/deals/{}", world.register("k-1", &sale()).await);
    let patch = |version, body: Value| world.send(TestRequest::patch(&path).if_match(version).json(&body));
    assert_eq!(world.send(TestRequest::patch(&path).json(&json!({}))).await.status(), 428);
    let set = patch(1, json!({ "saleComments": "urgent", "finalComments": "paid" })).await;
    assert_eq!((set.status(), set.header("etag")), (200, "\"2\""));
    assert_eq!(patch(1, json!({ "saleComments": "late" })).await.status(), 412);
    let unversioned = TestRequest::patch(&path).header("if-match", "\"abc\"").json(&json!({}));
    assert_eq!(world.send(unversioned).await.status(), 412);
    let cleared = patch(2, json!({ "saleComments": null })).await.json();
    assert_eq!((cleared.get("saleComments"), &cleared["finalComments"]), (None, &json!("paid")));
    assert_eq!(patch(3, json!({ "status": "confirmed" })).await.faults()[0].0, "/status");
}

#[tokio::test]
async fn a_client_that_has_the_version_is_told_so() {
    let world = World::new();
    let path = format!("/v1/deals/{}", world.register("k-1", &sale()).await);
    let read = |tag: &str| world.send(TestRequest::get(&path).header("if-none-match", tag));
    assert_eq!((read("\"1\"").await.status(), read("\"2\"").await.status()), (304, 200));
}

#[tokio::test]
async fn the_history_names_who_did_what_and_the_past_can_be_read() {
    let world = World::new();
    let deal = world.register("k-1", &sale()).await;
    world.clock.advance_ms(1_000);
    world.hear_reserved(&deal).await;
    let history = world.get(&format!("/v1/deals/{deal}/history")).await;
    let told: Vec<_> = history["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["what"].as_str().unwrap(), entry["actor"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("requested", "user_1"), ("confirmed", "system:deal")]);
    let requested_at = history["data"][0]["at"].as_str().unwrap();
    let then = world.get(&format!("/v1/deals/{deal}?asOf={requested_at}")).await;
    assert_eq!((&then["status"], &then["version"]), (&json!("pending"), &json!(1)));
    let before = TestRequest::get(&format!("/v1/deals/{deal}?asOf=2001-01-01T00:00:00Z"));
    assert_eq!(world.send(before).await.status(), 404);
    assert_eq!(world.send(TestRequest::get(&format!("/v1/deals/{deal}?asOf=now"))).await.status(), 400);
}

#[tokio::test]
async fn another_firms_deal_does_not_exist() {
    let world = World::new();
    let deal = world.register("k-1", &sale()).await;
    for path in [format!("/v1/deals/{deal}"), format!("/v1/deals/{deal}/history")] {
        assert_eq!(world.send_as_stranger(TestRequest::get(&path)).await.status(), 404, "{path}");
    }
    let cancel = TestRequest::post(&format!("/v1/deals/{deal}/cancel")).json(&json!({}));
    assert_eq!(world.send_as_stranger(cancel).await.status(), 404);
    assert_eq!(world.get(&format!("/v1/deals/{deal}")).await["status"], "pending");
}
