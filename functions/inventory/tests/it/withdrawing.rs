//! Taking imported products back.

use http_kit::testing::TestRequest;
use serde_json::{Value, json};

use crate::world::World;

const CODE: &str = "B5004 / B6003";

fn item() -> Value {
    json!({
        "legacyId": "products:p1", "productCode": CODE, "grade": "HD Blow", "company": "HPL", "specificGrade": "HD",
        "active": true,
    })
}

async fn import(world: &World) -> Value {
    let event = json!({ "kind": "import-products", "tenant": "main", "items": [item()] });
    world.ask(event).await["items"][0].clone()
}

async fn import_lots(world: &World, ids: &[&str]) -> Value {
    let lot = |id: &&str| {
        json!({
            "legacyId": id, "supplier": "Acme", "quantityKg": "100", "ratePerKg": "90", "receivedOn": "2025-07-26",
            "originals": {},
        })
    };
    let items = json!([{ "productCode": CODE, "lots": ids.iter().map(lot).collect::<Vec<_>>() }]);
    world.ask(json!({ "kind": "import-lots", "tenant": "main", "items": items })).await["items"][0].clone()
}

async fn withdraw_lots(world: &World, ids: &[&str]) {
    let items = json!([{ "productCode": CODE, "legacyIds": ids }]);
    world.ask(json!({ "kind": "withdraw-imports", "tenant": "main", "items": items })).await;
}

/// What becomes of the product.
async fn withdraw(world: &World, lots: &[&str], dry_run: bool) -> Value {
    let items = json!([{ "productCode": CODE, "lots": lots }]);
    let event = json!({ "kind": "withdraw-products", "tenant": "main", "items": items, "dryRun": dry_run });
    world.ask(event).await["items"][0].clone()
}

/// An imported product, and where it is read.
async fn moved_in() -> (World, String) {
    let world = World::new();
    let imported = import(&world).await;
    assert_eq!(imported["outcome"], "created");
    let path = format!("/v1/products/{}", imported["id"].as_str().unwrap());
    (world, path)
}

/// How many entries each list has that shows products.
async fn shown(world: &World) -> [usize; 4] {
    let lists = ["/v1/products", "/v1/products?q=blow", "/v1/products/suggest?q=b5004", "/v1/stock?q=b5004"];
    let mut counts = [0; 4];
    for (count, path) in counts.iter_mut().zip(lists) {
        *count = world.get(path).await["data"].as_array().unwrap().len();
    }
    counts
}

#[tokio::test]
async fn a_product_that_nothing_was_built_upon_is_nowhere_and_comes_back() {
    let (world, path) = moved_in().await;
    import_lots(&world, &["l1", "l2"]).await;
    let facts = world.relay_all().await.len();
    assert_eq!(shown(&world).await, [1; 4]);
    assert_eq!(withdraw(&world, &["l1"], true).await["outcome"], "kept", "one lot would be left");
    assert_eq!(withdraw(&world, &["l1", "l2"], true).await["outcome"], "withdrawn");
    let kept = withdraw(&world, &["l1", "l2"], false).await;
    assert!(kept["reason"].as_str().unwrap().contains("lots that stand here: 2"), "{kept}");

    withdraw_lots(&world, &["l1", "l2"]).await;
    assert_eq!(withdraw(&world, &[], false).await["outcome"], "withdrawn");
    assert_eq!(withdraw(&world, &[], false).await["outcome"], "unchanged");
    assert_eq!(world.send(TestRequest::get(&path)).await.status(), 404);
    let found = world.ask(json!({ "kind": "find-product", "productCode": CODE })).await;
    assert_eq!(found, Value::Null, "no deal can name it");
    let told = world.relay_all().await.pop().unwrap();
    assert!(facts > 0 && told.fact_type.starts_with("inventory."), "{told:?}");
    assert_eq!(shown(&world).await, [0; 4]);
    for path in ["/v1/stock", "/v1/stock/low", "/v1/products"] {
        assert_eq!(world.get(path).await["data"], json!([]), "{path}");
    }
    let pages = world.ask(json!({ "kind": "stock", "tenant": "main" })).await;
    assert_eq!(pages["rows"], json!([]));
    let listed = world.ask(json!({ "kind": "imported", "tenant": "main", "of": "products" })).await;
    assert_eq!(listed["ids"], json!({}));
    assert_eq!(import_lots(&world, &["l1"]).await["reason"], "there is no such product");

    assert_eq!(import(&world).await["outcome"], "changed");
    assert_eq!(import_lots(&world, &["l1"]).await["outcome"], "changed");
    let back = world.get(&path).await;
    assert_eq!((&back["grade"], &back["legacyId"]), (&json!("HD Blow"), &json!("products:p1")));
    world.relay_all().await;
    assert_eq!(shown(&world).await, [1; 4]);
}

#[tokio::test]
async fn a_code_that_is_free_again_may_be_a_new_product() {
    let (world, path) = moved_in().await;
    withdraw(&world, &[], false).await;
    let told: Vec<String> = world.relay_all().await.into_iter().map(|fact| fact.fact_type).collect();
    assert_eq!(told, ["inventory.product-created", "inventory.product-import-withdrawn"]);
    let receipt = crate::world::receipt(path.rsplit('/').next().unwrap(), "5", "90");
    let refused = world.send(TestRequest::post("/v1/lots").key("k-1").json(&receipt)).await;
    assert_eq!(refused.faults(), [("/productId".to_owned(), "unknown".to_owned())]);
    let body = json!({ "productCode": CODE, "grade": "Film" });
    let created = world.send(TestRequest::post("/v1/products").key("k-2").json(&body)).await;
    assert_eq!(created.status(), 201, "{}", created.json());
    let made = world.get(&path).await;
    assert_eq!((&made["grade"], &made["legacyId"]), (&json!("Film"), &Value::Null));
    assert_eq!(withdraw(&world, &[], false).await["outcome"], "absent", "this one was never imported");
    world.relay_all().await;
    assert_eq!(shown(&world).await, [1, 0, 1, 1]);
}

#[tokio::test]
async fn a_product_that_something_was_built_upon_is_kept_and_says_why() {
    let (world, path) = moved_in().await;
    let id = path.rsplit('/').next().unwrap().to_owned();
    let absent = json!([{ "productCode": "TR131" }]);
    let answer = world.ask(json!({ "kind": "withdraw-products", "tenant": "main", "items": absent })).await;
    assert_eq!(answer["items"][0]["outcome"], "absent");
    world.lot(&id, "5", "90").await;
    let kept = withdraw(&world, &[], false).await;
    assert!(kept["reason"].as_str().unwrap().contains("lots that stand here: 1"), "{kept}");
    let patch = TestRequest::patch(&path).if_match(2).json(&json!({ "minStockKg": "10" }));
    assert_eq!(world.send(patch).await.status(), 200);
    let kept = withdraw(&world, &[], false).await;
    assert!(kept["reason"].as_str().unwrap().contains("changed here"), "{kept}");
    assert_eq!(world.send(TestRequest::get(&path)).await.status(), 200);
}

#[tokio::test]
async fn a_product_that_was_here_before_it_was_imported_is_kept() {
    let world = World::new();
    let id = world.product(CODE).await;
    assert_eq!(import(&world).await["outcome"], "changed");
    let kept = withdraw(&world, &[], false).await;
    assert!(kept["reason"].as_str().unwrap().contains("in the catalogue before"), "{kept}");
    assert_eq!(world.send(TestRequest::get(&format!("/v1/products/{id}"))).await.status(), 200);
}
