//! `listed`: what there is now, for whoever shows all of it elsewhere.

use http_kit::testing::TestRequest;
use serde_json::{Value, json};
use testkit::{NOON, sample};

use crate::world::World;

async fn rows(world: &World, of: &str) -> Vec<Value> {
    let answer = world.ask(json!({ "kind": "listed", "tenant": "main", "of": of })).await;
    assert_eq!(answer["next"], Value::Null, "{answer}");
    answer["rows"].as_array().unwrap().clone()
}

#[tokio::test]
async fn lots_are_listed_as_long_as_something_is_available_and_with_their_rates() {
    let world = World::new();
    let product = world.product("TR131").await;
    let (kept, gone) = (world.lot(&product, "1000", "90").await, world.lot(&product, "500", "91.5").await);
    let all = json!({ "quantityKg": "-500", "reason": "spilt" });
    let adjusted = TestRequest::post(&format!("/v1/lots/{gone}/adjustments")).key("k-1").json(&all);
    let adjusted = world.send(adjusted).await;
    assert!(adjusted.status() < 300, "{}", adjusted.json());
    world.relay_all().await;
    let lots = rows(&world, "lots").await;
    assert_eq!(lots.len(), 1, "{lots:?}");
    assert_eq!((&lots[0]["id"], &lots[0]["ratePerKg"]), (&json!(kept), &json!("90.00")));
    assert_eq!(world.ask(sample("inventory/listed")).await["rows"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn products_are_listed_while_they_are_traded_with_the_instant_they_came() {
    let world = World::new();
    let product = world.product("TR131").await;
    let given_up = json!({
        "legacyId": "products:p1", "productCode": "B5004", "grade": "", "company": "HPL", "specificGrade": "HD",
        "active": false,
    });
    world.ask(json!({ "kind": "import-products", "tenant": "main", "items": [given_up] })).await;
    world.relay_all().await;
    let products = rows(&world, "products").await;
    assert_eq!(products.len(), 1, "{products:?}");
    assert_eq!((&products[0]["id"], &products[0]["createdAt"]), (&json!(product), &json!(NOON)));
}

#[tokio::test]
async fn another_firm_has_lists_of_its_own() {
    let world = World::new();
    let product = world.product("TR131").await;
    world.lot(&product, "1000", "90").await;
    world.relay_all().await;
    for of in ["products", "lots"] {
        let answer = world.ask(json!({ "kind": "listed", "tenant": "other", "of": of })).await;
        assert_eq!(answer, json!({ "rows": [], "next": null }), "{of}");
    }
}
