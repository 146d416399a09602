//! `/v1/products`

use http_kit::testing::TestRequest;
use serde_json::{Value, json};

use crate::world::World;

fn create(key: &str, body: &Value) -> TestRequest {
    TestRequest::post("/v1/products").key(key).json(body)
}

#[tokio::test]
async fn a_code_of_any_characters_belongs_to_one_product() {
    let world = World::new();
    let body = json!({ "productCode": "B5004 / B6003", "grade": "PP 50%", "minStockKg": "1000" });
    let made = world.send(create("k-1", &body)).await;
    assert_eq!((made.status(), made.header("etag")), (201, "\"1\""));
    let again = world.send(create("k-1", &body)).await;
    assert_eq!((again.status(), again.header("idempotency-replayed")), (201, "true"));
    assert_eq!(again.json(), made.json());
    let other_key = world.send(create("k-2", &body)).await;
    assert_eq!((other_key.status(), other_key.problem().as_str()), (409, "conflict"));
    let other_body =
        world.send(create("k-1", &json!({ "productCode": "B5004 / B6003", "grade": "x" }))).await;
    assert_eq!(other_body.problem(), "idempotency-key-reused");
}

#[tokio::test]
async fn a_product_changes_only_from_the_version_that_was_read() {
    let world = World::new();
    let path = format!("/v1/products/{}", world.product("TR131").await);
    let change = |version| TestRequest::patch(&path).if_match(version).json(&json!({ "grade": "Raffia" }));
    assert_eq!(world.send(TestRequest::patch(&path).json(&json!({ "grade": "Raffia" }))).await.status(), 428);
    assert_eq!(world.send(change(7)).await.status(), 412);
    for tag in ["\"abc\"", "W/\"1\"", "\"1\", \"2\"", "\"\""] {
        let patch = TestRequest::patch(&path).header("if-match", tag).json(&json!({ "grade": "Raffia" }));
        assert_eq!(world.send(patch).await.status(), 412, "{tag}");
    }
    let changed = world.send(change(1)).await;
    assert_eq!((changed.status(), changed.json()["grade"].clone()), (200, json!("Raffia")));
    assert_eq!(changed.header("etag"), "\"2\"");
    assert_eq!(world.get(&path).await, changed.json());
}

#[tokio::test]
async fn the_catalogue_lists_products_by_code_in_pages_that_fit_together() {
    let world = World::new();
    for code in ["b", "a", "C"] {
        world.product(code).await;
    }
    world.relay_all().await;
    let first = world.get("/v1/products?limit=2").await;
    let cursor = first["nextCursor"].as_str().unwrap();
    let second = world.get(&format!("/v1/products?limit=2&cursor={cursor}")).await;
    let codes: Vec<&Value> = [&first, &second]
        .iter()
        .flat_map(|page| page["data"].as_array().unwrap())
        .map(|p| &p["productCode"])
        .collect();
    assert_eq!(codes, ["C", "a", "b"]);
    assert_eq!(second.get("nextCursor"), None);
    let forged = world.send(TestRequest::get("/v1/products?cursor=Zm9yZ2Vk")).await;
    assert_eq!(forged.problem(), "invalid-cursor");
}

#[tokio::test]
async fn a_negative_minimum_is_refused_and_nothing_written() {
    let world = World::new();
    let refused = world.send(create("k-1", &json!({ "productCode": "TR131", "minStockKg": "-1" }))).await;
    assert_eq!(refused.faults(), [("/minStockKg".to_owned(), "negative".to_owned())]);
    assert!(world.log.streams().is_empty());
}

#[tokio::test]
async fn another_firms_product_does_not_exist() {
    let world = World::new();
    let path = format!("/v1/products/{}", world.product("TR131").await);
    assert_eq!(world.send(TestRequest::get(&path)).await.status(), 200);
    assert_eq!(world.send_as_stranger(TestRequest::get(&path)).await.status(), 404);
}
