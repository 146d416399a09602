//! Who sold a lot to the firm, named by whatever leads to them.

use http_kit::testing::TestRequest;
use serde_json::{Value, json};

use crate::world::{World, party, receipt};

fn post(path: &str, key: &str, body: &Value) -> TestRequest {
    TestRequest::post(path).key(key).json(body)
}

#[tokio::test]
async fn a_lot_records_the_name_and_the_identity_of_its_supplier_and_tells_them() {
    let world = World::new();
    let product = world.product("TR131").await;
    let told = json!({ "partyId": party("fresh"), "name": "Fresh & Co.", "aliases": ["Fresh Resins"] });
    assert_eq!(world.hear(&[("customer.party-created", told)]).await, [true]);
    let mut by_id = receipt(&product, "10", "90");
    by_id.as_object_mut().unwrap().remove("supplier");
    by_id["supplierId"] = json!(party("fresh"));
    let mut by_alias = receipt(&product, "10", "90");
    by_alias["supplier"] = json!("fresh RESINS");
    for (key, body) in [("k-1", by_id), ("k-2", by_alias)] {
        let lot = world.send(post("/v1/lots", key, &body)).await;
        assert_eq!(lot.status(), 201, "{}", lot.json());
        let lot = lot.json();
        assert_eq!((&lot["supplier"], &lot["supplierId"]), (&json!("Fresh & Co."), &json!(party("fresh"))));
    }
    assert_eq!(world.parties.take_asked(), [], "the supplier is known here");
    let facts = world.relay_all().await;
    let received: Vec<_> = facts.iter().filter(|fact| fact.fact_type == "inventory.lot-received").collect();
    assert_eq!(received.len(), 2);
    assert!(received.iter().all(|fact| fact.data["supplierId"] == json!(party("fresh"))));
}

#[tokio::test]
async fn an_unknown_supplier_is_refused_with_the_nearest_beside_an_unknown_product() {
    let world = World::new();
    let mut body = receipt("product_00000000000000000000000000000000", "10", "90");
    body["supplier"] = json!("Acmi");
    let refused = world.send(post("/v1/lots", "k-1", &body)).await;
    let expected = [("/productId", "unknown"), ("/supplier", "unknown")];
    assert_eq!(refused.faults(), expected.map(|(place, code)| (place.to_owned(), code.to_owned())));
    assert_eq!(refused.json()["errors"][1]["nearest"], json!([{ "id": party("Acme"), "name": "Acme" }]));
    body["supplierId"] = json!(party("Acme"));
    let refused = world.send(post("/v1/lots", "k-2", &body)).await;
    assert_eq!(refused.faults(), [("/supplier".to_owned(), "ambiguous".to_owned())]);
    assert!(world.log.streams().is_empty());
}

#[tokio::test]
async fn a_missing_supplier_is_entered_on_request_when_nothing_else_is_wrong() {
    let world = World::new();
    let mut body = receipt("product_00000000000000000000000000000000", "10", "90");
    body["supplier"] = json!("Quite New");
    let path = "/v1/lots?createMissing=true";
    let refused = world.send(post(path, "k-1", &body)).await;
    assert_eq!(refused.faults(), [("/productId".to_owned(), "unknown".to_owned())]);
    assert!(world.parties.take_asked().iter().all(|asked| asked.role.is_none()));

    body["productId"] = json!(world.product("TR131").await);
    let storekeeper = post(path, "k-2", &body).caller("user_1", &["lot:write"]);
    assert_eq!(world.send_bare(storekeeper).await.status(), 403);
    let lot = world.send(post(path, "k-2", &body)).await;
    assert_eq!((lot.status(), lot.json()["supplierId"].clone()), (201, json!(party("Quite New"))));
    let asked = world.parties.take_asked();
    let entered: Vec<_> = asked.iter().filter_map(|asked| asked.role).collect();
    assert_eq!(entered, ["supplier"]);
    assert_eq!(world.send(post(path, "k-2", &body)).await.header("idempotency-replayed"), "true");
}

#[tokio::test]
async fn without_the_customer_context_a_new_supplier_is_tried_again_later() {
    let world = World::new();
    let product = world.product("TR131").await;
    world.parties.set_reachable(false);
    let later = world.send(post("/v1/lots", "k-1", &receipt(&product, "10", "90"))).await;
    assert_eq!((later.status(), later.header("retry-after")), (503, "1"));
    world.parties.set_reachable(true);
    assert_eq!(world.send(post("/v1/lots", "k-1", &receipt(&product, "10", "90"))).await.status(), 201);
}
