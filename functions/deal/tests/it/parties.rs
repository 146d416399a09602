//! Who buys and who sells, named by whatever leads to them.

use http_kit::testing::TestRequest;
use serde_json::{Value, json};

use crate::world::{LOT, World, known, party, sale};

fn post(path: &str, key: &str, body: &Value) -> TestRequest {
    TestRequest::post(path).key(key).json(body)
}

/// A sale of a purchase from this supplier.
fn bought_from(customer: &str, supplier: &str) -> Value {
    let mut sale = sale();
    sale["customer"] = json!(customer);
    sale["sources"] =
        json!([{ "purchase": { "supplier": supplier, "quantityKg": "10", "ratePerKg": "90" } }]);
    sale
}

async fn hear_of(world: &World, id: &str, name: &str, aliases: &[&str]) {
    let fact = json!({ "partyId": party(id), "name": name, "aliases": aliases });
    assert!(world.hear("customer.party-created", fact).await);
}

#[tokio::test]
async fn a_deal_records_the_name_and_the_identity_of_whoever_was_meant() {
    let world = World::new();
    hear_of(&world, "ivory", "Ivory Ice\u{2011}cream Cups", &["I.I.C."]).await;
    hear_of(&world, "fresh", "Fresh & Co.", &[]).await;
    let by_id = {
        let mut sale = bought_from("x", "FRESH &  CO.");
        let sale_members = sale.as_object_mut().unwrap();
        sale_members.remove("customer");
        sale_members.insert("customerId".to_owned(), json!(party("ivory")));
        sale
    };
    for (n, sale) in
        [bought_from("ivory ice-cream CUPS", "fresh & co."), bought_from("i.i.c.", "Fresh & Co."), by_id]
            .into_iter()
            .enumerate()
    {
        let registered = world.send(post("/v1/deals", &format!("k-{n}"), &sale)).await;
        assert_eq!(registered.status(), 202, "{}", registered.json());
        let deal = registered.json();
        assert_eq!(deal["customer"], "Ivory Ice\u{2011}cream Cups");
        assert_eq!(deal["customerId"], json!(party("ivory")));
        let source = &deal["sources"][0];
        assert_eq!(
            (&source["supplier"], &source["supplierId"]),
            (&json!("Fresh & Co."), &json!(party("fresh")))
        );
    }
    assert_eq!(world.parties.take_asked(), [], "everybody is known here");
    let facts = world.relay_all().await;
    assert_eq!(facts[0].data["customerId"], json!(party("ivory")));
}

#[tokio::test]
async fn a_merged_party_stands_for_the_one_it_leads_to() {
    let world = World::new();
    // Facts come in any order, and again.
    for _ in 0..2 {
        let merged = json!({ "partyId": party("old"), "intoId": party("new") });
        world.hear_at("customer.party-merged", merged, 2).await;
        hear_of(&world, "new", "New Plastics", &[]).await;
        hear_of(&world, "old", "Old Plastics", &[]).await;
    }
    let mut by_id = sale();
    by_id.as_object_mut().unwrap().remove("customer");
    by_id["customerId"] = json!(party("old"));
    let mut by_name = sale();
    by_name["customer"] = json!("old plastics");
    for (key, sale) in [("k-1", by_id), ("k-2", by_name.clone())] {
        let deal = world.send(post("/v1/deals", key, &sale)).await.json();
        assert_eq!((&deal["customer"], &deal["customerId"]), (&json!("New Plastics"), &json!(party("new"))));
    }
    let unmerged = json!({ "partyId": party("old"), "fromId": party("new") });
    world.hear_at("customer.party-unmerged", unmerged, 3).await;
    let deal = world.send(post("/v1/deals", "k-3", &by_name)).await.json();
    assert_eq!(deal["customerId"], json!(party("old")));
    assert_eq!(world.parties.take_asked(), []);
}

#[tokio::test]
async fn unknown_parties_are_refused_with_the_nearest_and_beside_every_other_fault() {
    let world = World::new();
    world.parties.enter(&known("Ivory Tower"));
    let mut body = bought_from("Ivori", "Zeta");
    body["sources"].as_array_mut().unwrap().push(json!({ "lotId": LOT, "quantityKg": "100" }));
    body["productId"] = json!("product_00000000000000000000000000000001");
    let refused = world.send(post("/v1/deals", "k-1", &body)).await;
    assert_eq!(refused.status(), 422);
    let places: Vec<String> = refused.faults().into_iter().map(|(place, _)| place).collect();
    assert_eq!(places, ["/productId", "/customer", "/sources/0/purchase/supplier", "/sources"]);
    let nearest = json!([
        { "id": party("Ivory"), "name": "Ivory" },
        { "id": party("Ivory Tower"), "name": "Ivory Tower" },
    ]);
    assert_eq!(refused.json()["errors"][1]["nearest"], nearest);
    assert_eq!(refused.json()["errors"][2].get("nearest"), None, "nobody is near to Zeta");

    let mut by_id = sale();
    by_id.as_object_mut().unwrap().remove("customer");
    by_id["customerId"] = json!(party("nobody"));
    let refused = world.send(post("/v1/deals?createMissing=true", "k-2", &by_id)).await;
    assert_eq!(
        refused.faults(),
        [("/customerId".to_owned(), "unknown".to_owned())],
        "nobody is entered by id"
    );
    assert!(world.log.streams().is_empty());
}

#[tokio::test]
async fn a_party_is_named_in_exactly_one_way_and_every_fault_of_it_is_told_at_once() {
    let world = World::new();
    let mut body = bought_from("- / &", "Acme");
    body["customerId"] = json!(party("Ivory"));
    body["sources"][0]["purchase"].as_object_mut().unwrap().remove("supplier");
    body["quantityKg"] = json!("0");
    let refused = world.send(post("/v1/deals", "k-1", &body)).await;
    let mut faults = refused.faults();
    faults.sort();
    let expected = [
        ("/customer", "ambiguous"),
        ("/customer", "malformed"),
        ("/quantityKg", "not-positive"),
        ("/sources/0/purchase/supplier", "missing"),
    ];
    assert_eq!(faults, expected.map(|(place, code)| (place.to_owned(), code.to_owned())));
}

#[tokio::test]
async fn missing_parties_are_entered_on_request_for_whoever_asked_once_each() {
    let world = World::new();
    let mut sale = bought_from("Quite New", "Brand New");
    let again = json!({ "purchase": { "supplier": "BRAND new", "quantityKg": "1", "ratePerKg": "90" } });
    sale["sources"].as_array_mut().unwrap().push(again);
    let request = || post("/v1/deals?createMissing=true", "k-1", &sale).header("x-correlation-id", "c-77");
    let deal = world.send(request()).await;
    assert_eq!(deal.status(), 202, "{}", deal.json());
    assert_eq!(deal.json()["customerId"], json!(party("Quite New")));
    assert_eq!(deal.json()["sources"][1]["supplier"], "Brand New");
    let mut entered: Vec<_> = world.parties.take_asked();
    entered.retain(|asked| asked.role.is_some());
    entered.sort_by_key(|asked| asked.role);
    let told: Vec<_> = entered.iter().map(|asked| (asked.reference.as_str(), asked.role)).collect();
    assert_eq!(told, [("Quite New", Some("customer")), ("Brand New", Some("supplier"))]);
    let by = &entered[0].by;
    assert_eq!((by.actor.to_string(), by.correlation.to_string()), ("user_1".to_owned(), "c-77".to_owned()));
    assert_eq!(world.send(request()).await.header("idempotency-replayed"), "true");
}

#[tokio::test]
async fn nobody_is_entered_for_a_sale_that_is_refused_or_only_previewed_or_without_the_permission() {
    let world = World::new();
    let mut uncovered = bought_from("Quite New", "Brand New");
    uncovered["quantityKg"] = json!("1000");
    let refused = world.send(post("/v1/deals?createMissing=true", "k-1", &uncovered)).await;
    assert_eq!(refused.faults(), [("/sources".to_owned(), "uncovered".to_owned())]);
    let sale = bought_from("Quite New", "Brand New");
    *world.desk.answer.lock().unwrap() = deal::ports::StockAnswer::Reserved(Vec::new());
    let preview = world.send(post("/v1/deals?createMissing=true&validateOnly=true", "k-2", &sale)).await;
    assert_eq!(preview.status(), 200, "{}", preview.json());
    let trader = ["deal:read", "deal:write"];
    let forbidden = post("/v1/deals?createMissing=true", "k-3", &sale).caller("user_1", &trader);
    assert_eq!(world.send_bare(forbidden).await.status(), 403);
    assert!(world.parties.take_asked().iter().all(|asked| asked.role.is_none()));
    assert!(world.log.streams().is_empty());
}

#[tokio::test]
async fn without_the_customer_context_known_names_work_and_unknown_ones_are_tried_again_later() {
    let world = World::new();
    hear_of(&world, "ivory", "Ivory", &[]).await;
    world.parties.set_reachable(false);
    assert_eq!(world.send(post("/v1/deals", "k-1", &sale())).await.status(), 202);
    for path in ["/v1/deals", "/v1/deals?createMissing=true"] {
        let later = world.send(post(path, "k-2", &bought_from("Ivory", "Acme"))).await;
        assert_eq!((later.status(), later.header("retry-after")), (503, "1"), "{path}");
    }
    assert_eq!(world.log.streams().len(), 1);
    world.parties.set_reachable(true);
    assert_eq!(world.send(post("/v1/deals", "k-2", &bought_from("Ivory", "Acme"))).await.status(), 202);
}

#[tokio::test]
async fn a_renamed_party_is_recorded_by_its_new_name_whichever_was_typed() {
    let world = World::new();
    let fact =
        |name: &str, aliases: &[&str]| json!({ "partyId": party("p"), "name": name, "aliases": aliases });
    // The later fact overtakes the earlier one.
    world.hear_at("customer.party-changed", fact("Second", &["First"]), 2).await;
    world.hear_at("customer.party-created", fact("First", &[]), 1).await;
    let mut named = sale();
    named["customer"] = json!("first");
    let deal = world.send(post("/v1/deals", "k-1", &named)).await.json();
    assert_eq!((&deal["customer"], &deal["customerId"]), (&json!("Second"), &json!(party("p"))));
}

#[tokio::test]
async fn a_party_of_another_firm_is_nobody_here() {
    let world = World::new();
    hear_of(&world, "secret", "Secret Friends", &[]).await;
    let mut named = sale();
    named["customer"] = json!("Secret Friends");
    let refused = world.send_as_stranger(post("/v1/deals", "k-1", &named)).await;
    assert_eq!(refused.faults(), [("/customer".to_owned(), "unknown".to_owned())]);
}

#[tokio::test]
async fn a_party_whose_import_was_taken_back_is_nobody_here_until_it_is_entered_again() {
    let world = World::new();
    hear_of(&world, "old", "Old Plastics", &[]).await;
    let fact = json!({ "partyId": party("old"), "name": "Old Plastics", "aliases": [] });
    assert!(world.hear_at("customer.party-import-withdrawn", fact.clone(), 2).await);
    let mut sale = sale();
    sale["customer"] = json!("old plastics");
    let refused = world.send(post("/v1/deals", "k-1", &sale)).await;
    assert_eq!(refused.faults(), [("/customer".to_owned(), "unknown".to_owned())]);
    assert_eq!(world.parties.take_asked().len(), 1, "its owner is asked");
    assert!(world.hear_at("customer.party-created", fact, 3).await);
    let deal = world.send(post("/v1/deals", "k-2", &sale)).await.json();
    assert_eq!(deal["customerId"], json!(party("old")), "{deal}");
}
