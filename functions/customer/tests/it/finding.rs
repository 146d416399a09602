//! `/v1/parties/suggest`, `/v1/parties/lookup`

use http_kit::testing::TestRequest;
use serde_json::json;

use crate::trading::confirmed;
use crate::world::World;

async fn suggested(world: &World, query: &str) -> Vec<String> {
    let answer = world.get(&format!("/v1/parties/suggest?{query}")).await;
    let entries = answer["data"].as_array().unwrap_or_else(|| panic!("{answer}"));
    entries.iter().map(|party| party["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_party_is_suggested_however_its_name_is_typed() {
    let world = World::new();
    world.ivory().await;
    world.customer("Shree Plastics / Nashik").await;
    world.relay_all().await;
    for typed in [
        "Ivory%20Ice-cream",
        "IVORYICE",
        "ice%20cream",
        "icecream%20cups",
        "cups%20ivory",
        "iv",
        "cream/cups",
    ] {
        assert_eq!(
            suggested(&world, &format!("q={typed}")).await,
            ["Ivory Ice\u{2011}cream Cups"],
            "{typed}"
        );
    }
    for typed in ["shreeplastics", "nash", "plastics%20nashik", "Plastics%2FNashik"] {
        assert_eq!(suggested(&world, &format!("q={typed}")).await, ["Shree Plastics / Nashik"], "{typed}");
    }
    assert_eq!(suggested(&world, "q=ivory%20tea").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_search_of_one_letter_is_refused() {
    let world = World::new();
    for typed in ["i", "-", "%2F%20i"] {
        let refused = world.send(TestRequest::get(&format!("/v1/parties/suggest?q={typed}"))).await;
        assert_eq!(refused.faults(), [("q".to_owned(), "too-short".to_owned())], "{typed}");
    }
    assert_eq!(world.send(TestRequest::get("/v1/parties/suggest")).await.status(), 400);
}

#[tokio::test]
async fn who_bought_last_is_suggested_first_then_by_name() {
    let world = World::new();
    for name in ["Poly C", "Poly B", "Poly A"] {
        world.customer(name).await;
    }
    world.relay_all().await;
    assert_eq!(suggested(&world, "q=poly").await, ["Poly A", "Poly B", "Poly C"]);
    world
        .hear(&[confirmed(&world, 1, "POLY b", "2025-07-01"), confirmed(&world, 2, "Poly C", "2025-07-02")])
        .await;
    assert_eq!(suggested(&world, "q=poly").await, ["Poly C", "Poly B", "Poly A"]);
    // An old deal heard late, and the party shown anew, forget nothing.
    world.hear(&[confirmed(&world, 3, "Poly C", "2023-01-01")]).await;
    let found = world.get("/v1/parties/lookup?name=poly%20b").await;
    world.change(found["data"][0]["id"].as_str().unwrap(), &json!({ "active": false })).await;
    world.relay_all().await;
    assert_eq!(suggested(&world, "q=poly").await, ["Poly C", "Poly B", "Poly A"]);
}

#[tokio::test]
async fn a_party_that_is_entered_after_its_deals_is_ranked_by_them() {
    let world = World::new();
    world.hear(&[confirmed(&world, 1, "Poly B", "2025-07-01")]).await;
    world.customer("Poly A").await;
    world.customer("Poly B").await;
    world.relay_all().await;
    assert_eq!(suggested(&world, "q=poly").await, ["Poly B", "Poly A"]);
}

#[tokio::test]
async fn suggestions_are_narrowed_by_role_and_say_which_alias_was_found() {
    let world = World::new();
    world.enter(&json!({ "name": "Gulf Polymers", "roles": ["supplier"], "aliases": ["GPL Trading"] })).await;
    world.customer("Gulf Caps").await;
    world.relay_all().await;
    assert_eq!(suggested(&world, "q=gulf&role=supplier").await, ["Gulf Polymers"]);
    let by_alias = world.get("/v1/parties/suggest?q=gpl").await;
    assert_eq!(by_alias["data"][0]["name"], "Gulf Polymers");
    assert_eq!(by_alias["data"][0]["alias"], "GPL Trading");
}

#[tokio::test]
async fn a_merged_party_is_suggested_as_the_one_it_leads_to() {
    let world = World::new();
    let (loser, winner) = (world.customer("Ebony Works").await, world.customer("Ivory Cups").await);
    world.merge(&loser, &winner).await;
    world.relay_all().await;
    let answer = world.get("/v1/parties/suggest?q=ebony").await;
    let entry = &answer["data"][0];
    assert_eq!(
        [&entry["id"], &entry["name"], &entry["alias"]],
        [&json!(winner), &json!("Ivory Cups"), &json!("Ebony Works")]
    );
}

#[tokio::test]
async fn a_party_is_looked_up_by_phone_email_gstin_and_name() {
    let world = World::new();
    let id = world.ivory().await;
    world.relay_all().await;
    for query in [
        "phone=%2B91%2098765%2043210",
        "email=ASHA@ivory.example",
        "gstin=27aapfu0939f1zv",
        "name=ivory%20ICE-CREAM%20cups",
    ] {
        let found = world.get(&format!("/v1/parties/lookup?{query}")).await;
        assert_eq!(found["data"][0]["id"], json!(id), "{query}: {found}");
    }
    for query in
        ["phone=%2B919876543211", "email=other@ivory.example", "gstin=29AAGCB7383J1Z4", "name=nobody"]
    {
        assert_eq!(world.get(&format!("/v1/parties/lookup?{query}")).await["data"], json!([]), "{query}");
    }
}

#[tokio::test]
async fn a_number_that_was_given_up_leads_nowhere_and_one_that_is_shared_leads_to_all() {
    let world = World::new();
    let id = world.ivory().await;
    let shared = json!({ "name": "Ivory Foods", "roles": ["customer"], "contacts": [{ "phones": ["+919876543210"] }] });
    world.enter(&shared).await;
    world.relay_all().await;
    let by_phone = "/v1/parties/lookup?phone=%2B919876543210";
    assert_eq!(world.get(by_phone).await["data"].as_array().unwrap().len(), 2);
    world.change(&id, &json!({ "contacts": [] })).await;
    // Already before the index has heard of it: what it points to is read.
    assert_eq!(world.get(by_phone).await["data"].as_array().unwrap().len(), 1);
    world.relay_all().await;
    assert_eq!(world.get(by_phone).await["data"][0]["name"], "Ivory Foods");
    let entries = world.ops.items().into_iter().filter(|item| item.pk.ends_with(&format!("BLIND-OF#{id}")));
    let kinds: Vec<String> = entries.map(|item| item.sk.chars().take(5).collect()).collect();
    assert_eq!(kinds, ["gstin"], "its index entries are gone with the number");
}

#[tokio::test]
async fn a_lookup_needs_exactly_one_thing_to_look_for() {
    let world = World::new();
    for (query, code) in [("", "missing"), ("name=x&gstin=27AAPFU0939F1ZV", "too-many")] {
        let refused = world.send(TestRequest::get(&format!("/v1/parties/lookup?{query}"))).await;
        assert_eq!((refused.status(), refused.faults()), (400, vec![("name".to_owned(), code.to_owned())]));
    }
    let malformed = world.send(TestRequest::get("/v1/parties/lookup?phone=12345")).await;
    assert_eq!(malformed.faults(), [("phone".to_owned(), "malformed".to_owned())]);
}
