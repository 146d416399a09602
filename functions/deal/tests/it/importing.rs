//! Taking deals over from another system.

use http_kit::testing::TestRequest;
use serde_json::{Value, json};

use crate::world::{LOT, World, sale};

fn deal(id: &str) -> Value {
    json!({
        "legacyId": id, "date": "2025-07-26", "customer": "Ivory Ice\u{2011}cream Cups", "productCode": "TR131",
        "quantityKg": "30000", "ratePerKg": "125", "deliveryTerms": "delivered", "warehouse": null,
        "saleComments": "call first ", "purchaseComments": null, "finalComments": null,
        "createdAt": "2025-07-26T09:52:27.164Z",
        "sources": [
            { "kind": "lot", "lotId": LOT, "supplier": "Bharat", "quantityKg": "27000", "ratePerKg": "90" },
            { "kind": "purchase", "supplier": "Venkatesh", "quantityKg": "2000", "boughtKg": "2500.5", "ratePerKg": "123.75" },
            { "kind": "stock", "supplier": "Venkatesh", "quantityKg": "1000", "ratePerKg": "123.75" },
        ],
        "originals": { "date": "26-07-2025", "purchaseRate": "95.42" },
    })
}

fn deals(items: Value) -> Value {
    json!({ "kind": "import-deals", "tenant": "main", "items": items })
}

/// The outcomes in an answer, in order.
fn outcomes(answer: &Value) -> Vec<&str> {
    let items = answer["items"].as_array().unwrap();
    items.iter().map(|item| item["outcome"].as_str().unwrap()).collect()
}

fn commits(world: &World) -> usize {
    world.log.streams().into_values().flatten().count()
}

/// A world with one imported deal, and where that is.
async fn with_deal() -> (World, String) {
    let world = World::new();
    let answer = world.ask(deals(json!([deal("d1")]))).await;
    assert_eq!(outcomes(&answer), ["created"], "{answer}");
    let path = format!("/v1/deals/{}", answer["items"][0]["id"].as_str().unwrap());
    (world, path)
}

#[tokio::test]
async fn an_imported_deal_is_confirmed_and_costed_by_its_sources() {
    let (world, path) = with_deal().await;
    let shown = world.get(&path).await;
    for (member, expected) in [
        ("status", json!("confirmed")),
        ("imported", json!(true)),
        ("legacyId", json!("d1")),
        ("revenueInr", json!("3750000.00")),
        ("costInr", json!("2801250.00")),
        ("marginInr", json!("948750.00")),
        ("requestedAt", json!("2025-07-26T09:52:27.164Z")),
        ("saleComments", json!("call first ")),
    ] {
        assert_eq!(shown[member], expected, "{member} {shown}");
    }
    let kinds: Vec<&Value> = shown["sources"].as_array().unwrap().iter().map(|s| &s["kind"]).collect();
    assert_eq!(kinds, ["lot", "purchase", "stock"]);
    let history = world.get(&format!("{path}/history")).await;
    assert_eq!(history["data"][0]["what"], "imported", "{history}");
    assert!(history.to_string().contains("95.42"), "what was stored there is kept: {history}");
}

#[tokio::test]
async fn a_second_import_writes_nothing_and_only_what_changed_is_another_event() {
    let (world, path) = with_deal().await;
    assert_eq!(outcomes(&world.ask(deals(json!([deal("d1")]))).await), ["unchanged"]);
    assert_eq!(commits(&world), 1);
    let mut dearer = deal("d1");
    dearer["ratePerKg"] = json!("126");
    let answer = world.ask(deals(json!([deal("d2"), dearer, deal("d2")]))).await;
    assert_eq!(outcomes(&answer)[..2], ["created", "changed"]);
    assert_eq!((commits(&world), &world.get(&path).await["revenueInr"]), (3, &json!("3780000.00")));
}

#[tokio::test]
async fn an_imported_deal_is_final_but_its_notes_may_be_amended_and_stay() {
    let (world, path) = with_deal().await;
    let cancel = TestRequest::post(&format!("{path}/cancel")).json(&json!({ "reason": "no" }));
    let refused = world.send(cancel).await;
    assert_eq!(refused.status(), 409, "{}", refused.json());
    assert!(refused.json().to_string().contains("imported"), "{}", refused.json());
    let amend = TestRequest::patch(&path).header("if-match", "\"1\"");
    let amended = world.send(amend.json(&json!({ "finalComments": "paid" }))).await;
    assert_eq!(amended.status(), 200, "{}", amended.json());
    let mut dearer = deal("d1");
    dearer["ratePerKg"] = json!("126");
    world.ask(deals(json!([dearer]))).await;
    assert_eq!(world.get(&path).await["finalComments"], "paid");
}

#[tokio::test]
async fn its_fact_names_the_old_identity_and_nothing_else_is_published() {
    let (world, path) = with_deal().await;
    let published = world.relay_all().await;
    assert_eq!(published.len(), 1);
    assert_eq!(published[0].fact_type, "deal.imported");
    assert_eq!(published[0].data["legacyId"], "d1");
    let find = json!({ "kind": "find-deal", "tenant": "main", "dealId": published[0].stream_id });
    assert_eq!(world.ask(find.clone()).await, published[0].data, "asked for, it is shown as published");
    let withdraw = json!({ "kind": "withdraw-imports", "tenant": "main", "legacyIds": ["d1"] });
    let listed = world.get("/v1/deals?status=confirmed").await;
    assert_eq!(listed["data"][0]["legacyId"], "d1", "{listed}");
    assert!(path.ends_with(listed["data"][0]["id"].as_str().unwrap()));
    assert_eq!(outcomes(&world.ask(withdraw).await), ["withdrawn"]);
    assert_eq!(world.ask(find).await, json!(null), "taken back, it is as if it had never moved in");
}

#[tokio::test]
async fn a_deal_that_breaks_a_rule_is_refused_alone_with_every_reason() {
    let world = World::new();
    let with = |member: &str, value: Value| {
        let mut item = deal(&format!("with {member}"));
        item[member] = value;
        item
    };
    let foreign = "lot_00000000000000000000000000000001_1";
    let source = |id: &str, kg: &str| json!({ "kind": "lot", "lotId": id, "supplier": "B", "quantityKg": kg, "ratePerKg": "9" });
    let purchase = json!({ "kind": "purchase", "supplier": "B", "quantityKg": "30000", "boughtKg": "29999", "ratePerKg": "9" });
    for (item, expected) in [
        (with("sources", json!([])), vec!["names no source"]),
        (with("sources", json!([source(LOT, "29999.999")])), vec!["0.001 kg are missing"]),
        (
            with("sources", json!([source(foreign, "30001")])),
            vec!["another product", "more than the 30000.000 kg"],
        ),
        (with("sources", json!([purchase])), vec!["cover 29999.000 kg"]),
        (with("customer", json!(" ")), vec!["/customer: must not be empty"]),
        (with("productCode", json!("NONE")), vec!["NONE", "no product of the catalogue"]),
        (with("date", json!("26-07-2025")), vec!["YYYY-MM-DD"]),
        (with("surprise", json!(1)), vec!["/surprise: is not a known field"]),
    ] {
        let answer = world.ask(deals(json!([item, deal("good")]))).await;
        assert_eq!(outcomes(&answer)[0], "refused", "{answer}");
        assert_ne!(outcomes(&answer)[1], "refused", "{answer}");
        for part in expected {
            assert!(answer["items"][0]["reason"].as_str().unwrap().contains(part), "{part} {answer}");
        }
    }
    assert_eq!(commits(&world), 1);
}

#[tokio::test]
async fn everything_that_cannot_be_read_is_told_at_once_and_where() {
    let world = World::new();
    let mut bad = deal("bad");
    bad["date"] = json!("26-07-2025");
    bad["productCode"] = json!("NONE");
    bad["quantityKg"] = json!("-1");
    bad["originals"]["date"] = json!(26);
    bad["sources"][0]["lotId"] = json!("lot_1");
    bad["sources"][1]["kind"] = json!("gift");
    bad["sources"][2].as_object_mut().unwrap().remove("supplier");
    let answer = world.ask(deals(json!([bad, 7]))).await;
    assert_eq!(outcomes(&answer), ["refused", "refused"]);
    let faults = answer["items"][0]["faults"].as_array().unwrap();
    let mut places: Vec<&str> = faults.iter().map(|fault| fault["pointer"].as_str().unwrap()).collect();
    places.sort_unstable();
    let expected = [
        "/date",
        "/originals/date",
        "/productCode",
        "/quantityKg",
        "/sources/0/lotId",
        "/sources/1/boughtKg",
        "/sources/1/kind",
        "/sources/2/supplier",
    ];
    assert_eq!(places, expected, "{answer}");
    assert_eq!(commits(&world), 0);
}

#[tokio::test]
async fn a_deal_stays_on_its_day_because_that_is_its_place_in_the_lists() {
    let (world, _) = with_deal().await;
    let mut moved = deal("d1");
    moved["date"] = json!("2025-07-27");
    let answer = world.ask(deals(json!([moved]))).await;
    assert!(answer["items"][0]["reason"].as_str().unwrap().contains("another date"), "{answer}");
}

#[tokio::test]
async fn a_new_import_costs_one_look_at_each_product_and_one_write_per_deal() {
    let world = World::new();
    world.ask(deals(json!([deal("d1"), deal("d2"), deal("d3")]))).await;
    assert_eq!(*world.desk.asked.lock().unwrap(), 1);
    let calls = world.calls.calls();
    assert_eq!(calls.len(), 3, "{calls:?}");
}

#[tokio::test]
async fn what_was_imported_is_read_back_from_the_log_and_listed_from_the_views() {
    let (world, _) = with_deal().await;
    let rows = json!({ "kind": "imported", "tenant": "main", "legacyIds": ["d1", "d9"] });
    let answer = world.ask(rows).await;
    assert_eq!((answer["rows"].as_array().unwrap().len(), &answer["rows"][0]["legacyId"]), (1, &json!("d1")));
    let foreign = world.ask(json!({ "kind": "imported", "tenant": "other", "legacyIds": ["d1"] })).await;
    assert_eq!(foreign["rows"], json!([]));
    world.relay_all().await;
    let listed = world.ask(json!({ "kind": "imported", "tenant": "main" })).await;
    assert_eq!(listed["ids"].as_object().unwrap().keys().collect::<Vec<_>>(), ["d1"]);
}

#[tokio::test]
async fn the_way_back_takes_confirmed_deals_that_were_made_here() {
    let (world, _) = with_deal().await;
    let made = world.register("k-1", &sale()).await;
    world.register("k-2", &sale()).await;
    assert!(world.hear_reserved(&made).await);
    world.relay_all().await;
    let answer = world.ask(json!({ "kind": "made-here", "tenant": "main" })).await;
    let ids: Vec<&Value> = answer["rows"].as_array().unwrap().iter().map(|row| &row["id"]).collect();
    assert_eq!(ids, [&json!(made)], "neither the imported nor the pending one");
}

#[tokio::test]
async fn an_imported_deal_is_found_and_added_up_like_any_other() {
    let (world, _) = with_deal().await;
    world.relay_all().await;
    for found in
        ["supplier=venkatesh", "q=bharat%20cups", "customer=ivory%20ice-cream%20cups", "minMarginInr=948750"]
    {
        assert_eq!(world.get(&format!("/v1/deals?{found}")).await["data"][0]["legacyId"], "d1", "{found}");
    }
    let summary = world.get("/v1/deals/summary?groupBy=supplier").await;
    assert_eq!(
        summary["data"],
        json!([
            { "key": "Bharat", "deals": 1, "quantityKg": "27000.000", "revenueInr": "3375000.00",
              "costInr": "2430000.00", "marginInr": "945000.00" },
            { "key": "Venkatesh", "deals": 1, "quantityKg": "3000.000", "revenueInr": "375000.00",
              "costInr": "371250.00", "marginInr": "3750.00" },
        ])
    );
}
