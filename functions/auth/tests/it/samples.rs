//! The events in `events/invoke/auth`, which a newcomer sends with `cargo lambda invoke`.

use serde_json::{Value, json};

use crate::world::World;

async fn send(world: &World, name: &str) -> Value {
    let path = format!("{}/../../events/invoke/auth/{name}.json", env!("CARGO_MANIFEST_DIR"));
    world.app.handle(std::fs::read_to_string(path).unwrap()).await.unwrap()
}

#[tokio::test]
async fn the_sample_user_is_created_and_logs_in() {
    let world = World::new();
    assert_eq!(send(&world, "create-user").await["ok"]["created"], true);
    let answer = send(&world, "login").await;
    assert_eq!(answer["statusCode"], 200, "{answer}");
    let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["tokenType"], "Bearer");
}

#[tokio::test]
async fn every_other_sample_is_served() {
    let world = World::new();
    assert_eq!(send(&world, "ready").await["ok"]["status"], "ready");
    assert_eq!(send(&world, "jwks").await["statusCode"], 200);
    assert_eq!(send(&world, "logout").await["statusCode"], 204);
    assert_eq!(send(&world, "authorize").await["context"], json!({ "fault": "invalid" }));
    assert_eq!(send(&world, "audit-outbox").await["batchItemFailures"], json!([]));
    assert_eq!(send(&world, "create-api-key").await["statusCode"], 201);
    assert_eq!(send(&world, "open-account").await["statusCode"], 201);
    world.relay_all().await;
    let listed = send(&world, "list-users").await;
    let page: Value = serde_json::from_str(listed["body"].as_str().unwrap()).unwrap();
    assert_eq!(page["data"][0]["name"], "Usha Nair");
}
