//! What the context does when it hears of deals.

use serde_json::{Value, json};
use testkit::NOON;

use crate::world::World;

fn deal(n: u32) -> String {
    format!("deal_{n:032}")
}

fn requested(n: u32, product: &str, quantity: &str, lot: &str) -> (&'static str, Value) {
    let sources = json!([{ "kind": "lot", "lotId": lot, "quantityKg": quantity }]);
    (
        "deal.requested",
        json!({
            "dealId": deal(n), "productId": product, "quantityKg": quantity, "date": "2025-08-01",
        "due": NOON.plus_ms(120_000), "sources": sources,
            "customer": "a field this context does not read",
        }),
    )
}

fn confirmed(n: u32, product: &str) -> (&'static str, Value) {
    ("deal.confirmed", json!({ "dealId": deal(n), "terms": { "productId": product } }))
}

fn cancelled(n: u32, product: &str) -> (&'static str, Value) {
    ("deal.cancelled", json!({ "dealId": deal(n), "terms": { "productId": product }, "sources": [] }))
}

async fn buckets(world: &World, lot: &str) -> [String; 3] {
    let lot = world.get(&format!("/v1/lots/{lot}")).await;
    ["availableKg", "reservedKg", "soldKg"].map(|bucket| lot[bucket].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_batch_about_one_product_is_decided_in_one_commit() {
    let world = World::new();
    let product = world.product("TR131").await;
    let lot = world.lot(&product, "10", "90").await;
    let facts: Vec<_> = (1..=4).map(|n| requested(n, &product, "3", &lot)).collect();
    assert_eq!(world.hear(&facts).await, [true; 4]);
    assert_eq!(buckets(&world, &lot).await, ["1.000", "9.000", "0.000"]);
    let stock = world.log.streams().into_iter().find(|(id, _)| id.kind() == "stock").unwrap().1;
    assert_eq!(stock.len(), 2, "one commit for the receipt, one for the four deals");
    let published: Vec<String> = world
        .relay_all()
        .await
        .into_iter()
        .map(|fact| fact.fact_type)
        .filter(|t| t.contains("stock-re"))
        .collect();
    assert_eq!(
        published,
        [
            "inventory.stock-reserved",
            "inventory.stock-reserved",
            "inventory.stock-reserved",
            "inventory.stock-rejected",
        ]
    );
}

#[tokio::test]
async fn each_fact_of_a_group_keeps_its_own_cause_and_correlation() {
    let world = World::new();
    let product = world.product("TR131").await;
    let lot = world.lot(&product, "10", "90").await;
    let mut heard = Vec::new();
    for n in 1..=2 {
        let (name, data) = requested(n, &product, "3", &lot);
        let mut envelope = world.envelope(name, data);
        envelope.correlation_id = format!("c-{n}").parse().unwrap();
        heard.push(envelope);
    }
    messaging::BatchHandler::on_facts(&world.reactions, &heard).await;
    let published = world.relay_all().await;
    let answers: Vec<_> =
        published.iter().filter(|fact| fact.fact_type == "inventory.stock-reserved").collect();
    for (question, answer) in heard.iter().zip(answers) {
        assert_eq!(answer.correlation_id, question.correlation_id);
        assert_eq!(answer.causation_id, Some(question.id.to_string()));
    }
}

#[tokio::test]
async fn confirmed_material_is_sold_and_cancelled_material_comes_back_whatever_is_repeated() {
    let world = World::new();
    let product = world.product("TR131").await;
    let lot = world.lot(&product, "10", "90").await;
    for _ in 0..2 {
        world.hear(&[requested(1, &product, "3", &lot), requested(2, &product, "4", &lot)]).await;
        world.hear(&[confirmed(1, &product), cancelled(2, &product)]).await;
    }
    assert_eq!(buckets(&world, &lot).await, ["7.000", "0.000", "3.000"]);
}

#[tokio::test]
async fn nothing_is_held_for_a_deal_that_was_cancelled_before_it_was_heard_of() {
    let world = World::new();
    let product = world.product("TR131").await;
    let lot = world.lot(&product, "10", "90").await;
    world.hear(&[cancelled(1, &product)]).await;
    world.hear(&[requested(1, &product, "3", &lot)]).await;
    assert_eq!(buckets(&world, &lot).await, ["10.000", "0.000", "0.000"]);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_alone() {
    let world = World::new();
    let product = world.product("TR131").await;
    let lot = world.lot(&product, "10", "90").await;
    let foreign = world.product("OTHER").await;
    let facts = [
        ("deal.requested", json!({ "dealId": "nonsense" })),
        requested(1, &product, "3", &lot),
        requested(2, &foreign, "3", &lot),
        ("deal.invented", json!({})),
    ];
    assert_eq!(world.hear(&facts).await, [false, true, false, false]);
    assert_eq!(buckets(&world, &lot).await, ["7.000", "3.000", "0.000"]);
}

#[tokio::test]
async fn a_purchase_without_a_warehouse_lies_in_the_deals_own() {
    let world = World::new();
    let product = world.product("TR131").await;
    let sources = json!([
        { "kind": "purchase", "supplier": "Fresh", "quantityKg": "21000", "ratePerKg": "90" },
    ]);
    world
        .hear(&[(
            "deal.requested",
            json!({
                    "dealId": deal(1), "productId": product, "quantityKg": "10000", "date": "2025-08-01",
            "due": NOON.plus_ms(120_000),
                    "warehouse": "bhiwandi", "sources": sources,
                }),
        )])
        .await;
    let lot = world.get(&format!("/v1/lots/lot_{}_1", product.trim_start_matches("product_"))).await;
    assert_eq!(
        [&lot["warehouse"], &lot["availableKg"], &lot["purchasedFor"]],
        ["bhiwandi", "11000.000", &deal(1)]
    );
}

#[tokio::test]
async fn a_request_published_again_long_after_its_deal_was_due_holds_nothing() {
    let world = World::new();
    let product = world.product("TR131").await;
    let lot = world.lot(&product, "10", "90").await;
    let (name, mut fact) = requested(1, &product, "3", &lot);
    fact["due"] = json!(NOON.plus_days(-40));
    assert_eq!(world.hear(&[(name, fact.clone())]).await, [true]);
    assert_eq!(buckets(&world, &lot).await, ["10.000", "0.000", "0.000"]);
    // A day late is an outage, not a replay.
    fact["due"] = json!(NOON.plus_days(-1));
    world.hear(&[(name, fact)]).await;
    assert_eq!(buckets(&world, &lot).await, ["7.000", "3.000", "0.000"]);
}
