//! `resolve` and what is not known.

use serde_json::{Value, json};

use crate::world::World;

async fn resolve(world: &World, party: &str) -> Value {
    world.ask(json!({ "kind": "resolve", "party": party })).await.unwrap()
}

#[tokio::test]
async fn a_party_is_resolved_by_id_by_name_and_through_a_merge() {
    let world = World::new();
    let (loser, winner) = (world.customer("Ebony Works").await, world.customer("Ivory\u{a0}Cups").await);
    world.merge(&loser, &winner).await;
    for named in [winner.as_str(), "ivory cups", "Ebony  WORKS", &loser] {
        let answer = resolve(&world, named).await;
        assert_eq!((&answer["answer"], &answer["created"]), (&json!("found"), &json!(false)), "{named}");
        let party = &answer["party"];
        assert_eq!([&party["id"], &party["nameKey"]], [&json!(winner), &json!("ivory cups")], "{named}");
        assert_eq!(party["roles"], json!(["customer"]));
    }
    assert_eq!(resolve(&world, &loser).await["party"]["mergedFrom"], json!(loser));
}

#[tokio::test]
async fn an_unknown_name_is_answered_with_the_nearest() {
    let world = World::new();
    for name in ["Ivory Cups", "Ivory Caps", "Ivory Foods", "Gulf Polymers"] {
        world.customer(name).await;
    }
    world.relay_all().await;
    let answer = resolve(&world, "Ivroy Cups").await;
    assert_eq!(answer["answer"], "unknown");
    let near: Vec<&str> =
        answer["nearest"].as_array().unwrap().iter().map(|near| near["name"].as_str().unwrap()).collect();
    assert_eq!(near[..2], ["Ivory Cups", "Ivory Caps"]);
    assert!(!near.contains(&"Gulf Polymers"));
    let no_such_id = resolve(&world, "party_00000000000000000000000000000000").await;
    assert_eq!(no_such_id, json!({ "answer": "unknown", "nearest": [] }));
}

#[tokio::test]
async fn a_missing_party_is_created_when_that_is_asked_and_only_once() {
    let world = World::new();
    let event = json!({
        "kind": "resolve", "tenant": "main", "party": "Gulf Polymers", "role": "supplier", "createMissing": true,
        "actor": "user_7", "correlationId": "c-7",
    });
    let first = world.ask(event.clone()).await.unwrap();
    assert_eq!((&first["answer"], &first["created"]), (&json!("found"), &json!(true)));
    assert_eq!(first["party"]["roles"], json!(["supplier"]));
    let again = world.ask(event).await.unwrap();
    assert_eq!((&again["created"], &again["party"]["id"]), (&json!(false), &first["party"]["id"]));
    let commits: Vec<_> = world.log.streams().into_values().flatten().collect();
    assert_eq!(commits.len(), 1);
    assert_eq!(commits[0].provenance.actor.as_str(), "user_7");
}

#[tokio::test]
async fn what_is_not_asked_properly_is_refused() {
    let world = World::new();
    for (event, code) in [
        (json!({ "kind": "dance" }), "unknown-kind"),
        (json!({ "kind": "resolve" }), "invalid"),
        (json!({ "kind": "resolve", "party": " - " }), "invalid"),
        (json!({ "kind": "resolve", "party": "Ivory", "colour": 1 }), "invalid"),
        (json!({ "kind": "rotate-keys", "shard": 256 }), "invalid"),
    ] {
        assert_eq!(world.ask(event.clone()).await.unwrap_err().code, code, "{event}");
    }
    assert_eq!(world.ask(json!({ "kind": "ready" })).await.unwrap()["status"], "ready");
}
