//! How a deal is decided: by stock, by a person, or by the clock.

use http_kit::testing::TestRequest;
use messaging::BatchHandler;
use serde_json::{Value, json};

use crate::world::{World, sale};

async fn cancel(world: &World, deal: &str) -> (u16, Value) {
    let request = TestRequest::post(&format!("/v1/deals/{deal}/cancel")).json(&json!({ "reason": "typo" }));
    let answer = world.send(request).await;
    (answer.status(), answer.json())
}

async fn status(world: &World, deal: &str) -> Value {
    world.get(&format!("/v1/deals/{deal}")).await["status"].clone()
}

#[tokio::test]
async fn reserved_stock_confirms_with_the_cost_of_its_sources() {
    let world = World::new();
    let deal = world.register("k-1", &sale()).await;
    assert!(world.hear_reserved(&deal).await);
    let shown = world.get(&format!("/v1/deals/{deal}")).await;
    assert_eq!([&shown["status"], &shown["costInr"], &shown["marginInr"]], ["confirmed", "900.00", "50.00"]);
    assert_eq!(shown["sources"][0]["costInr"], "900.00");
}

#[tokio::test]
async fn rejected_stock_rejects_and_says_which_lot_is_short_by_how_much() {
    let world = World::new();
    let deal = world.register("k-1", &sale()).await;
    assert!(world.hear_rejected(&deal).await);
    let shown = world.get(&format!("/v1/deals/{deal}")).await;
    assert_eq!([&shown["status"], &shown["reason"]["code"]], ["rejected", "insufficient-stock"]);
    assert!(shown["reason"]["detail"].as_str().unwrap().ends_with("short by 6.000 kg"));
}

#[tokio::test]
async fn a_repeated_or_late_answer_of_stock_changes_nothing() {
    let world = World::new();
    let deal = world.register("k-1", &sale()).await;
    for _ in 0..2 {
        assert!(world.hear_reserved(&deal).await);
    }
    assert!(world.hear_rejected(&deal).await);
    assert_eq!(world.log.streams().values().map(Vec::len).collect::<Vec<_>>(), [2]);
}

#[tokio::test]
async fn an_answer_about_a_deal_nobody_registered_is_put_aside() {
    let world = World::new();
    assert!(!world.hear_reserved("deal_00000000000000000000000000000009").await);
}

#[tokio::test]
async fn a_deal_is_cancelled_once_and_a_rejected_one_not_at_all() {
    let world = World::new();
    let deal = world.register("k-1", &sale()).await;
    world.hear_reserved(&deal).await;
    let (first, view) = cancel(&world, &deal).await;
    assert_eq!(
        (first, &view["status"], &view["reason"]["detail"]),
        (200, &json!("cancelled"), &json!("typo"))
    );
    assert_eq!(cancel(&world, &deal).await.0, 200);
    assert_eq!(world.log.streams().values().map(Vec::len).collect::<Vec<_>>(), [3]);
    let rejected = world.register("k-2", &sale()).await;
    world.hear_rejected(&rejected).await;
    assert_eq!(cancel(&world, &rejected).await.0, 409);
    assert_eq!(cancel(&world, "deal_00000000000000000000000000000009").await.0, 404);
}

#[tokio::test]
async fn a_deal_nobody_decides_is_given_up_by_the_sweeper_when_it_is_due() {
    let world = World::new();
    let (waiting, decided) = (world.register("k-1", &sale()).await, world.register("k-2", &sale()).await);
    world.hear_reserved(&decided).await;
    world.relay_all().await;
    world.clock.advance_ms(119_999);
    world.reactions.on_schedule("sweep-due-deals").await.unwrap();
    assert_eq!(status(&world, &waiting).await, "pending");
    world.clock.advance_ms(1);
    for _ in 0..2 {
        world.reactions.on_schedule("sweep-due-deals").await.unwrap();
    }
    let shown = world.get(&format!("/v1/deals/{waiting}")).await;
    assert_eq!([&shown["status"], &shown["reason"]["code"]], ["cancelled", "timeout"]);
    assert_eq!(status(&world, &decided).await, "confirmed");
    let facts: Vec<String> = world.relay_all().await.into_iter().map(|fact| fact.fact_type).collect();
    assert_eq!(facts.iter().filter(|fact| *fact == "deal.cancelled").count(), 1);
}
