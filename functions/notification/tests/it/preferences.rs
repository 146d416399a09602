//! Quiet hours. Noon in the tests is half past five in the afternoon in India.

use http_kit::testing::{TestRequest, TestResponse};
use serde_json::{Value, json};

use crate::world::World;

async fn say(world: &World, version: u64, quiet_hours: &Value) -> TestResponse {
    let request = TestRequest::new("PUT".parse().unwrap(), "/v1/preferences");
    world.send(request.if_match(version).json(&json!({ "quietHours": quiet_hours }))).await
}

#[tokio::test]
async fn news_of_deals_wait_until_quiet_hours_are_over_and_nothing_else_does() {
    let world = World::with_people().await;
    let quiet = json!([{ "audience": "accounts", "from": "17:00", "until": "18:00" }]);
    assert_eq!(say(&world, 0, &quiet).await.status(), 200);
    world.decided("confirmed").await;
    let orders = world.orders().await;
    let mut held = Vec::new();
    for order in &orders {
        if let Some(wait_ms) = world.carry_out(order).await {
            held.push((world.shown(order).await["audience"].clone(), wait_ms));
        }
    }
    assert_eq!(held, [(json!("accounts"), 30 * 60_000)]);
    assert_eq!(world.whatsapp.take_calls().len(), orders.len() - 1);
    let body = json!({ "recipient": { "name": "Asha", "phone": "+919800000001" }, "text": "hello" });
    world.send(TestRequest::post("/v1/notifications").key("k-1").json(&body)).await;
    let one_off = world.orders().await;
    assert_eq!(world.carry_out(&one_off[0]).await, None);
    world.clock.advance_ms(30 * 60_000);
    for order in &orders {
        assert_eq!(world.carry_out(order).await, None);
    }
    assert_eq!(world.whatsapp.take_calls().len(), 2);
}

#[tokio::test]
async fn quiet_hours_that_are_lifted_hold_nothing_back_a_minute_later() {
    let world = World::with_people().await;
    say(&world, 0, &json!([{ "audience": "accounts", "from": "17:00", "until": "04:00" }])).await;
    let order = world.one_order().await;
    assert!(world.carry_out(&order).await.is_some());
    assert_eq!(say(&world, 1, &json!([])).await.status(), 200);
    world.clock.advance_ms(60_000);
    assert_eq!(world.carry_out(&order).await, None);
}

#[tokio::test]
async fn preferences_read_back_and_every_fault_is_named() {
    let world = World::new();
    assert_eq!(world.get("/v1/preferences").await, json!({ "quietHours": [], "digests": [], "version": 0 }));
    let night = json!([{ "audience": "owners", "from": "21:30", "until": "07:00" }]);
    let said = say(&world, 0, &night).await;
    assert_eq!((said.status(), said.header("etag")), (200, "\"1\""));
    assert_eq!(
        world.get("/v1/preferences").await,
        json!({ "quietHours": night, "digests": [], "version": 1 })
    );
    assert_eq!(say(&world, 0, &json!([])).await.status(), 412);
    let unreadable = json!([{ "audience": "all", "from": "25:00", "until": 7, "more": 1 }]);
    let refused = say(&world, 1, &unreadable).await;
    assert_eq!((refused.status(), refused.faults().len()), (422, 4), "{}", refused.json());
    let broken = json!([
        { "audience": "owners", "from": "07:00", "until": "21:30" },
        { "audience": "owners", "from": "21:30", "until": "07:00" },
    ]);
    let refused = say(&world, 1, &broken).await;
    let faults = [("/quietHours/0/until", "out-of-range"), ("/quietHours/1/audience", "duplicate")];
    assert_eq!(refused.faults(), faults.map(|(at, code)| (at.to_owned(), code.to_owned())));
}
