//! `POST /v1/deals`

use deal::ports::StockAnswer;
use http_kit::testing::TestRequest;
use serde_json::{Value, json};
use testkit::{Fate, NOON, Operation};

use crate::world::{LOT, PRODUCT, World, costed, party, sale};

fn post(key: &str, body: &Value) -> TestRequest {
    TestRequest::post("/v1/deals").key(key).json(body)
}

#[tokio::test]
async fn a_registered_deal_is_pending_and_found_where_the_answer_says() {
    let world = World::new();
    let answer = world.send(post("k-1", &sale())).await;
    assert_eq!(answer.status(), 202);
    let deal = answer.json();
    assert_eq!([&deal["status"], &deal["revenueInr"], &deal["productCode"]], ["pending", "950.00", "TR131"]);
    assert_eq!(deal.get("costInr"), None, "cost comes from the sources, never before they are known");
    assert_eq!(world.get(answer.header("location")).await, deal);
}

#[tokio::test]
async fn registering_costs_one_read_and_one_write() {
    let world = World::new();
    // Product and parties are known from the facts of those who own them.
    world.hear("inventory.product-created", json!({ "productId": PRODUCT, "productCode": "TR131" })).await;
    for name in ["Ivory", "Fresh"] {
        let party = json!({ "partyId": party(name), "name": name, "aliases": [] });
        assert!(world.hear("customer.party-created", party).await);
    }
    let mut sale = sale();
    sale["sources"][0]["quantityKg"] = json!("4");
    for _ in 0..2 {
        let bought = json!({ "purchase": { "supplier": "FRESH", "quantityKg": "3", "ratePerKg": "90" } });
        sale["sources"].as_array_mut().unwrap().push(bought);
    }
    world.views.calls.lock().unwrap().clear();
    world.register("k-1", &sale).await;
    assert_eq!(world.views.calls.lock().unwrap().clone().into_iter().collect::<Vec<_>>(), [("get_many", 1)]);
    assert_eq!((world.calls.count(Operation::Append), world.calls.count(Operation::Load)), (1, 0));
    assert_eq!(*world.desk.asked.lock().unwrap(), 0, "the inventory is not asked");
    assert_eq!(world.parties.take_asked(), [], "nor is the customer context");
}

#[tokio::test]
async fn a_product_too_new_for_its_fact_is_looked_up_in_the_inventory() {
    let world = World::new();
    let mut by_code = sale();
    by_code.as_object_mut().unwrap().remove("productId");
    by_code["productCode"] = json!("TR131");
    let answer = world.send(post("k-1", &by_code)).await;
    assert_eq!((answer.status(), answer.json()["productId"].clone()), (202, json!(PRODUCT)));
}

#[tokio::test]
async fn a_product_whose_import_was_taken_back_is_sold_no_more_until_it_is_created_again() {
    let world = World::new();
    let product = json!({ "productId": format!("product_{:032}", 7), "productCode": "OLD 7" });
    let mut by_code = sale();
    by_code.as_object_mut().unwrap().remove("productId");
    by_code["productCode"] = json!("OLD 7");
    by_code["sources"] =
        json!([{ "purchase": { "supplier": "Acme", "quantityKg": "10", "ratePerKg": "90" } }]);
    world.hear("inventory.product-created", product.clone()).await;
    assert_eq!(world.send(post("k-1", &by_code)).await.status(), 202);
    assert!(world.hear_at("inventory.product-import-withdrawn", product.clone(), 3).await);
    // Late, and again.
    assert!(world.hear_at("inventory.product-changed", product.clone(), 2).await);
    assert_eq!(*world.desk.asked.lock().unwrap(), 0);
    let refused = world.send(post("k-2", &by_code)).await;
    assert_eq!(refused.faults(), [("/productId".to_owned(), "unknown".to_owned())]);
    assert_eq!(*world.desk.asked.lock().unwrap(), 1, "the inventory is asked");
    assert!(world.hear_at("inventory.product-created", product, 4).await);
    assert_eq!(world.send(post("k-3", &by_code)).await.status(), 202);
}

#[tokio::test]
async fn one_key_is_one_deal() {
    let world = World::new();
    let first = world.register("k-1", &sale()).await;
    let again = world.send(post("k-1", &sale())).await;
    assert_eq!((again.status(), again.header("idempotency-replayed")), (202, "true"));
    assert_eq!(again.json()["id"], json!(first));
    let mut other = sale();
    other["ratePerKg"] = json!("96");
    assert_eq!(world.send(post("k-1", &other)).await.problem(), "idempotency-key-reused");
    assert_ne!(world.register("k-2", &sale()).await, first);
    assert_eq!(world.log.streams().len(), 2);
}

#[tokio::test]
async fn the_same_sale_written_differently_is_the_same_request() {
    let world = World::new();
    world.register("k-1", &sale()).await;
    let reordered = sale().to_string().replacen('{', "{ ", 1);
    let again = TestRequest::post("/v1/deals").key("k-1").raw("application/json; charset=utf-8", reordered);
    assert_eq!(world.send(again).await.header("idempotency-replayed"), "true");
}

#[tokio::test]
async fn a_repeated_request_is_answered_with_what_became_of_the_deal() {
    let world = World::new();
    let deal = world.register("k-1", &sale()).await;
    world.hear_reserved(&deal).await;
    let again = world.send(post("k-1", &sale()).header("prefer", "wait=5")).await;
    assert_eq!((again.status(), again.json()["status"].clone()), (201, json!("confirmed")));
}

/// On a cold start or a slow day, the time that is left for waiting is short.
#[tokio::test]
async fn nobody_waits_so_long_that_the_invocation_ends_without_an_answer() {
    let looks = async |left_ms: i64| {
        let world = World::new();
        let request = post("k-1", &sale()).header("prefer", "wait=12").deadline(NOON.plus_ms(left_ms));
        assert_eq!(world.send(request).await.status(), 202);
        world.calls.count(Operation::Load)
    };
    assert_eq!(looks(3_000).await, 1, "it is looked at once, and answered");
    let (some, all) = (looks(4_000).await, looks(15_000).await);
    assert!(1 < some && some < all, "{some} looks in a second, {all} in twelve");
}

#[tokio::test]
async fn an_answer_lost_on_the_way_from_the_log_makes_no_second_deal() {
    for fate in [Fate::FailBefore, Fate::FailAfter] {
        let mut first = true;
        let world = World::with_faults(move |call| {
            let fail = call.operation == Operation::Append && std::mem::take(&mut first);
            if fail { fate } else { Fate::Pass }
        });
        world.register("k-1", &sale()).await;
        let streams = world.log.streams();
        assert_eq!(streams.values().map(Vec::len).collect::<Vec<_>>(), [1], "{fate:?}");
    }
}

#[tokio::test]
async fn faults_of_the_terms_are_listed_at_their_places() {
    let world = World::new();
    let mut body = sale();
    body["sources"] = json!([
        { "lotId": "lot_00000000000000000000000000000000_1", "quantityKg": "6" },
        { "lotId": LOT, "quantityKg": "5" },
    ]);
    let refused = world.send(post("k-1", &body)).await;
    assert_eq!(
        refused.faults(),
        [
            ("/sources/0/lotId".to_owned(), "foreign-lot".to_owned()),
            ("/sources".to_owned(), "overdrawn".to_owned())
        ]
    );
    body["sources"] = json!([{ "lotId": LOT, "quantityKg": "5" }]);
    assert_eq!(
        world.send(post("k-1", &body)).await.faults(),
        [("/sources".to_owned(), "uncovered".to_owned())]
    );
    body["sources"] = json!([]);
    assert_eq!(world.send(post("k-1", &body)).await.faults()[0].0, "/sources");
    body["sources"] = json!(vec![json!({ "lotId": LOT, "quantityKg": "0.1" }); 41]);
    assert_eq!(
        world.send(post("k-1", &body)).await.faults()[0],
        ("/sources".to_owned(), "too-many".to_owned())
    );
    assert!(world.log.streams().is_empty());
}

#[tokio::test]
async fn a_product_is_named_by_exactly_one_of_its_names() {
    let world = World::new();
    let mut both = sale();
    both["productCode"] = json!("TR131");
    let mut neither = sale();
    neither.as_object_mut().unwrap().remove("productId");
    let mut unknown = sale();
    unknown["productId"] = json!("product_00000000000000000000000000000001");
    unknown["sources"] =
        json!([{ "purchase": { "supplier": "Acme", "quantityKg": "10", "ratePerKg": "1" } }]);
    for (body, code) in [(both, "ambiguous"), (neither, "missing"), (unknown, "unknown")] {
        let refused = world.send(post("k-1", &body)).await;
        assert_eq!(refused.status(), 422);
        assert_eq!(refused.faults(), [("/productId".to_owned(), code.to_owned())]);
    }
    assert!(world.log.streams().is_empty());
}

#[tokio::test]
async fn a_preview_tells_cost_and_margin_and_writes_nothing() {
    let world = World::new();
    *world.desk.answer.lock().unwrap() = StockAnswer::Reserved(vec![costed()]);
    let preview = TestRequest::post("/v1/deals?validateOnly=true").key("k-1").json(&sale());
    let answer = world.send(preview).await;
    assert_eq!(answer.status(), 200);
    let view = answer.json();
    assert_eq!([&view["wouldBe"], &view["costInr"], &view["marginInr"]], ["confirmed", "900.00", "50.00"]);
    assert!(world.log.streams().is_empty());
}
