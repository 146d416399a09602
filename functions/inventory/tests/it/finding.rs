//! Products as people type them: `GET /v1/products/suggest` and `GET /v1/products?q=`.

use http_kit::testing::TestRequest;
use serde_json::{Value, json};

use crate::world::{World, encoded};

async fn catalogue() -> World {
    let world = World::new();
    for (n, (code, grade, company, specific_grade)) in [
        ("B5004 / B6003", "HD Blow", "HPL", "HD"),
        ("F1", "", "RIL / IOCL", ""),
        ("1018MA", "PP 50% talc", "Ice\u{2011}cream Corp", "PP"),
        ("TR131", "PP Raffia", "RIL", "PP"),
        ("%", "Café grade", "", ""),
    ]
    .into_iter()
    .enumerate()
    {
        let body = json!({ "productCode": code, "grade": grade, "company": company, "specificGrade": specific_grade });
        let made = world.send(TestRequest::post("/v1/products").key(&format!("p-{n}")).json(&body)).await;
        assert_eq!(made.status(), 201, "{}", made.json());
    }
    world.relay_all().await;
    world
}

fn codes(page: &Value) -> Vec<&str> {
    let rows = page["data"].as_array().unwrap();
    rows.iter().map(|row| row["productCode"].as_str().unwrap()).collect()
}

async fn suggested(world: &World, typed: &str) -> Value {
    world.get(&format!("/v1/products/suggest?q={}", encoded(typed))).await
}

#[tokio::test]
async fn a_product_is_suggested_by_any_beginning_of_what_it_is_called() {
    let world = catalogue().await;
    for (typed, expected) in [
        ("B5004 / B6003", vec!["B5004 / B6003"]),
        ("b5004/b6003", vec!["B5004 / B6003"]),
        ("b5004b6003", vec!["B5004 / B6003"]),
        ("B60", vec!["B5004 / B6003"]),
        ("hpl blow", vec!["B5004 / B6003"]),
        ("f1", vec!["F1"]),
        ("RIL/IOCL", vec!["F1"]),
        ("50%", vec!["1018MA"]),
        ("ice-cream", vec!["1018MA"]),
        ("icecream corp", vec!["1018MA"]),
        ("cafe", vec!["%"]),
        ("ril", vec!["F1", "TR131"]),
        ("raffia ril", vec!["TR131"]),
        ("affia", vec![]),
        ("raffia hpl", vec![]),
    ] {
        assert_eq!(codes(&suggested(&world, typed).await), expected, "{typed}");
    }
}

#[tokio::test]
async fn too_little_to_look_for_is_refused() {
    let world = catalogue().await;
    for typed in ["r", "%", "- /", "é"] {
        let path = format!("/v1/products/suggest?q={}", encoded(typed));
        let refused = world.send(TestRequest::get(&path)).await;
        assert_eq!(
            (refused.status(), refused.faults()),
            (400, vec![("q".to_owned(), "too-short".to_owned())])
        );
    }
}

#[tokio::test]
async fn what_was_sold_last_comes_first_in_whichever_order_it_is_heard() {
    let world = catalogue().await;
    let id = |page: &Value, n: usize| page["data"][n]["id"].clone();
    let before = suggested(&world, "ril").await;
    let sale = |product: &Value, date: &str| {
        json!({ "dealId": "deal_00000000000000000000000000000001",
        "terms": { "productId": product, "date": date } })
    };
    let (f1, tr131) = (id(&before, 0), id(&before, 1));
    let facts = [
        ("deal.imported", sale(&tr131, "2025-07-31")),
        ("deal.confirmed", sale(&f1, "2025-07-01")),
        ("deal.imported", sale(&tr131, "2023-01-05")),
    ];
    for _ in 0..2 {
        for fact in &facts {
            assert_eq!(world.hear(std::slice::from_ref(fact)).await, [true]);
        }
    }
    let after = suggested(&world, "ril").await;
    assert_eq!(codes(&after), ["TR131", "F1"]);
    assert_eq!(after["data"][0]["lastSoldOn"], "2025-07-31");
    assert_eq!(before["data"][0].get("lastSoldOn"), None);
}

#[tokio::test]
async fn what_a_product_was_called_before_leads_nowhere() {
    let world = catalogue().await;
    let id = suggested(&world, "tr131").await["data"][0]["id"].as_str().unwrap().to_owned();
    let patch = TestRequest::patch(&format!("/v1/products/{id}")).if_match(1);
    assert_eq!(world.send(patch.json(&json!({ "grade": "Fibre" }))).await.status(), 200);
    world.relay_all().await;
    assert_eq!(codes(&suggested(&world, "raffia").await), Vec::<&str>::new());
    assert_eq!(suggested(&world, "tr131").await["data"][0]["grade"], "Fibre");
    assert_eq!(codes(&world.get("/v1/products?q=fibre").await), ["TR131"]);
    assert_eq!(codes(&world.get("/v1/products?q=raffia").await), Vec::<&str>::new());
}

#[tokio::test]
async fn the_catalogue_and_the_stock_are_searched_by_words() {
    let world = catalogue().await;
    for list in ["/v1/products", "/v1/stock"] {
        for (typed, expected) in [
            ("B5004 / B6003", vec!["B5004 / B6003"]),
            ("b5004b6003", vec!["B5004 / B6003"]),
            ("50% pp", vec!["1018MA"]),
            ("ice cream", vec!["1018MA"]),
            ("RIL", vec!["F1", "TR131"]),
            ("none such", vec![]),
        ] {
            let page = world.get(&format!("{list}?q={}", encoded(typed))).await;
            assert_eq!(codes(&page), expected, "{list} {typed}");
        }
    }
    let page = world.get(&format!("/v1/stock?grade={}", encoded("PP 50% TALC"))).await;
    assert_eq!(codes(&page), ["1018MA"]);
    let page = world.get(&format!("/v1/stock?company={}", encoded("ril / iocl"))).await;
    assert_eq!(codes(&page), ["F1"]);
}
