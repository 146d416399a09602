//! `/v1/parties`: entering, reading, changing.

use http_kit::testing::TestRequest;
use serde_json::{Value, json};

use crate::world::{World, ivory};

fn create(key: &str, body: &Value) -> TestRequest {
    TestRequest::post("/v1/parties").key(key).json(body)
}

#[tokio::test]
async fn a_party_reads_back_at_once_as_it_was_entered() {
    let world = World::new();
    let made = world.send(create("k-1", &ivory())).await;
    assert_eq!((made.status(), made.header("etag")), (201, "\"1\""));
    let party = made.json();
    assert_eq!(party["name"], "Ivory Ice\u{2011}cream Cups");
    assert_eq!(party["nameKey"], "ivory ice-cream cups");
    assert_eq!(
        party["contacts"],
        json!([{ "name": "Asha Rao", "phones": ["+919876543210"], "emails": ["asha@ivory.example"] }])
    );
    assert_eq!(party["addresses"][0]["stateCode"], "27");
    assert_eq!(
        [&party["gstin"], &party["pan"], &party["creditLimitInr"], &party["tags"][0]],
        ["27AAPFU0939F1ZV", "AAPFU0939F", "500000.00", "raffia"]
    );
    let path = made.header("location");
    assert_eq!(path, format!("/v1/parties/{}", party["id"].as_str().unwrap()));
    assert_eq!(world.get(path).await, party);
    assert_eq!(world.send(TestRequest::get(path).header("if-none-match", "\"1\"")).await.status(), 304);
}

#[tokio::test]
async fn the_same_request_again_is_the_same_party_and_another_body_is_refused() {
    let world = World::new();
    let first = world.send(create("k-1", &ivory())).await.json();
    let again = world.send(create("k-1", &ivory())).await;
    assert_eq!((again.status(), again.header("idempotency-replayed")), (201, "true"));
    assert_eq!(again.json(), first);
    let mut other = ivory();
    other["paymentTermsDays"] = json!(45);
    assert_eq!(world.send(create("k-1", &other)).await.problem(), "idempotency-key-reused");
    assert_eq!(world.log.streams().len(), 1);
}

#[tokio::test]
async fn a_name_belongs_to_one_party_whatever_its_role_and_form() {
    let world = World::new();
    let id = world.ivory().await;
    let twin = json!({ "name": "IVORY  ice-cream cups", "roles": ["supplier"] });
    let refused = world.send(create("k-2", &twin)).await;
    assert_eq!((refused.status(), refused.problem().as_str()), (409, "conflict"));
    assert_eq!(refused.json()["existingId"], json!(id));
    assert_eq!(refused.header("location"), format!("/v1/parties/{id}"));
    let alias = json!({ "name": "Ivory Foods", "aliases": ["Ivory Ice-Cream Cups"], "roles": ["supplier"] });
    assert_eq!(world.send(create("k-3", &alias)).await.json()["existingId"], json!(id));
    assert_eq!(world.log.streams().len(), 1);
}

#[tokio::test]
async fn every_fault_of_a_party_is_listed_at_once() {
    let world = World::new();
    let body = json!({
        "name": " ", "roles": [], "gstin": "27AAPFU0939F1ZW", "pan": "AAPXU0939F", "paymentTermsDays": 366,
        "creditLimitInr": "-1", "tags": [""], "colour": "red",
        "contacts": [{ "phones": ["+919876543210", "98765"], "emails": ["asha"] }],
        "addresses": [{ "lines": "", "stateCode": "39" }],
    });
    let refused = world.send(create("k-1", &body)).await;
    assert_eq!(refused.status(), 422);
    let mut places: Vec<String> = refused.faults().into_iter().map(|(place, _)| place).collect();
    places.sort();
    assert_eq!(
        places,
        [
            "/addresses/0/lines",
            "/addresses/0/stateCode",
            "/colour",
            "/contacts/0/emails/0",
            "/contacts/0/phones/1",
            "/creditLimitInr",
            "/gstin",
            "/name",
            "/pan",
            "/paymentTermsDays",
            "/roles",
            "/tags/0",
        ]
    );
    assert!(world.log.streams().is_empty() && world.ops.items().is_empty());
}

#[tokio::test]
async fn a_gstin_of_another_pan_is_refused_also_when_only_one_of_them_changes() {
    let world = World::new();
    let mut body = ivory();
    body["pan"] = json!("AAGCB7383J");
    let refused = world.send(create("k-1", &body)).await;
    assert_eq!(refused.faults(), [("/gstin".to_owned(), "foreign".to_owned())]);
    let id = world.ivory().await;
    let changed = world.change(&id, &json!({ "pan": "AAGCB7383J" })).await;
    assert_eq!(changed.faults(), [("/gstin".to_owned(), "foreign".to_owned())]);
    let both = world.change(&id, &json!({ "pan": "AAGCB7383J", "gstin": "29AAGCB7383J1Z4" })).await;
    assert_eq!((both.status(), both.json()["gstin"].clone()), (200, json!("29AAGCB7383J1Z4")));
}

#[tokio::test]
async fn a_party_changes_only_from_the_version_that_was_read() {
    let world = World::new();
    let path = format!("/v1/parties/{}", world.ivory().await);
    let change = json!({ "active": false });
    assert_eq!(world.send(TestRequest::patch(&path).json(&change)).await.status(), 428);
    assert_eq!(world.send(TestRequest::patch(&path).if_match(7).json(&change)).await.status(), 412);
    let another_tag = TestRequest::patch(&path).header("if-match", "\"abc\"").json(&change);
    assert_eq!(world.send(another_tag).await.status(), 412);
    let changed = world.send(TestRequest::patch(&path).if_match(1).json(&change)).await;
    assert_eq!((changed.status(), changed.header("etag")), (200, "\"2\""));
    assert_eq!(world.get(&path).await, changed.json());
}

#[tokio::test]
async fn a_change_leaves_what_it_does_not_name_and_null_removes() {
    let world = World::new();
    let id = world.ivory().await;
    let before = world.get(&format!("/v1/parties/{id}")).await;
    let change =
        json!({ "gstin": null, "pan": null, "creditLimitInr": null, "roles": ["customer", "supplier"] });
    let after = world.change(&id, &change).await.json();
    for gone in ["gstin", "pan", "creditLimitInr"] {
        assert_eq!(after.get(gone), None, "{gone}");
    }
    assert_eq!(after["roles"], json!(["customer", "supplier"]));
    for kept in ["name", "contacts", "addresses", "tags", "paymentTermsDays"] {
        assert_eq!(after[kept], before[kept], "{kept}");
    }
}

#[tokio::test]
async fn what_is_there_already_writes_nothing() {
    let world = World::new();
    let id = world.ivory().await;
    let mut same = ivory();
    same["name"] = json!("Ivory Ice\u{2011}cream Cups");
    let answer = world.change(&id, &same).await;
    assert_eq!((answer.status(), answer.json()["version"].clone()), (200, json!(1)), "{}", answer.json());
    assert_eq!(world.log.streams().into_values().flatten().count(), 1);
}

#[tokio::test]
async fn an_old_name_keeps_leading_to_the_party_and_is_never_free_again() {
    let world = World::new();
    let id = world.customer("Ivory Cups").await;
    let renamed = world.change(&id, &json!({ "name": "Ivory Foods" })).await.json();
    assert_eq!((&renamed["name"], &renamed["aliases"]), (&json!("Ivory Foods"), &json!(["Ivory Cups"])));
    for name in ["ivory%20cups", "Ivory%20Foods"] {
        let found = world.get(&format!("/v1/parties/lookup?name={name}")).await;
        assert_eq!(found["data"][0]["id"], json!(id), "{name}");
    }
    let refused = world.send(create("k-9", &json!({ "name": "Ivory Cups", "roles": ["supplier"] }))).await;
    assert_eq!((refused.status(), refused.json()["existingId"].clone()), (409, json!(id)));
    let other = world.customer("Other").await;
    let taken = world.change(&other, &json!({ "name": "Ivory Cups" })).await;
    assert_eq!((taken.status(), taken.json()["existingId"].clone()), (409, json!(id)));
    let back = world.change(&id, &json!({ "name": "Ivory Cups" })).await.json();
    assert_eq!((&back["name"], &back["aliases"]), (&json!("Ivory Cups"), &json!(["Ivory Foods"])));
}

#[tokio::test]
async fn personal_data_is_shown_to_those_who_may_see_it() {
    let world = World::new();
    let path = format!("/v1/parties/{}", world.ivory().await);
    let seen = world.send_with(&["party:read"], TestRequest::get(&path)).await.json();
    assert_eq!((seen.get("contacts"), seen.get("addresses")), (None, None));
    // What was cached without contacts does not pass for the answer with them.
    let tag = world.send_with(&["party:read"], TestRequest::get(&path)).await.header("etag").to_owned();
    let again = || TestRequest::get(&path).header("if-none-match", &tag);
    assert_eq!(world.send_with(&["party:read"], again()).await.status(), 304);
    assert_eq!(world.send(again()).await.status(), 200);
    assert_eq!(seen["gstin"], "27AAPFU0939F1ZV", "a tax number stands on every invoice");
    let by_phone = TestRequest::get("/v1/parties/lookup?phone=%2B919876543210");
    let refused = world.send_with(&["party:read"], by_phone).await;
    assert_eq!((refused.status(), refused.json()["permission"].clone()), (403, json!("party:contacts")));
}

#[tokio::test]
async fn a_credit_limit_is_shown_to_those_who_may_see_amounts() {
    let world = World::new();
    let path = format!("/v1/parties/{}", world.ivory().await);
    world.relay_all().await;
    let limits = async |permissions: &[&str]| {
        let read = world.send_with(permissions, TestRequest::get(&path)).await.json();
        let list = world.send_with(permissions, TestRequest::get("/v1/parties")).await.json();
        let by_name = TestRequest::get("/v1/parties/lookup?name=Ivory%20Ice-cream%20Cups");
        let found = world.send_with(permissions, by_name).await.json();
        assert_eq!((&list["data"][0]["id"], &found["data"][0]["id"]), (&read["id"], &read["id"]));
        [read, list["data"][0].clone(), found["data"][0].clone()]
            .map(|party| party.get("creditLimitInr").cloned())
    };
    let limit = || Some(json!("500000.00"));
    assert_eq!(limits(&["party:read", "cost:read"]).await, [limit(), limit(), limit()]);
    assert_eq!(limits(&["party:read", "party:contacts"]).await, [None, None, None]);
    // What was cached without the limit does not pass for the answer with it.
    let masked = world.send_with(&["party:read", "party:contacts"], TestRequest::get(&path)).await;
    let again = TestRequest::get(&path).header("if-none-match", masked.header("etag"));
    assert_eq!(world.send(again).await.status(), 200);
}

#[tokio::test]
async fn parties_of_another_firm_do_not_exist() {
    let world = World::new();
    let path = format!("/v1/parties/{}", world.ivory().await);
    world.relay_all().await;
    assert_eq!(world.send_as_stranger(TestRequest::get(&path)).await.status(), 404);
    for list in ["/v1/parties", "/v1/parties/suggest?q=ivory", "/v1/parties/lookup?gstin=27AAPFU0939F1ZV"] {
        assert_eq!(world.send_as_stranger(TestRequest::get(list)).await.json()["data"], json!([]), "{list}");
    }
}
