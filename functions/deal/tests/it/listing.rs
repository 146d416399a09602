//! `GET /v1/deals`

use http_kit::testing::TestRequest;
use serde_json::{Value, json};

use crate::world::{PRODUCT, World, sale};

async fn firm_with_deals() -> World {
    let world = World::new();
    for (n, (date, customer)) in
        [("2025-07-31", "Ivory"), ("2025-08-01", "Ivory"), ("2025-08-01", "Jade"), ("2025-08-02", "Jade")]
            .into_iter()
            .enumerate()
    {
        let mut body = sale();
        body["date"] = json!(date);
        body["customer"] = json!(customer);
        let deal = world.register(&format!("k-{n}"), &body).await;
        if n > 0 {
            world.hear_reserved(&deal).await;
        }
    }
    world.relay_all().await;
    world
}

fn rows(page: &Value) -> &Vec<Value> {
    page["data"].as_array().unwrap()
}

#[tokio::test]
async fn every_filter_narrows_the_list() {
    let world = firm_with_deals().await;
    for (filter, count) in [
        ("", 4),
        ("customer=Jade", 2),
        ("customer=jade", 2),
        ("customer=Jad", 0),
        ("status=pending", 1),
        ("status=confirmed", 3),
        ("status=confirmed&customer=Ivory", 1),
        ("from=2025-08-01&to=2025-08-01", 2),
        ("from=2025-08-02", 1),
        ("to=2025-07-31", 1),
        ("customer=Jade&from=2025-08-02", 1),
        ("productId=product_00000000000000000000000000000001", 0),
    ] {
        assert_eq!(rows(&world.get(&format!("/v1/deals?{filter}")).await).len(), count, "{filter}");
    }
    let all = world.get(&format!("/v1/deals?productId={PRODUCT}")).await;
    let dates: Vec<&Value> = rows(&all).iter().map(|deal| &deal["date"]).collect();
    assert_eq!(dates, ["2025-08-02", "2025-08-01", "2025-08-01", "2025-07-31"], "newest first");
}

#[tokio::test]
async fn a_row_is_what_a_single_read_shows() {
    let world = firm_with_deals().await;
    for row in rows(&world.get("/v1/deals").await) {
        let id = row["id"].as_str().unwrap();
        let mut single = world.get(&format!("/v1/deals/{id}")).await;
        let links = single.as_object_mut().unwrap().remove("links").unwrap();
        assert_eq!(*row, single);
        assert_eq!(
            links,
            json!({
                "history": format!("/v1/deals/{id}/history"),
                "notifications": format!("/v1/notifications?dealId={id}"),
                "sheetRows": format!("/v1/sync/rows?dealId={id}"),
            })
        );
    }
}

#[tokio::test]
async fn a_page_is_one_query_and_pages_fit_together() {
    let world = firm_with_deals().await;
    world.views.calls.lock().unwrap().clear();
    let whole = world.get("/v1/deals").await;
    assert_eq!(world.views.calls.lock().unwrap().clone().into_iter().collect::<Vec<_>>(), [("query", 1)]);
    let mut found = Vec::new();
    let mut path = "/v1/deals?limit=3".to_owned();
    loop {
        let page = world.get(&path).await;
        found.extend(rows(&page).clone());
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        path = format!("/v1/deals?limit=3&cursor={cursor}");
    }
    assert_eq!(&found, rows(&whole));
}

#[tokio::test]
async fn a_cursor_belongs_to_its_list_its_filters_and_its_firm() {
    let world = firm_with_deals().await;
    let page = world.get("/v1/deals?limit=1&customer=Jade").await;
    let cursor = page["nextCursor"].as_str().unwrap();
    let path = format!("/v1/deals?limit=1&customer=Jade&cursor={cursor}");
    assert_eq!(world.send(TestRequest::get(&path)).await.status(), 200);
    assert_eq!(world.send_as_stranger(TestRequest::get(&path)).await.problem(), "invalid-cursor");
    let other = TestRequest::get(&format!("/v1/deals?limit=1&customer=Ivory&cursor={cursor}"));
    assert_eq!(world.send(other).await.problem(), "invalid-cursor");
}

#[tokio::test]
async fn an_unchanged_list_is_not_sent_again() {
    let world = firm_with_deals().await;
    let first = world.send(TestRequest::get("/v1/deals")).await;
    let again = TestRequest::get("/v1/deals").header("if-none-match", first.header("etag"));
    assert_eq!(world.send(again).await.status(), 304);
}

#[tokio::test]
async fn a_search_for_nothing_or_for_too_much_is_refused_instead_of_listing_everything() {
    let world = World::new();
    for path in ["/v1/deals", "/v1/deals/summary"] {
        for (typed, code) in [("%21%21%21", "no-words"), ("a+b+c+d+e+f+g+h+i", "too-many-words")] {
            let refused = world.send(TestRequest::get(&format!("{path}?q={typed}"))).await;
            assert_eq!(refused.status(), 400, "{path} {typed}");
            assert_eq!(refused.faults(), [("q".to_owned(), code.to_owned())], "{path} {typed}");
        }
        let found = world.send(TestRequest::get(&format!("{path}?q=a+b+c+d+e+f+g+h"))).await;
        assert_eq!(found.status(), 200);
    }
}

#[tokio::test]
async fn without_cost_read_there_is_no_rate_no_amount_and_no_picking_by_them() {
    let world = firm_with_deals().await;
    let driver = ["deal:read"];
    let listed = world.get("/v1/deals").await;
    let one = format!("/v1/deals/{}", rows(&listed)[0]["id"].as_str().unwrap());
    for path in
        ["/v1/deals", "/v1/deals?sort=date&include=total", &one, &format!("{one}?asOf=2999-01-01T00:00:00Z")]
    {
        let seen = world.send_bare(TestRequest::get(path).caller("user_2", &driver)).await;
        assert_eq!(seen.status(), 200, "{path}");
        let (all, some) = (world.get(path).await.to_string(), seen.json().to_string());
        for hidden in ["ratePerKg", "revenueInr", "costInr", "marginInr"] {
            assert!(all.contains(hidden) && !some.contains(hidden), "{path} {hidden} {some}");
        }
        assert!(some.contains("quantityKg") && some.contains("lotId"), "{some}");
    }
    for path in [
        "/v1/deals?minRevenueInr=1",
        "/v1/deals?maxRevenueInr=1",
        "/v1/deals?minMarginInr=1",
        "/v1/deals?maxMarginInr=1&include=total",
        "/v1/deals/summary",
        &format!("{one}/history"),
    ] {
        let refused = world.send_bare(TestRequest::get(path).caller("user_2", &driver)).await;
        assert_eq!((refused.status(), &refused.json()["permission"]), (403, &json!("cost:read")), "{path}");
    }
}
