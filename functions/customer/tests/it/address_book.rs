//! `address-book`: parties with how to reach them, for whoever shows them elsewhere.

use serde_json::{Value, json};
use testkit::sample;

use crate::world::{World, ivory};

async fn listed(world: &World, role: &str) -> Vec<Value> {
    world.relay_all().await;
    let answer = world.ask(json!({ "kind": "address-book", "role": role })).await.unwrap();
    assert_eq!(answer["next"], Value::Null, "{answer}");
    answer["rows"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_party_is_listed_in_its_role_with_its_people_and_addresses_and_no_tax_number() {
    let world = World::new();
    let id = world.ivory().await;
    let entry = listed(&world, "customer").await.remove(0);
    assert_eq!((&entry["id"], &entry["name"]), (&json!(id), &ivory()["name"]));
    assert_eq!(entry["contacts"][0]["phones"], json!(["+919876543210"]));
    assert_eq!(entry["addresses"][0]["city"], "Bhiwandi");
    assert!(!entry.to_string().contains("AAPFU0939F"), "{entry}");
    assert_eq!(listed(&world, "supplier").await, Vec::<Value>::new());
    assert_eq!(
        world.ask(sample("customer/address-book")).await.unwrap()["rows"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn erased_merged_and_inactive_parties_are_left_out() {
    let world = World::new();
    let erased = world.ivory().await;
    let (into, merged) = (world.customer("Winner").await, world.customer("Loser").await);
    let asleep = world.customer("Asleep").await;
    assert_eq!(listed(&world, "customer").await.len(), 4);
    assert_eq!(world.act(&erased, "erase").await.status(), 200);
    assert_eq!(world.merge(&merged, &into).await.status(), 200);
    assert_eq!(world.change(&asleep, &json!({ "active": false })).await.status(), 200);
    let unheard = world.ask(json!({ "kind": "address-book", "role": "customer" })).await.unwrap();
    assert_eq!(
        unheard["rows"].as_array().unwrap().len(),
        1,
        "also before the list has heard of it: {unheard}"
    );
    let left = listed(&world, "customer").await;
    assert_eq!((left.len(), &left[0]["id"]), (1, &json!(into)), "{left:?}");
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap() {
    let world = World::new();
    for number in 0..120 {
        world.customer(&format!("Party {number:03}")).await;
    }
    world.relay_all().await;
    let first = world.ask(json!({ "kind": "address-book", "role": "customer" })).await.unwrap();
    let after = json!({ "kind": "address-book", "role": "customer", "after": first["next"] });
    let second = world.ask(after).await.unwrap();
    let count = |page: &Value| page["rows"].as_array().unwrap().len();
    assert_eq!((count(&first), count(&second), &second["next"]), (100, 20, &Value::Null));
}
