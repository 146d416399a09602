//! From the log to the bus.

use event_store::commit_to_image;
use serde_json::{Value, json};

use crate::world::{World, stream_event};

fn schedule(name: &str) -> String {
    json!({ "Records": [{
        "eventSource": "aws:sqs",
        "messageId": "m-1",
        "body": json!({ "schedule": name }).to_string(),
        "attributes": { "ApproximateReceiveCount": "1" },
    }] })
    .to_string()
}

fn failures(answer: &Value) -> usize {
    answer["batchItemFailures"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_created_user_is_published_from_the_log_and_a_guard_is_not() {
    let world = World::with_asha(&["trader"]).await;
    let commit = commit_to_image(&world.commits()[0]).unwrap();
    let guard = json!({
        "pk": { "S": "T#main#GUARD#user-email#asha@example.com" },
        "sk": { "S": "GUARD" },
        "holder": { "S": "user_02ac314a25e25879997027e05d2f24fe" },
    });
    let answer = world.app.handle(stream_event(&[guard, commit])).await.unwrap();
    assert_eq!(failures(&answer), 0);
    let facts = world.bus.take();
    assert_eq!(facts.len(), 1);
    assert_eq!(facts[0].fact_type, "auth.user-created");
    assert_eq!(facts[0].data["userId"], facts[0].stream_id.as_str());
}

#[tokio::test]
async fn the_outbox_auditor_publishes_a_created_user_whose_stream_record_was_lost() {
    let world = World::with_asha(&["trader"]).await;
    world.clock.advance_ms(180_000);
    let answer = world.app.handle(schedule("audit-outbox")).await.unwrap();
    assert_eq!(failures(&answer), 0);
    let facts = world.bus.take();
    assert_eq!(facts.len(), 1);
    assert_eq!(
        (facts[0].fact_type.as_str(), facts[0].source.as_str()),
        ("auth.user-created", "polymer.auth")
    );
    assert_eq!(facts[0].data["email"], "asha@example.com");
    assert_eq!(facts[0].data["roles"], json!(["trader"]));
}

#[tokio::test]
async fn what_was_published_is_not_published_again() {
    let world = World::with_asha(&["trader"]).await;
    world.clock.advance_ms(180_000);
    world.app.handle(schedule("audit-outbox")).await.unwrap();
    assert_eq!(world.bus.take().len(), 1);
    world.app.handle(schedule("audit-outbox")).await.unwrap();
    assert!(world.bus.take().is_empty());
}

#[tokio::test]
async fn an_unknown_schedule_is_parked_and_not_delivered_again() {
    let world = World::new();
    let answer = world.app.handle(schedule("water-the-plants")).await.unwrap();
    assert_eq!(failures(&answer), 0);
    let items = world.ops.items();
    assert!(items.iter().any(|item| item.pk.contains("PARK")), "{items:?}");
}

#[tokio::test]
async fn no_fact_carries_the_password_or_its_hash() {
    let world = World::with_asha(&["trader"]).await;
    world
        .invoke(json!({ "kind": "change-password", "email": "asha@example.com", "password": "another good password" }))
        .await;
    let commits = world.commits();
    assert_eq!(commits.len(), 2);
    for commit in &commits {
        assert!(format!("{commit:?}").contains("argon2id"), "the log holds the hash");
    }
    world.relay_all().await;
    let facts = world.bus.take();
    assert_eq!(facts.len(), 1);
    assert!(!format!("{facts:?}").contains("argon2id"));
}
