//! Naming who is told.

use serde_json::json;

use crate::world::{World, people};

#[tokio::test]
async fn audiences_read_back_as_they_were_named() {
    let world = World::new();
    assert_eq!(world.get("/v1/audiences").await["version"], 0);
    let named = world.name(0, &people()).await;
    assert_eq!((named.status(), named.header("etag")), (200, "\"1\""));
    let shown = world.get("/v1/audiences").await;
    assert_eq!(
        shown["logistics"][0],
        json!({ "name": "Ravi", "phone": "+919800000002", "channels": ["whatsapp"] })
    );
    assert_eq!(shown["owners"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn every_fault_is_named_at_once_and_nothing_is_written() {
    let world = World::new();
    let bad = json!({ "accounts": [{ "name": "", "phone": "98000" }], "logistics": 5, "other": [] });
    let refused = world.name(0, &bad).await;
    assert_eq!(refused.status(), 422);
    let places: Vec<String> = refused.faults().into_iter().map(|(place, _)| place).collect();
    for place in ["/accounts/0/name", "/accounts/0/phone", "/logistics", "/owners", "/other"] {
        assert!(places.iter().any(|found| found == place), "{place} is not among {places:?}");
    }
    let mut twice = people();
    twice["owners"][1]["phone"] = json!("+91 98000-00003");
    assert_eq!(
        world.name(0, &twice).await.faults(),
        [("/owners/1/phone".to_owned(), "duplicate".to_owned())]
    );
    assert!(world.log.streams().is_empty());
}

#[tokio::test]
async fn audiences_that_somebody_else_has_changed_are_not_overwritten() {
    let world = World::with_people().await;
    assert_eq!(world.name(0, &people()).await.status(), 412);
    assert_eq!(world.name(1, &people()).await.status(), 200);
}
