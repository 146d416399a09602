//! Taking imported parties back.

use http_kit::testing::TestRequest;
use messaging::Envelope;
use serde_json::{Value, json};

use crate::world::World;

const NAME: &str = "Ivory Ice\u{2011}cream Cups";

/// A party with everything that is personal in the old system.
fn item() -> Value {
    json!({
        "legacyIds": ["sale_parties:c1"], "name": NAME, "roles": ["customer", "supplier"], "active": true,
        "contactPerson": "Asha Rao", "phone": "098765 43210", "email": "asha@ivory.example",
        "address": "12, MIDC Road",
    })
}

async fn import(world: &World) -> Value {
    let event = json!({ "kind": "import-parties", "tenant": "main", "items": [item()] });
    world.ask(event).await.unwrap()["items"][0].clone()
}

/// An imported party; gives its id.
async fn moved_in() -> (World, String) {
    let world = World::new();
    let id = import(&world).await["id"].as_str().unwrap().to_owned();
    world.relay_all().await;
    (world, id)
}

async fn ask(world: &World, more: Value) -> Value {
    let mut event = json!({ "kind": "withdraw-parties", "tenant": "main", "names": [NAME] });
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.ask(event).await.unwrap()["items"][0].clone()
}

async fn withdraw(world: &World) -> Value {
    ask(world, json!({})).await
}

fn reason(answer: &Value) -> &str {
    assert_eq!(answer["outcome"], "kept", "{answer}");
    answer["reason"].as_str().unwrap()
}

/// How many entries each list and look-up has.
async fn shown(world: &World) -> Vec<usize> {
    let mut counts = Vec::new();
    for path in [
        "/v1/parties",
        "/v1/parties?role=customer",
        "/v1/parties?role=supplier",
        "/v1/parties/suggest?q=ivory",
        "/v1/parties/lookup?name=ivory%20ice-cream%20cups",
        "/v1/parties/lookup?phone=%2B919876543210",
        "/v1/parties/lookup?email=asha%40ivory.example",
    ] {
        let answer = world.get(path).await;
        counts.push(answer["data"].as_array().unwrap_or_else(|| panic!("{path}: {answer}")).len());
    }
    counts
}

/// A fact about a deal in which the party buys, or supplies.
fn deal(world: &World, kind: &str, sequence: u64, buys: bool) -> Envelope {
    let (customer, supplier) = if buys { (NAME, "Gulf") } else { ("Shree", "IVORY ice-cream cups") };
    let data = json!({
        "dealId": format!("deal_{:032}", 1), "reference": "D-1", "legacyId": "deals:1",
        "terms": {
            "customer": customer, "date": "2025-07-01", "productCode": "TR131", "quantityKg": "10", "ratePerKg": "95",
        },
        "sources": [{ "supplier": supplier, "quantityKg": "10", "ratePerKg": "90" }],
    });
    world.envelope(kind, sequence, data)
}

#[tokio::test]
async fn a_party_that_nothing_was_built_upon_is_found_nowhere_and_comes_back_whole() {
    let (world, id) = moved_in().await;
    let path = format!("/v1/parties/{id}");
    let before = world.get(&path).await;
    assert_eq!(shown(&world).await, [1; 7]);
    let commits = || world.log.streams().into_values().flatten().count();
    assert_eq!(ask(&world, json!({ "dryRun": true })).await["outcome"], "withdrawn");
    assert_eq!(commits(), 1, "a dry run writes nothing");

    let gone = withdraw(&world).await;
    assert_eq!((&gone["outcome"], &gone["id"]), (&json!("withdrawn"), &json!(id)));
    assert_eq!(withdraw(&world).await["outcome"], "unchanged");
    let told = world.relay_all().await;
    let told = told.iter().find(|fact| fact.fact_type == "customer.party-import-withdrawn").unwrap();
    assert_eq!((&told.data["partyId"], &told.data["name"]), (&json!(id), &json!(NAME)));
    assert_eq!(world.send(TestRequest::get(&path)).await.status(), 404);
    assert_eq!(shown(&world).await, [0; 7]);
    for party in [NAME, id.as_str()] {
        let resolved = world.ask(json!({ "kind": "resolve", "party": party })).await.unwrap();
        assert_eq!(resolved, json!({ "answer": "unknown", "nearest": [] }), "no deal can name it");
    }
    let listed = world.ask(json!({ "kind": "imported", "of": "parties" })).await.unwrap();
    assert_eq!(listed["rows"], json!([]));

    assert_eq!(import(&world).await["outcome"], "changed");
    let mut back = world.get(&path).await;
    back["version"] = before["version"].clone();
    assert_eq!(back, before, "people and address too: the key was kept");
    world.relay_all().await;
    assert_eq!(shown(&world).await, [1; 7]);
}

#[tokio::test]
async fn a_name_that_is_free_again_may_be_a_new_partys_or_another_ones_alias() {
    let (world, id) = moved_in().await;
    withdraw(&world).await;
    let body = json!({
        "name": "IVORY ice-cream cups", "roles": ["customer"], "contacts": [{ "name": "Ravi", "phones": [], "emails": [] }],
    });
    let entered = world.enter(&body).await;
    assert_eq!((&entered["id"], &entered["legacyIds"]), (&json!(id), &Value::Null), "one name, one identity");
    assert_eq!(entered["contacts"][0]["name"], "Ravi");
    assert_eq!(withdraw(&world).await["outcome"], "absent", "this one was never imported");

    let (world, id) = moved_in().await;
    withdraw(&world).await;
    let other = world.customer("Ivory Foods").await;
    let taken = world.change(&other, &json!({ "aliases": [NAME] })).await;
    assert_eq!(taken.status(), 200, "{}", taken.json());
    let found = world.get("/v1/parties/lookup?name=ivory%20ice-cream%20cups").await;
    assert_eq!(found["data"][0]["id"], json!(other));
    let refused = world
        .send(TestRequest::post("/v1/parties").key("k").json(&json!({ "name": NAME, "roles": ["customer"] })))
        .await;
    assert_eq!((refused.status(), &refused.json()["existingId"]), (409, &json!(other)));
    let imported = import(&world).await;
    assert_eq!((&imported["outcome"], &imported["id"]), (&json!("changed"), &json!(other)));
    assert!(reason(&withdraw(&world).await).contains("entered here before"));
    assert_eq!(world.send(TestRequest::get(&format!("/v1/parties/{id}"))).await.status(), 404);
}

#[tokio::test]
async fn a_party_is_kept_while_deals_name_it_and_says_when_it_only_has_not_been_heard_that_they_are_gone() {
    for buys in [true, false] {
        let (world, _) = moved_in().await;
        world.hear(&[deal(&world, "deal.imported", 1, buys)]).await;
        assert!(reason(&withdraw(&world).await).contains("deals that stand name the party: 1"), "{buys}");
        let gone = json!({ "gone": ["deals:1"] });
        let unheard = ask(&world, gone.clone()).await;
        assert_eq!((&unheard["outcome"], &unheard["unheard"]), (&json!("waiting"), &json!(1)), "{unheard}");
        assert!(unheard["reason"].as_str().unwrap().contains("not been heard yet: 1"), "{unheard}");
        let dry = ask(&world, json!({ "gone": ["deals:1"], "dryRun": true })).await;
        assert_eq!(dry["outcome"], "withdrawn");
        world.hear(&[deal(&world, "deal.import-withdrawn", 2, buys)]).await;
        assert_eq!(ask(&world, gone).await["outcome"], "withdrawn", "{buys}");
    }
}

#[tokio::test]
async fn a_party_that_people_changed_or_merged_is_kept_and_one_that_is_merged_leads_on() {
    let (world, id) = moved_in().await;
    let other = world.customer("Ivory Foods").await;
    assert_eq!(world.merge(&other, &id).await.status(), 200);
    world.relay_all().await;
    assert!(reason(&withdraw(&world).await).contains("merged into this one: 1"));
    assert_eq!(world.act(&other, "unmerge").await.status(), 200);
    world.relay_all().await;
    assert_eq!(world.merge(&id, &other).await.status(), 200);
    assert!(reason(&withdraw(&world).await).contains("merged into"));
    assert_eq!(world.act(&id, "unmerge").await.status(), 200);
    assert_eq!(world.change(&id, &json!({ "active": false })).await.status(), 200);
    assert!(reason(&withdraw(&world).await).contains("changed here"));
    let absent = json!({ "kind": "withdraw-parties", "names": ["Nobody", "\n"] });
    let answer = world.ask(absent).await.unwrap();
    assert_eq!(answer["items"][0], json!({ "name": "Nobody", "outcome": "absent" }));
    assert_eq!(answer["items"][1]["outcome"], "absent");
}

#[tokio::test]
async fn nobody_is_merged_into_a_party_that_was_taken_back() {
    let (world, id) = moved_in().await;
    withdraw(&world).await;
    let other = world.customer("Ivory Foods").await;
    assert_eq!(world.merge(&other, &id).await.faults(), [("/intoId".to_owned(), "unknown".to_owned())]);
    assert_eq!(world.act(&id, "erase").await.status(), 404);
}
