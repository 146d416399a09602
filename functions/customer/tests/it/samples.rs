//! The events in `events/invoke/customer`, which a newcomer sends with `cargo lambda invoke`.

use http_kit::testing::TestRequest;
use messaging::{BatchHandler as _, Incoming};
use serde_json::json;
use testkit::{NOON, assert_generated, log_stream_event, sample, sample_facts};

use crate::world::World;

#[tokio::test]
async fn the_sample_events_are_one_story() {
    let world = World::new();
    let created = world.send_bare(TestRequest::event(&sample("customer/create-party"))).await;
    assert_eq!(created.status(), 201, "{}", created.json());
    world.relay_all().await;
    for (name, body) in sample_facts("customer") {
        let Ok(Incoming::Fact(fact)) = messaging::decode(&body) else { unreachable!("{name} holds no fact") };
        assert!(world.reactions.on_facts(&[*fact]).await[0].is_ok(), "{name}");
    }
    for list in ["list-parties", "suggest"] {
        let listed = world.send_bare(TestRequest::event(&sample(&format!("customer/{list}")))).await;
        assert_eq!(listed.json()["data"][0]["name"], "Shree Plastics", "{list}");
    }
    let id = created.json()["id"].as_str().unwrap().to_owned();
    let deals = world.get(&format!("/v1/parties/{id}/deals")).await;
    assert!(!deals["data"].as_array().unwrap().is_empty(), "{deals}");
}

#[tokio::test]
async fn every_direct_sample_is_answered() {
    let world = World::new();
    world.send_bare(TestRequest::event(&sample("customer/create-party"))).await;
    assert_eq!(world.ask(sample("customer/ready")).await.unwrap()["status"], "ready");
    assert_eq!(world.ask(sample("customer/resolve")).await.unwrap()["party"]["name"], "Shree Plastics");
    let imported = world.ask(sample("customer/import-parties")).await.unwrap();
    assert_eq!(imported["items"][0]["outcome"], "created");
    let withdrawn = world.ask(sample("customer/withdraw-parties")).await.unwrap();
    assert_eq!(withdrawn["items"][0]["outcome"], "withdrawn", "it is a dry run");
    assert_eq!(world.ask(sample("customer/rotate-keys")).await.unwrap()["rewrapped"], 1);
    assert!(world.reactions.on_schedule("audit-outbox").await.is_ok());
    let body = sample("customer/audit-outbox")["Records"][0]["body"].as_str().unwrap().to_owned();
    assert!(matches!(messaging::decode(&body), Ok(Incoming::Schedule(name)) if name == "audit-outbox"));
}

#[tokio::test]
async fn the_sample_of_the_log_stream_is_a_commit_of_this_context() {
    // A party without personal data: sealed fields differ in every run.
    let world = World::new();
    world.ask(sample("customer/import-parties")).await.unwrap();
    let commit = world.log.streams().into_values().flatten().next().unwrap();
    assert_eq!(commit.at, NOON);
    assert_generated("events/invoke/customer/log-stream.json", &log_stream_event("customer", &commit));
    assert_eq!(world.relay_all().await[0].data["name"], json!("Ivory Ice\u{2011}cream Cups"));
}
