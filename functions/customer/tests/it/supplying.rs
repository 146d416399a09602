//! `/v1/parties/{id}/supplies` and the supplier's side of `…/stats`.

use messaging::Envelope;
use serde_json::{Value, json};

use crate::world::World;

/// A fact about deal 1 with these sources: supplier, quantity, rate.
fn fact(world: &World, kind: &str, sequence: u64, sources: &[(&str, &str, &str)]) -> Envelope {
    let sources: Vec<Value> = sources
        .iter()
        .map(|(supplier, kg, rate)| json!({ "supplier": supplier, "quantityKg": kg, "ratePerKg": rate }))
        .collect();
    let terms = json!({
        "customer": "Ivory", "date": "2025-07-01", "productCode": "TR131", "quantityKg": "10", "ratePerKg": "95",
    });
    let data = json!({
        "dealId": format!("deal_{:032}", 1), "reference": "D-1", "terms": terms, "sources": sources,
    });
    world.envelope(kind, sequence, data)
}

async fn supplier(world: &World, name: &str) -> String {
    let entered = world.enter(&json!({ "name": name, "roles": ["supplier"] })).await;
    entered["id"].as_str().unwrap().to_owned()
}

async fn supplied(world: &World, id: &str) -> Value {
    world.get(&format!("/v1/parties/{id}/stats")).await["supplied"].clone()
}

#[tokio::test]
async fn what_deals_took_of_a_supplier_is_summed_exactly_and_listed() {
    let world = World::new();
    let (gulf, deccan) = (supplier(&world, "Gulf Polymers").await, supplier(&world, "Deccan").await);
    assert_eq!(supplied(&world, &gulf).await, Value::Null);
    let sources = [
        ("GULF  polymers", "6", "90"),
        ("Deccan", "3", "92"),
        ("Gulf Polymers", "1", "0.005"),
        ("Deccan", "0", "1"),
    ];
    let confirmed = fact(&world, "deal.confirmed", 2, &sources);
    // Twice, as an inbox may bring it.
    assert_eq!(world.hear(&[confirmed.clone(), confirmed]).await, [true, true]);
    assert_eq!(
        supplied(&world, &gulf).await,
        json!({
            "deals": 1, "quantityKg": "7.000", "costInr": "540.01", "averageRatePerKg": "77.1436",
            "lastSuppliedOn": "2025-07-01",
        })
    );
    assert_eq!(supplied(&world, &deccan).await["costInr"], "276.00");
    let listed = world.get(&format!("/v1/parties/{gulf}/supplies")).await;
    let entry = &listed["data"][0];
    assert_eq!((&entry["reference"], &entry["quantityKg"]), (&json!("D-1"), &json!("7.000")));
    assert_eq!(entry["sources"].as_array().unwrap().len(), 2);

    // Called off: it supplied nothing any more, and the list says so. What comes late changes nothing.
    world.hear(&[fact(&world, "deal.cancelled", 3, &sources)]).await;
    world.hear(&[fact(&world, "deal.confirmed", 2, &sources)]).await;
    assert_eq!(supplied(&world, &gulf).await, Value::Null);
    let listed = world.get(&format!("/v1/parties/{gulf}/supplies")).await;
    assert_eq!(listed["data"][0]["status"], "cancelled");
}

#[tokio::test]
async fn a_supplier_that_an_imported_deal_has_no_more_is_withdrawn() {
    let world = World::new();
    let (gulf, deccan) = (supplier(&world, "Gulf").await, supplier(&world, "Deccan").await);
    world.hear(&[fact(&world, "deal.imported", 1, &[("Gulf", "10", "90")])]).await;
    assert_eq!(supplied(&world, &gulf).await["quantityKg"], "10.000");
    for _ in 0..2 {
        world.hear(&[fact(&world, "deal.imported", 2, &[("Deccan", "10", "91")])]).await;
        world.hear(&[fact(&world, "deal.imported", 1, &[("Gulf", "10", "90")])]).await;
        assert_eq!(supplied(&world, &gulf).await, Value::Null);
        assert_eq!(supplied(&world, &deccan).await["costInr"], "910.00");
    }
    world.hear(&[fact(&world, "deal.imported", 3, &[("Gulf", "10", "90")])]).await;
    assert_eq!(supplied(&world, &gulf).await["quantityKg"], "10.000");
    assert_eq!(supplied(&world, &deccan).await, Value::Null);
}

#[tokio::test]
async fn a_supplier_named_by_id_is_filed_there_and_a_merged_one_counts_for_the_party_it_leads_to() {
    let world = World::new();
    let (gulf, deccan) = (supplier(&world, "Gulf").await, supplier(&world, "Deccan").await);
    let mut by_id = fact(&world, "deal.confirmed", 2, &[("whatever it was called", "10", "90")]);
    by_id.data["sources"][0]["supplierId"] = json!(gulf);
    assert_eq!(world.hear(&[by_id]).await, [true]);
    assert_eq!(supplied(&world, &gulf).await["deals"], 1);
    assert_eq!(world.merge(&gulf, &deccan).await.status(), 200);
    world.relay_all().await;
    assert_eq!(supplied(&world, &deccan).await["costInr"], "900.00");
}
