//! `import-parties`

use serde_json::{Value, json};

use crate::world::World;

fn item(legacy_id: &str, name: &str, role: &str) -> Value {
    json!({
        "legacyIds": [legacy_id], "name": name, "roles": [role], "active": true,
        "contactPerson": null, "phone": null, "email": null, "address": null,
    })
}

async fn import(world: &World, items: &[Value]) -> Vec<Value> {
    let event = json!({ "kind": "import-parties", "tenant": "main", "items": items });
    world.ask(event).await.unwrap()["items"].as_array().unwrap().clone()
}

fn outcomes(reports: &[Value]) -> Vec<&str> {
    reports.iter().map(|report| report["outcome"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_same_import_again_changes_nothing() {
    let world = World::new();
    let items = [
        item("sale_parties:c1", "Ivory Ice\u{2011}cream Cups", "customer"),
        item("purchase_parties:c2", "Gulf Polymers", "supplier"),
        item("purchase_parties:c3", "IVORY ice-cream cups", "supplier"),
    ];
    let first = import(&world, &items).await;
    assert_eq!(outcomes(&first), ["created", "created", "changed"]);
    assert_eq!(first[0]["id"], first[2]["id"], "one name is one party");
    assert_eq!(first[1]["legacyIds"], json!(["purchase_parties:c2"]));
    let party = world.get(&format!("/v1/parties/{}", first[0]["id"].as_str().unwrap())).await;
    assert_eq!(party["name"], "Ivory Ice\u{2011}cream Cups");
    assert_eq!(party["roles"], json!(["customer", "supplier"]));
    assert_eq!(party["legacyIds"], json!(["purchase_parties:c3", "sale_parties:c1"]));
    let commits = world.log.streams().into_values().flatten().count();
    let again = import(&world, &items).await;
    assert_eq!(outcomes(&again), ["unchanged"; 3]);
    assert_eq!(world.log.streams().into_values().flatten().count(), commits);
    for (before, after) in first.iter().zip(&again) {
        assert_eq!(before["id"], after["id"]);
    }
}

#[tokio::test]
async fn people_and_addresses_are_sealed_and_come_once() {
    let world = World::new();
    let mut with_people = item("sale_parties:c1", "Ivory", "customer");
    with_people["contactPerson"] = json!("Asha Rao");
    with_people["phone"] = json!("098765 43210");
    with_people["email"] = json!("asha@ivory.example");
    with_people["address"] = json!("12, MIDC Road");
    let reports = import(&world, &[with_people.clone(), with_people.clone()]).await;
    assert_eq!(outcomes(&reports), ["created", "unchanged"]);
    let party = world.get(&format!("/v1/parties/{}", reports[0]["id"].as_str().unwrap())).await;
    assert_eq!(party["contacts"][0]["phones"], json!(["+919876543210"]));
    assert_eq!(party["addresses"], json!([{ "lines": "12, MIDC Road" }]));
    with_people["phone"] = json!("+919876500000");
    assert_eq!(outcomes(&import(&world, &[with_people]).await), ["changed"]);
}

#[tokio::test]
async fn a_faulty_item_is_refused_alone_with_all_its_faults() {
    let world = World::new();
    let faulty = json!({
        "legacyIds": [], "name": " ", "roles": ["broker"], "phone": "12", "email": "nobody", "contactPerson": "x".repeat(501),
    });
    let unreadable =
        json!({ "legacyIds": ["sale_parties:c0"], "name": "Ebony", "roles": ["customer"], "phone": 98765 });
    let reports = import(&world, &[faulty, item("sale_parties:c1", "Ivory", "customer"), unreadable]).await;
    assert_eq!(outcomes(&reports), ["refused", "created", "refused"]);
    assert_eq!(reports[2]["legacyIds"], json!(["sale_parties:c0"]));
    assert!(!reports[2].to_string().contains("98765"), "{}", reports[2]);
    let faults = reports[0]["faults"].as_array().unwrap();
    let mut places: Vec<&str> = faults.iter().map(|fault| fault["pointer"].as_str().unwrap()).collect();
    places.sort_unstable();
    assert_eq!(places, ["/contactPerson", "/email", "/legacyIds", "/name", "/phone", "/roles"]);
    assert_eq!(reports[0].get("id"), None);
}

#[tokio::test]
async fn an_import_finds_a_party_by_its_alias_and_through_a_merge() {
    let world = World::new();
    let (loser, winner) = (world.customer("Ebony Works").await, world.customer("Ivory").await);
    world.change(&winner, &json!({ "name": "Ivory Foods" })).await;
    world.merge(&loser, &winner).await;
    let items = [
        item("sale_parties:c1", "Ivory", "customer"),
        item("purchase_parties:c2", "ebony works", "supplier"),
    ];
    let reports = import(&world, &items).await;
    assert_eq!(outcomes(&reports), ["changed", "changed"]);
    assert_eq!([&reports[0]["id"], &reports[1]["id"]], [&json!(winner), &json!(winner)]);
    assert_eq!(outcomes(&import(&world, &items).await), ["unchanged"; 2]);
}

#[tokio::test]
async fn an_event_that_is_no_import_is_refused_as_a_whole() {
    let world = World::new();
    for event in [
        json!({ "kind": "import-parties" }),
        json!({ "kind": "import-parties", "items": [], "colour": "red" }),
        json!({ "kind": "import-parties", "items": vec![item("a:1", "Ivory", "customer"); 501] }),
    ] {
        assert_eq!(world.ask(event).await.unwrap_err().code, "invalid");
    }
    assert!(world.log.streams().is_empty());
}

#[tokio::test]
async fn what_was_imported_is_told_page_by_page_and_what_was_not_is_left_out() {
    let world = World::new();
    let names: Vec<String> = (0..230).map(|n| format!("Party {n:03}")).collect();
    let items: Vec<Value> =
        (0..).zip(&names).map(|(n, name)| item(&format!("s:{n}"), name, "customer")).collect();
    import(&world, &items).await;
    world.customer("Made here").await;
    world.relay_all().await;
    let mut found = Vec::new();
    let mut event = json!({ "kind": "imported", "of": "parties" });
    loop {
        let page = world.ask(event.clone()).await.unwrap();
        found.extend(page["rows"].as_array().unwrap().clone());
        if page["next"].is_null() {
            break;
        }
        event["after"] = page["next"].clone();
    }
    assert_eq!(found.iter().map(|row| row["name"].as_str().unwrap()).collect::<Vec<_>>(), names);
    assert_eq!(
        found[7],
        json!({ "legacyIds": ["s:7"], "name": "Party 007", "roles": ["customer"], "active": true })
    );
}
