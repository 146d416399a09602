//! Taking products and lots over from another system.

use http_kit::testing::TestRequest;
use serde_json::{Value, json};

use crate::world::World;

fn products(items: Value) -> Value {
    json!({ "kind": "import-products", "tenant": "main", "items": items })
}

fn product(grade: &str) -> Value {
    json!({
        "legacyId": "products:p1", "productCode": "B5004 / B6003", "grade": grade, "company": "HPL",
        "specificGrade": "HD", "active": true,
    })
}

fn lot(id: &str, quantity: &str) -> Value {
    json!({
        "legacyId": id, "supplier": "Acme", "quantityKg": quantity, "ratePerKg": "90", "receivedOn": "2025-07-26",
        "originals": { "quantity": "504.6999999999998", "rate": "90", "dateAdded": "26-07-2025" },
    })
}

fn lots(lots: Value) -> Value {
    let items = [json!({ "productCode": "B5004 / B6003", "lots": lots })];
    json!({ "kind": "import-lots", "tenant": "main", "items": items })
}

/// The outcomes in an answer, in order.
fn outcomes(answer: &Value) -> Vec<&str> {
    let items = answer["items"].as_array().unwrap();
    items.iter().map(|item| item["outcome"].as_str().unwrap()).collect()
}

/// The member `name` of the first item in an answer.
fn first<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer["items"][0][name].as_str().unwrap()
}

async fn world() -> World {
    let world = World::new();
    world.ask(products(json!([product("HD Blow")]))).await;
    world
}

fn commits(world: &World) -> usize {
    world.log.streams().into_values().flatten().count()
}

#[tokio::test]
async fn a_product_is_created_once_and_changed_only_by_what_changed_in_the_other_system() {
    let world = world().await;
    assert_eq!(outcomes(&world.ask(products(json!([product("HD Blow")]))).await), ["unchanged"]);
    assert_eq!(commits(&world), 1);
    let answer = world.ask(products(json!([product("HD Pipe")]))).await;
    assert_eq!(outcomes(&answer), ["changed"]);
    let shown = world.get(&format!("/v1/products/{}", first(&answer, "id"))).await;
    assert_eq!((&shown["grade"], &shown["legacyId"]), (&json!("HD Pipe"), &json!("products:p1")));
}

#[tokio::test]
async fn what_people_made_of_a_product_survives_the_next_import() {
    let world = world().await;
    let answer = world.ask(products(json!([product("HD Blow")]))).await;
    let path = format!("/v1/products/{}", first(&answer, "id"));
    let version = world.get(&path).await["version"].to_string();
    let request = TestRequest::patch(&path).header("if-match", &format!("\"{version}\""));
    let changed = world.send(request.json(&json!({ "grade": "Blow moulding" }))).await;
    assert_eq!(changed.status(), 200, "{}", changed.json());
    let mut other = product("HD Blow");
    other["company"] = json!("Haldia");
    assert_eq!(outcomes(&world.ask(products(json!([other]))).await), ["changed"]);
    let shown = world.get(&path).await;
    assert_eq!((&shown["grade"], &shown["company"]), (&json!("Blow moulding"), &json!("Haldia")));
}

#[tokio::test]
async fn a_product_that_is_no_longer_traded_is_shown_as_inactive() {
    let world = World::new();
    let mut old = product("");
    old["active"] = json!(false);
    let answer = world.ask(products(json!([old]))).await;
    assert_eq!(world.get(&format!("/v1/products/{}", first(&answer, "id"))).await["active"], false);
}

#[tokio::test]
async fn the_lots_of_a_product_are_one_commit_and_a_second_time_none() {
    let world = world().await;
    let new = json!([lot("l1", "504.7"), lot("l2", "0"), lot("l3", "11000")]);
    let answer = world.ask(lots(new.clone())).await;
    assert_eq!(outcomes(&answer), ["created", "created", "created"]);
    assert_eq!(commits(&world), 2);
    assert_eq!(outcomes(&world.ask(lots(new)).await), ["unchanged", "unchanged", "unchanged"]);
    assert_eq!(commits(&world), 2);
    let shown = world.get(&format!("/v1/lots/{}", first(&answer, "id"))).await;
    assert_eq!((&shown["availableKg"], &shown["legacyId"]), (&json!("504.700"), &json!("l1")));
}

#[tokio::test]
async fn hundreds_of_lots_are_split_into_commits_that_fit() {
    let world = world().await;
    let supplier = "S".repeat(200);
    let long = |n: usize| {
        let mut lot = lot(&format!("{n:0200}"), "1.5");
        lot["supplier"] = json!(supplier);
        lot
    };
    let many: Vec<Value> = (0..450).map(long).collect();
    let answer = world.ask(lots(json!(many))).await;
    assert_eq!(outcomes(&answer).len(), 450);
    assert!(outcomes(&answer).iter().all(|outcome| *outcome == "created"), "{answer}");
    assert_eq!(commits(&world), 1 + 3);
}

#[tokio::test]
async fn a_changed_quantity_becomes_an_adjustment_with_a_reason() {
    let world = world().await;
    world.ask(lots(json!([lot("l1", "1000")]))).await;
    let answer = world.ask(lots(json!([lot("l1", "400.5")]))).await;
    assert_eq!(outcomes(&answer), ["changed"]);
    let path = format!("/v1/lots/{}", first(&answer, "id"));
    let shown = world.get(&path).await;
    assert_eq!(
        (&shown["receivedKg"], &shown["adjustedKg"], &shown["availableKg"]),
        (&json!("1000.000"), &json!("-599.500"), &json!("400.500"))
    );
    let moved = world.get(&format!("{path}/movements")).await;
    assert!(moved.to_string().contains("the old system has 400.500 kg instead of 1000.000 kg"), "{moved}");
    let mut types: Vec<String> = world.relay_all().await.into_iter().map(|fact| fact.fact_type).collect();
    types.sort_unstable();
    assert_eq!(types, ["inventory.lot-adjusted", "inventory.lot-received", "inventory.product-created"]);
}

#[tokio::test]
async fn what_was_drawn_upon_here_cannot_be_taken_away_there() {
    let world = world().await;
    let made = world.ask(lots(json!([lot("l1", "1000")]))).await;
    let path = format!("/v1/lots/{}/adjustments", first(&made, "id"));
    let body = json!({ "quantityKg": "-900", "reason": "sold by hand" });
    let adjusted = world.send(TestRequest::post(&path).key("k").json(&body)).await;
    assert_eq!(adjusted.status(), 201, "{}", adjusted.json());
    let answer = world.ask(lots(json!([lot("l1", "500"), lot("l2", "5")]))).await;
    let mut sorted = outcomes(&answer);
    sorted.sort_unstable();
    assert_eq!(sorted, ["created", "refused"]);
    assert!(answer.to_string().contains("100.000 kg available"), "{answer}");
}

#[tokio::test]
async fn a_lot_keeps_which_party_its_supplier_is() {
    let world = world().await;
    let mut named = lot("l1", "5");
    named["supplierId"] = json!("party_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f");
    let answer = world.ask(lots(json!([named, lot("l2", "5")]))).await;
    assert_eq!(outcomes(&answer), ["created", "created"]);
    let shown = world.get(&format!("/v1/lots/{}", first(&answer, "id"))).await;
    assert_eq!((&shown["supplier"], &shown["supplierId"]), (&json!("Acme"), &named["supplierId"]));
    let other = answer["items"][1]["id"].as_str().unwrap();
    assert_eq!(world.get(&format!("/v1/lots/{other}")).await.get("supplierId"), None);
}

#[tokio::test]
async fn a_lot_with_another_rate_supplier_or_date_is_refused_with_the_reason() {
    let world = world().await;
    world.ask(lots(json!([lot("l1", "1000")]))).await;
    for (member, value, word) in
        [("ratePerKg", "91", "rate"), ("supplier", "Other", "supplier"), ("receivedOn", "2025-07-27", "date")]
    {
        let mut other = lot("l1", "1000");
        other[member] = json!(value);
        let answer = world.ask(lots(json!([other]))).await;
        assert!(first(&answer, "reason").contains(word), "{answer}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_alone_and_too_much_at_once_altogether() {
    let world = world().await;
    let mut bad = lot("l1", "much");
    let answer = world.ask(lots(json!([bad.clone(), lot("l2", "1"), lot("l3", "-1")]))).await;
    let mut sorted = outcomes(&answer);
    sorted.sort_unstable();
    assert_eq!(sorted, ["created", "refused", "refused"]);
    bad["legacyId"] = json!("");
    assert_eq!(outcomes(&world.ask(lots(json!([bad]))).await), ["refused"]);
    let mut unknown = product("HD");
    unknown["price"] = json!("7");
    let answer = world.ask(products(json!([unknown, product("HD")]))).await;
    assert_eq!(outcomes(&answer), ["refused", "changed"]);
    let answer = world.ask(products(json!(vec![product("HD"); 501]))).await;
    assert_eq!(answer["error"]["code"], "invalid");
    let foreign = json!([{ "productCode": "NONE", "lots": [lot("l1", "1")] }]);
    let answer = world.ask(json!({ "kind": "import-lots", "tenant": "main", "items": foreign })).await;
    assert_eq!(first(&answer, "reason"), "there is no such product");
}

/// Places and codes of the faults of an answer's first item.
fn faults(answer: &Value) -> Vec<(&str, &str)> {
    let faults = answer["items"][0]["faults"].as_array().unwrap();
    faults.iter().map(|fault| (fault["pointer"].as_str().unwrap(), fault["code"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn everything_wrong_with_an_item_is_told_at_once_with_its_place() {
    let world = world().await;
    let bad = json!({
        "legacyId": "l1", "supplier": " ", "quantityKg": "-0.5", "ratePerKg": "0", "receivedOn": "31-12-2025",
        "originals": { "rate": 7 }, "colour": "red",
    });
    let answer = world.ask(lots(json!([bad]))).await;
    let mut found = faults(&answer);
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ("/colour", "unknown-field"),
            ("/originals", "wrong-type"),
            ("/quantityKg", "out-of-range"),
            ("/ratePerKg", "not-positive"),
            ("/receivedOn", "malformed"),
            ("/supplier", "malformed"),
        ]
    );
    assert_eq!((first(&answer, "legacyId"), outcomes(&answer)), ("l1", vec!["refused"]));
    let reason = first(&answer, "reason");
    assert!(
        reason.contains("ratePerKg must be more than zero; receivedOn must be a calendar date"),
        "{reason}"
    );
    let answer = world.ask(products(json!([{ "legacyId": 7, "productCode": "\n", "grade": null }]))).await;
    let found = faults(&answer);
    assert_eq!(
        found,
        [
            ("/legacyId", "wrong-type"),
            ("/productCode", "malformed"),
            ("/grade", "wrong-type"),
            ("/company", "missing"),
            ("/specificGrade", "missing"),
            ("/active", "missing"),
        ]
    );
}

#[tokio::test]
async fn lots_of_a_product_that_cannot_be_read_are_refused_and_those_of_another_taken() {
    let world = world().await;
    let items = json!([
        { "productCode": "", "lots": [lot("l1", "1"), lot("l2", "1")] },
        { "productCode": "B5004 / B6003", "lots": "none" },
        { "productCode": "B5004 / B6003", "lots": [lot("l3", "1")] },
    ]);
    let answer = world.ask(json!({ "kind": "import-lots", "tenant": "main", "items": items })).await;
    assert_eq!(outcomes(&answer), ["refused", "refused", "refused", "created"]);
    assert_eq!(faults(&answer), [("/productCode", "malformed")]);
    assert_eq!(answer["items"][1]["legacyId"], "l2");
    assert_eq!(answer["items"][2]["faults"][0]["pointer"], "/lots");
}

#[tokio::test]
async fn what_was_imported_is_read_back_from_the_log_and_listed_from_the_views() {
    let world = world().await;
    world.ask(lots(json!([lot("l1", "504.7"), lot("l2", "3")]))).await;
    let stock = |tenant: &str| {
        let codes = ["B5004 / B6003", "NONE"];
        json!({ "kind": "imported", "tenant": tenant, "of": "stock", "productCodes": codes })
    };
    let answer = world.ask(stock("main")).await;
    assert_eq!(answer["rows"].as_array().unwrap().len(), 1);
    assert_eq!(answer["rows"][0]["lots"][1]["legacyId"], "l2");
    assert_eq!(world.ask(stock("other")).await["rows"], json!([]));
    world.relay_all().await;
    for (of, expected) in [("products", vec!["products:p1"]), ("lots", vec!["l1", "l2"])] {
        let answer = world.ask(json!({ "kind": "imported", "tenant": "main", "of": of })).await;
        let ids: Vec<&String> = answer["ids"].as_object().unwrap().keys().collect();
        assert_eq!(ids, expected, "{answer}");
    }
}

#[tokio::test]
async fn the_whole_stock_is_paged_for_the_way_back_with_lots_of_either_origin() {
    let world = world().await;
    world.ask(lots(json!([lot("l1", "504.7")]))).await;
    let own = world.product("TR131").await;
    world.lot(&own, "20", "91").await;
    world.relay_all().await;
    let answer = world.ask(json!({ "kind": "stock", "tenant": "main" })).await;
    let rows = answer["rows"].as_array().unwrap();
    let found: Vec<(&Value, usize)> = rows
        .iter()
        .map(|row| (&row["product"]["productCode"], row["lots"].as_array().unwrap().len()))
        .collect();
    assert_eq!(found, [(&json!("B5004 / B6003"), 1), (&json!("TR131"), 1)]);
    assert_eq!(answer["next"], Value::Null);
}
