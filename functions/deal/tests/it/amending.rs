//! `PATCH /v1/deals/{id}`, histories and versions.

use deal::ports::StockAnswer;
use http_kit::testing::TestRequest;
use serde_json::{Value, json};
use testkit::sample;

use crate::world::{World, costed, sale};

#[tokio::test]
async fn comments_change_one_by_one_from_the_version_that_was_read() {
    let world = World::new();
    let path = format!("/v1/deals/{}", world.register("k-1", &sale()).await);
    let patch = |version, body: Value| world.send(TestRequest::patch(&path).if_match(version).json(&body));
    assert_eq!(world.send(TestRequest::patch(&path).json(&json!({}))).await.status(), 428);
    let set = patch(1, json!({ "saleComments": "urgent", "finalComments": "paid" })).await;
    assert_eq!((set.status(), set.header("etag")), (200, "\"2\""));
    assert_eq!(patch(1, json!({ "saleComments": "late" })).await.status(), 412);
    let unversioned = TestRequest::patch(&path).header("if-match", "\"abc\"").json(&json!({}));
    assert_eq!(world.send(unversioned).await.status(), 412);
    let cleared = patch(2, json!({ "saleComments": null })).await.json();
    assert_eq!((cleared.get("saleComments"), &cleared["finalComments"]), (None, &json!("paid")));
    assert_eq!(patch(3, json!({ "status": "confirmed" })).await.faults()[0].0, "/status");
}

#[tokio::test]
async fn a_client_that_has_the_version_is_told_so() {
    let world = World::new();
    let path = format!("/v1/deals/{}", world.register("k-1", &sale()).await);
    let read = |tag: &str| world.send(TestRequest::get(&path).header("if-none-match", tag));
    assert_eq!((read("\"1\"").await.status(), read("\"2\"").await.status()), (304, 200));
}

#[tokio::test]
async fn the_history_names_who_did_what_and_the_past_can_be_read() {
    let world = World::new();
    let deal = world.register("k-1", &sale()).await;
    world.clock.advance_ms(1_000);
    world.hear_reserved(&deal).await;
    let history = world.get(&format!("/v1/deals/{deal}/history")).await;
    let told: Vec<_> = history["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["what"].as_str().unwrap(), entry["actor"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("requested", "user_1"), ("confirmed", "system:deal")]);
    let requested_at = history["data"][0]["at"].as_str().unwrap();
    let then = world.get(&format!("/v1/deals/{deal}?asOf={requested_at}")).await;
    assert_eq!((&then["status"], &then["version"]), (&json!("pending"), &json!(1)));
    let before = TestRequest::get(&format!("/v1/deals/{deal}?asOf=2001-01-01T00:00:00Z"));
    assert_eq!(world.send(before).await.status(), 404);
    assert_eq!(world.send(TestRequest::get(&format!("/v1/deals/{deal}?asOf=now"))).await.status(), 400);
}

/// Such as a program whose API key may enter deals and not know what material costs.
#[tokio::test]
async fn whoever_may_not_see_costs_is_not_shown_them_by_writing() {
    let world = World::new();
    let blind = |request: TestRequest| async {
        let answer = world.send_as(&["deal:write", "deal:amend", "deal:cancel"], request).await;
        assert!(answer.status() < 300, "{}", answer.json());
        for member in ["ratePerKg", "revenueInr", "costInr", "marginInr"] {
            assert!(!answer.json().to_string().contains(member), "{member} in {}", answer.json());
        }
        answer
    };
    *world.desk.answer.lock().unwrap() = StockAnswer::Reserved(vec![costed()]);
    let post = |path: &str, key: &str| TestRequest::post(path).key(key).json(&sale());
    blind(post("/v1/deals?validateOnly=true", "k-1")).await;
    let deal = blind(post("/v1/deals", "k-2")).await.json()["id"].as_str().unwrap().to_owned();
    world.hear_reserved(&deal).await;
    let path = format!("/v1/deals/{deal}");
    assert!(world.get(&path).await["costInr"].is_string());
    blind(post("/v1/deals", "k-2")).await;
    blind(TestRequest::patch(&path).if_match(2).json(&json!({ "saleComments": "urgent" }))).await;
    blind(TestRequest::post(&format!("{path}/cancel")).json(&json!({}))).await;
}

#[tokio::test]
async fn another_firms_deal_does_not_exist() {
    let world = World::new();
    let deal = world.register("k-1", &sale()).await;
    for path in [format!("/v1/deals/{deal}"), format!("/v1/deals/{deal}/history")] {
        assert_eq!(world.send_as_stranger(TestRequest::get(&path)).await.status(), 404, "{path}");
    }
    let cancel = TestRequest::post(&format!("/v1/deals/{deal}/cancel")).json(&json!({}));
    assert_eq!(world.send_as_stranger(cancel).await.status(), 404);
    assert_eq!(world.get(&format!("/v1/deals/{deal}")).await["status"], "pending");
}

/// A confirmed deal at 95, on version 2.
async fn confirmed(world: &World) -> String {
    let deal = world.register("k-1", &sale()).await;
    assert!(world.hear_reserved(&deal).await);
    deal
}

#[tokio::test]
async fn a_confirmed_deal_is_amended_and_every_figure_follows() {
    let world = World::new();
    let deal = confirmed(&world).await;
    world.relay_all().await;
    let path = format!("/v1/deals/{deal}");
    let body = json!({ "ratePerKg": "97.25", "deliveryTerms": "delivered", "warehouse": "East", "saleComments": "urgent" });
    let amended = world.send(TestRequest::patch(&path).if_match(2).json(&body)).await;
    assert_eq!((amended.status(), amended.header("etag")), (200, "\"3\""), "{}", amended.json());
    let mut view = amended.json();
    assert!(view.as_object_mut().unwrap().remove("links").is_some(), "rows of a list are without");
    assert_eq!((&view["revenueInr"], &view["marginInr"]), (&json!("972.50"), &json!("72.50")));
    let published = world.relay_all().await;
    let fact = published.iter().find(|fact| fact.fact_type == "deal.amended").unwrap();
    assert_eq!((fact.actor.as_str(), fact.sequence), ("user_1", 3));
    assert_eq!(
        (&fact.data["terms"]["ratePerKg"], &fact.data["marginInr"], &fact.data["changes"]),
        (
            &json!("97.25"),
            &json!("72.50"),
            &json!([
                { "field": "ratePerKg", "before": "95.00", "after": "97.25" },
                { "field": "deliveryTerms", "before": "pickup", "after": "delivered" },
                { "field": "warehouse", "after": "East" },
                { "field": "saleComments", "after": "urgent" },
            ])
        )
    );
    let listed = world.get("/v1/deals?warehouse=east&deliveryTerms=delivered").await;
    assert_eq!(listed["data"], json!([view]), "the list shows what the deal shows");
    let summary = world.get("/v1/deals/summary?groupBy=none").await.to_string();
    assert!(summary.contains("\"972.50\"") && summary.contains("\"72.50\""), "{summary}");
    let history = world.get(&format!("{path}/history")).await;
    assert_eq!(history["data"][2]["what"], "termsAmended");
    let stale = world.send(TestRequest::patch(&path).if_match(2).json(&json!({ "ratePerKg": "1" }))).await;
    assert_eq!(stale.status(), 412);
}

#[tokio::test]
async fn what_stock_has_a_part_in_is_refused_with_what_to_do_instead() {
    let world = World::new();
    let path = format!("/v1/deals/{}", confirmed(&world).await);
    let body = json!({
        "quantityKg": "11", "productId": "x", "productCode": "x", "sources": [], "customer": "Acme", "customerId": "x",
        "date": "2025-08-02", "ratePerKg": "0", "deliveryTerms": "carried", "warehouse": "",
    });
    let refused = world.send(TestRequest::patch(&path).if_match(2).json(&body)).await;
    assert_eq!((refused.status(), refused.faults().len()), (422, 10), "{}", refused.json());
    let told = refused.json()["errors"].to_string();
    assert_eq!(told.matches("cancel the deal and register it anew").count(), 7, "{told}");
    assert_eq!(world.get(&path).await["version"], 2);
}

#[tokio::test]
async fn terms_of_a_deal_that_does_not_stand_are_refused_in_words() {
    let world = World::new();
    let path = format!("/v1/deals/{}", world.register("k-1", &sale()).await);
    let amended = world.send(TestRequest::patch(&path).if_match(1).json(&json!({ "ratePerKg": "96" }))).await;
    assert_eq!(amended.status(), 409);
    assert!(amended.json()["detail"].as_str().unwrap().contains("the deal is pending"), "{}", amended.json());
}

#[tokio::test]
async fn an_amendment_made_elsewhere_is_known_again_and_never_hides_another_one() {
    let world = World::new();
    let deal = confirmed(&world).await;
    let ask = |key: &str, seen: &str, rate: &str| {
        let mut event = sample("deal/amend-deal");
        event["dealId"] = json!(deal);
        event["key"] = json!(key);
        event["seen"]["ratePerKg"] = json!(seen);
        event["terms"]["ratePerKg"] = json!(rate);
        world.ask(event)
    };
    let first = ask("a", "95", "97.5").await;
    assert_eq!((&first["outcome"], &first["version"]), (&json!("amended"), &json!(3)), "{first}");
    assert_eq!(first["deal"]["terms"]["ratePerKg"], "97.50");
    assert_eq!(ask("a", "95", "97.5").await, first, "the same again is answered again");
    let late = ask("b", "95", "99").await;
    assert_eq!(
        (&late["outcome"], &late["deal"]["terms"]["ratePerKg"]),
        (&json!("overtaken"), &json!("97.50"))
    );
    let cancel = TestRequest::post(&format!("/v1/deals/{deal}/cancel")).json(&json!({}));
    assert_eq!(world.send(cancel).await.status(), 200);
    let dead = ask("c", "97.5", "99").await;
    assert_eq!((&dead["outcome"], &dead["version"]), (&json!("refused"), &json!(4)));
    assert!(dead["reason"].as_str().unwrap().contains("cancelled"), "{dead}");
    let history = world.get(&format!("/v1/deals/{deal}/history")).await;
    assert_eq!(history["data"][2]["actor"], "system:sheet");
}

#[tokio::test]
async fn a_deal_that_is_asked_for_is_shown_as_its_last_fact_showed_it() {
    let world = World::new();
    let find = |deal: &str| json!({ "kind": "find-deal", "tenant": "main", "dealId": deal });
    let deal = world.register("k-1", &sale()).await;
    let pending = world.ask(find(&deal)).await;
    assert_eq!((&pending["status"], &pending["sources"]), (&json!("pending"), &json!([])));
    let deal = confirmed(&world).await;
    let published = world.relay_all().await;
    let fact =
        published.iter().find(|fact| fact.fact_type == "deal.confirmed" && fact.stream_id == deal).unwrap();
    assert_eq!(world.ask(find(&deal)).await, fact.data);
    for (tenant, id) in [("other", deal.as_str()), ("main", "deal_00000000000000000000000000000001")] {
        let event = json!({ "kind": "find-deal", "tenant": tenant, "dealId": id });
        assert_eq!(world.ask(event).await, json!(null), "{tenant} {id}");
    }
}
