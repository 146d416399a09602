//! `/v1/lots`

use http_kit::testing::TestRequest;
use serde_json::json;

use crate::world::{World, receipt};

#[tokio::test]
async fn a_received_lot_reads_back_at_once() {
    let world = World::new();
    let product = world.product("TR131").await;
    let body = receipt(&product, "2804.7", "123.75");
    let made = world.send(TestRequest::post("/v1/lots").key("k-1").json(&body)).await;
    assert_eq!(made.status(), 201);
    let lot = made.json();
    assert_eq!(
        [&lot["availableKg"], &lot["receivedKg"], &lot["soldKg"], &lot["productCode"]],
        ["2804.700", "2804.700", "0.000", "TR131"]
    );
    assert_eq!(made.header("location"), format!("/v1/lots/{}", lot["id"].as_str().unwrap()));
    assert_eq!(world.get(made.header("location")).await, lot);
}

#[tokio::test]
async fn the_same_receipt_again_is_the_same_lot() {
    let world = World::new();
    let product = world.product("TR131").await;
    let send = |quantity| {
        let body = receipt(&product, quantity, "90");
        world.send(TestRequest::post("/v1/lots").key("k-1").json(&body))
    };
    let first = send("10").await;
    // Another lot in between: the retry must still find its own.
    world.lot(&product, "99", "90").await;
    let again = send("10").await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.json()["id"], first.json()["id"]);
    assert_eq!(send("11").await.problem(), "idempotency-key-reused");
}

#[tokio::test]
async fn material_of_an_unknown_product_is_refused_and_nothing_written() {
    let world = World::new();
    let body = receipt("product_00000000000000000000000000000000", "10", "90");
    let refused = world.send(TestRequest::post("/v1/lots").key("k-1").json(&body)).await;
    assert_eq!(refused.faults(), [("/productId".to_owned(), "unknown".to_owned())]);
    assert!(world.log.streams().is_empty());
}

#[tokio::test]
async fn every_fault_of_a_receipt_is_listed() {
    let world = World::new();
    let body = json!({ "productId": "x", "quantityKg": "0", "ratePerKg": "-1", "receivedOn": "2025-02-30", "colour": 1 });
    let refused = world.send(TestRequest::post("/v1/lots").key("k-1").json(&body)).await;
    let mut places: Vec<String> = refused.faults().into_iter().map(|(place, _)| place).collect();
    places.sort();
    assert_eq!(places, ["/colour", "/productId", "/quantityKg", "/ratePerKg", "/receivedOn", "/supplier"]);
}

#[tokio::test]
async fn a_correction_moves_what_is_available_and_never_below_zero() {
    let world = World::new();
    let product = world.product("TR131").await;
    let lot = world.lot(&product, "100", "90").await;
    let adjust = |key: &str, quantity: &str| {
        let path = format!("/v1/lots/{lot}/adjustments");
        world.send(
            TestRequest::post(&path).key(key).json(&json!({ "quantityKg": quantity, "reason": "recount" })),
        )
    };
    let down = adjust("k-1", "-40").await;
    assert_eq!((down.status(), down.json()["availableKg"].clone()), (201, json!("60.000")));
    let replayed = adjust("k-1", "-40").await;
    assert_eq!(
        (replayed.header("idempotency-replayed"), replayed.json()["availableKg"].clone()),
        ("true", json!("60.000"))
    );
    assert_eq!(
        adjust("k-2", "-60.001").await.faults(),
        [("/quantityKg".to_owned(), "insufficient".to_owned())]
    );
    assert_eq!(adjust("k-3", "0").await.faults(), [("/quantityKg".to_owned(), "zero".to_owned())]);
    let unknown = TestRequest::post(&format!("/v1/lots/{lot}9/adjustments")).key("k-4");
    assert_eq!(world.send(unknown.json(&json!({ "quantityKg": "1", "reason": "x" }))).await.status(), 404);
}

#[tokio::test]
async fn lots_are_listed_by_product_warehouse_supplier_and_availability() {
    let world = World::new();
    let (product, other) = (world.product("TR131").await, world.product("HD50").await);
    let (full, empty) = (world.lot(&product, "100", "90").await, world.lot(&product, "1", "90").await);
    world.lot(&other, "5", "90").await;
    let drain = TestRequest::post(&format!("/v1/lots/{empty}/adjustments")).key("drain");
    world.send(drain.json(&json!({ "quantityKg": "-1", "reason": "recount" }))).await;
    world.relay_all().await;
    for (filter, count) in [
        (String::new(), 3),
        (format!("productId={product}"), 2),
        (format!("productId={product}&available=true"), 1),
        ("warehouse=Main%20Warehouse".to_owned(), 3),
        ("warehouse=Elsewhere".to_owned(), 0),
        ("supplier=Acme&available=true".to_owned(), 2),
        (format!("productId={product}&supplier=Nobody"), 0),
    ] {
        let listed = world.get(&format!("/v1/lots?{filter}")).await;
        assert_eq!(listed["data"].as_array().map(Vec::len), Some(count), "{filter}");
    }
    let available = world.get(&format!("/v1/lots?productId={product}&available=true")).await;
    assert_eq!(available["data"][0]["id"], json!(full));
    // The list shows what a single read shows.
    assert_eq!(available["data"][0], world.get(&format!("/v1/lots/{full}")).await);
}

#[tokio::test]
async fn movements_come_in_pages() {
    let world = World::new();
    let product = world.product("TR131").await;
    let lot = world.lot(&product, "100", "90").await;
    for n in 0..3 {
        let adjust = TestRequest::post(&format!("/v1/lots/{lot}/adjustments")).key(&format!("k-{n}"));
        world.send(adjust.json(&json!({ "quantityKg": "-1", "reason": "recount" }))).await;
    }
    let first = world.get(&format!("/v1/lots/{lot}/movements?limit=3")).await;
    let cursor = first["nextCursor"].as_str().unwrap();
    let second = world.get(&format!("/v1/lots/{lot}/movements?limit=3&cursor={cursor}")).await;
    assert_eq!([first["data"].as_array().unwrap().len(), second["data"].as_array().unwrap().len()], [3, 1]);
    assert_eq!(second["data"][0]["availableKg"], "97.000");
    assert_eq!(second.get("nextCursor"), None);
}
