//! `/v1/stock`, and who sees what it is worth.

use http_kit::testing::TestRequest;
use serde_json::{Value, json};

use crate::world::{World, receipt};

async fn product(world: &World, code: &str, min_stock: &str) -> String {
    let body =
        json!({ "productCode": code, "grade": "PP Raffia", "company": "RIL", "minStockKg": min_stock });
    let made = world.send(TestRequest::post("/v1/products").key(&format!("p-{code}")).json(&body)).await;
    made.json()["id"].as_str().unwrap().to_owned()
}

fn column<'a>(page: &'a Value, name: &str) -> Vec<&'a str> {
    page["data"].as_array().unwrap().iter().map(|row| row[name].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_product_is_listed_with_its_stock_and_its_present_attributes() {
    let world = World::new();
    let id = product(&world, "TR131", "0").await;
    world.lot(&id, "100.5", "90.1234").await;
    world.lot(&id, "0.001", "90.5").await;
    product(&world, "HD50", "7").await;
    world.relay_all().await;
    let page = world.get("/v1/stock").await;
    let (none, some) = (&page["data"][0], &page["data"][1]);
    assert_eq!(
        (&none["productCode"], &none["lots"], &none["shortageKg"]),
        (&json!("HD50"), &json!(0), &json!("7.000"))
    );
    assert_eq!(
        *some,
        json!({
            "productId": id, "productCode": "TR131", "grade": "PP Raffia", "company": "RIL", "specificGrade": "",
            "availableKg": "100.501", "reservedKg": "0.000", "valueInr": "9057.49", "lots": 2,
            "oldestReceivedOn": "2025-07-01", "minStockKg": "0.000",
        })
    );
    let patch = TestRequest::patch(&format!("/v1/products/{id}")).if_match(1);
    world.send(patch.json(&json!({ "company": "Haldia", "minStockKg": "500" }))).await;
    world.relay_all().await;
    assert_eq!(world.get("/v1/stock?company=RIL").await["data"].as_array().unwrap().len(), 1);
    let changed = world.get("/v1/stock?company=HALDIA&grade=pp%20raffia&q=tr131").await;
    assert_eq!(column(&changed, "shortageKg"), ["399.499"]);
}

#[tokio::test]
async fn rows_come_out_the_same_in_whichever_order_commits_are_relayed() {
    let world = World::new();
    let id = product(&world, "TR131", "10").await;
    world.lot(&id, "4", "90").await;
    let patch = TestRequest::patch(&format!("/v1/products/{id}")).if_match(1);
    world.send(patch.json(&json!({ "minStockKg": "20" }))).await;
    let mut commits: Vec<_> = world.log.streams().into_values().flatten().collect();
    commits.reverse();
    assert!(world.relay.relay(&commits).await.is_empty());
    let reversed = world.get("/v1/stock/low").await;
    assert_eq!(column(&reversed, "shortageKg"), ["16.000"]);
    world.relay_all().await;
    assert_eq!(world.get("/v1/stock/low").await, reversed);
}

#[tokio::test]
async fn what_is_low_comes_most_urgent_first_in_pages() {
    let world = World::new();
    for (code, least, there) in
        [("A", "100", "50"), ("B", "10", ""), ("C", "1000", ""), ("D", "100", "100"), ("E", "100", "1")]
    {
        let id = product(&world, code, least).await;
        if !there.is_empty() {
            world.lot(&id, there, "90").await;
        }
    }
    world.relay_all().await;
    let page = world.get("/v1/stock/low?limit=3").await;
    assert_eq!(column(&page, "productCode"), ["C", "B", "E"]);
    let cursor = page["nextCursor"].as_str().unwrap();
    let rest = world.get(&format!("/v1/stock/low?limit=3&cursor={cursor}")).await;
    assert_eq!((column(&rest, "productCode"), column(&rest, "shortageKg")), (vec!["A"], vec!["50.000"]));
}

#[tokio::test]
async fn what_is_filled_up_is_low_no_more() {
    let world = World::new();
    let id = product(&world, "A", "100").await;
    world.relay_all().await;
    assert_eq!(column(&world.get("/v1/stock/low").await, "productCode"), ["A"]);
    world.lot(&id, "100", "90").await;
    world.relay_all().await;
    assert_eq!(world.get("/v1/stock/low").await["data"], json!([]));
}

#[tokio::test]
async fn a_list_and_a_sum_take_one_query_each_however_many_lots_there_are() {
    let world = World::new();
    let id = product(&world, "A", "1000").await;
    for n in 1..8 {
        world.lot(&id, &n.to_string(), "90").await;
    }
    world.relay_all().await;
    for path in [
        "/v1/lots",
        "/v1/stock",
        "/v1/stock/low",
        "/v1/stock/valuation",
        "/v1/stock/ageing",
        "/v1/products?q=a",
    ] {
        assert_eq!(world.queries_of(path).await, 1, "{path}");
    }
    assert_eq!(world.queries_of("/v1/products/suggest?q=ril%20raffia").await, 3);
}

#[tokio::test]
async fn an_unchanged_sum_is_not_sent_again() {
    let world = World::new();
    let id = product(&world, "A", "10").await;
    world.lot(&id, "5", "90").await;
    world.relay_all().await;
    for path in [
        "/v1/lots",
        "/v1/stock",
        "/v1/stock/low",
        "/v1/stock/valuation",
        "/v1/stock/ageing",
        "/v1/products/suggest?q=ril",
    ] {
        let first = world.send(TestRequest::get(path)).await;
        let again = TestRequest::get(path).header("if-none-match", first.header("etag"));
        assert_eq!(world.send(again).await.status(), 304, "{path}");
    }
}

#[tokio::test]
async fn a_page_of_lots_stays_below_64_kb() {
    let world = World::new();
    let id = product(&world, "A", "0").await;
    for n in 0..140 {
        let mut body = receipt(&id, "1", "90");
        body["supplier"] = json!("Ω".repeat(100));
        let path = "/v1/lots?createMissing=true";
        let made = world.send(TestRequest::post(path).key(&format!("l-{n}")).json(&body)).await;
        assert_eq!(made.status(), 201, "{}", made.json());
    }
    world.relay_all().await;
    let page = world.get("/v1/lots?limit=200").await;
    assert!(page.to_string().len() < 64 * 1_024 && page["nextCursor"].is_string());
    assert_eq!(world.listed("/v1/lots").await.len(), 140);
}

#[tokio::test]
async fn without_cost_read_there_is_no_rate_no_value_and_no_picking_by_rate() {
    let world = World::new();
    let id = product(&world, "A", "10").await;
    let lot = world.lot(&id, "5", "90.4321").await;
    world.relay_all().await;
    let storekeeper = ["lot:read", "lot:write"];
    let paths = ["/v1/lots", &format!("/v1/lots/{lot}"), "/v1/stock", "/v1/stock/low", "/v1/stock/ageing"];
    for path in paths {
        let (all, some) =
            (world.get(path).await.to_string(), world.send_as(&storekeeper, TestRequest::get(path)).await);
        assert_eq!(some.status(), 200, "{path}");
        let some = some.json().to_string();
        for hidden in ["90.4321", "452.16", "ratePerKg", "Inr"] {
            assert!(!some.contains(hidden), "{path} {some}");
        }
        assert!(all.contains("452.16") && some.contains("5.000"), "{all} {some}");
    }
    for path in ["/v1/lots?minRatePerKg=90", "/v1/lots?maxRatePerKg=91", "/v1/stock/valuation"] {
        let refused = world.send_as(&storekeeper, TestRequest::get(path)).await;
        assert_eq!((refused.status(), &refused.json()["permission"]), (403, &json!("cost:read")), "{path}");
    }
    let path = format!("/v1/lots/{lot}/adjustments");
    let adjust = TestRequest::post(&path).key("k").json(&json!({ "quantityKg": "1", "reason": "recount" }));
    let adjusted = world.send_as(&storekeeper, adjust).await;
    assert_eq!((adjusted.status(), adjusted.json().get("ratePerKg")), (201, None));
}

#[tokio::test]
async fn every_fault_of_the_ends_of_ages_is_told() {
    let world = World::new();
    for (buckets, codes) in [
        ("", vec!["malformed"]),
        ("30,x", vec!["malformed"]),
        ("0", vec!["malformed"]),
        ("36501", vec!["malformed"]),
        ("30,30", vec!["not-ascending"]),
        ("60,30,y", vec!["malformed", "not-ascending"]),
        ("1,2,3,4,5,6,7,8,9,10,11,12,12,a", vec!["too-many", "malformed", "not-ascending"]),
    ] {
        let refused = world.send(TestRequest::get(&format!("/v1/stock/ageing?buckets={buckets}"))).await;
        let found: Vec<String> = refused.faults().into_iter().map(|(_, code)| code).collect();
        assert_eq!(
            (refused.status(), found),
            (400, codes.iter().map(ToString::to_string).collect()),
            "{buckets}"
        );
    }
    let most = world.get("/v1/stock/ageing?buckets=1,2,3,4,5,6,7,8,9,10,11,36500").await;
    assert_eq!(most["data"].as_array().unwrap().len(), 13);
}

#[tokio::test]
async fn another_firm_sees_nothing_of_it() {
    let world = World::new();
    let id = product(&world, "A", "10").await;
    world.lot(&id, "5", "90").await;
    world.relay_all().await;
    for path in ["/v1/lots", "/v1/stock", "/v1/stock/low", "/v1/products/suggest?q=ril"] {
        assert_eq!(world.send_as_stranger(TestRequest::get(path)).await.json()["data"], json!([]), "{path}");
    }
    let worth = world.send_as_stranger(TestRequest::get("/v1/stock/valuation")).await.json();
    assert_eq!((&worth["data"][0]["lots"], &worth["data"][0]["valueInr"]), (&json!(0), &json!("0.00")));
}
