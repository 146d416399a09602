//! What makes two requests the same request.

use http_kit::testing::TestRequest;
use http_kit::{IdempotencyKey, Principal, derived_id, fingerprint, json};
use serde_json::{Value, json};

use crate::app::{GOOD_ORDER, router};

async fn place(tenant: &str, user: &str, key: &str, body: &[u8]) -> Value {
    let request = TestRequest::post("/v1/orders").caller_of(tenant, user, &["order:write"]).key(key);
    request.raw("application/json", body.to_vec()).send(&router()).await.json()
}

#[tokio::test]
async fn a_retry_names_what_the_first_request_made() {
    let first = place("main", "user_1", "key-1", GOOD_ORDER).await;
    assert_eq!(first["id"], place("main", "user_1", "key-1", GOOD_ORDER).await["id"]);
    for other in [
        place("main", "user_1", "key-2", GOOD_ORDER).await,
        place("main", "user_2", "key-1", GOOD_ORDER).await,
        place("other", "user_1", "key-1", GOOD_ORDER).await,
    ] {
        assert_ne!(first["id"], other["id"]);
    }
}

#[tokio::test]
async fn the_same_body_written_otherwise_has_the_same_fingerprint() {
    let mut order: Value = serde_json::from_slice(GOOD_ORDER).unwrap();
    let same = serde_json::to_vec_pretty(&order).unwrap();
    order["customer"] = json!("somebody else");
    let other = serde_json::to_vec(&order).unwrap();
    let print = async |body: &[u8]| place("main", "user_1", "k", body).await["remarks"].clone();
    assert_eq!(print(GOOD_ORDER).await, print(&same).await);
    assert_ne!(print(GOOD_ORDER).await, print(&other).await);
}

#[test]
fn a_derived_id_never_changes() {
    let principal = Principal {
        tenant: "main".parse().unwrap(),
        user_id: "user_1".parse().unwrap(),
        name: "Somebody".into(),
        roles: vec![],
        permissions: vec![],
        session_id: None,
        rate_per_minute: None,
    };
    let key = IdempotencyKey::parse("key-1").unwrap();
    let id = derived_id(&principal, "POST /v1/orders", &key);
    // Pinned: another value would forget every key in use at the moment of a deployment.
    assert_eq!(id.to_string(), "641e08f4-4566-5cbd-84a7-4e00a27dcc0b");
    assert_ne!(id, derived_id(&principal, "POST /v1/orders/a", &key));
}

fn canonical(text: &str) -> String {
    json::to_canonical(&json::parse(text.as_bytes()).unwrap().root)
}

/// The sorting example of RFC 8785 §3.2.3.
#[test]
fn members_are_ordered_by_utf_16_code_units() {
    let text =
        "{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,\"\\u00f6\":7}";
    let text = canonical(text);
    let values: Vec<&str> =
        text.trim_matches(['{', '}']).split(',').filter_map(|m| m.split(':').nth(1)).collect();
    assert_eq!(values, ["2e0", "4e0", "6e0", "7e0", "1e0", "5e0", "3e0"]);
}

#[test]
fn strings_are_escaped_as_little_as_possible() {
    assert_eq!(
        canonical(r#""\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/""#),
        r#""€$\u000f\nA'B\"\\\\\"/""#
    );
}

#[test]
fn numbers_agree_exactly_when_their_values_do() {
    for same in
        [["27000", "2.7e4"], ["27000.000", "27000"], ["0.10", "1E-1"], ["-0", "0.000e9"], ["100e-2", "1"]]
    {
        assert_eq!(canonical(same[0]), canonical(same[1]), "{same:?}");
    }
    for other in [["9007199254740.993", "9007199254740.992"], ["1", "-1"], ["10", "1"], ["0.1", "0.01"]] {
        assert_ne!(canonical(other[0]), canonical(other[1]), "{other:?}");
    }
}

#[test]
fn a_string_is_not_the_number_it_looks_like() {
    let print = |text: &str| fingerprint(&json::parse(text.as_bytes()).unwrap().root);
    assert_ne!(print("[\"1\"]"), print("[1]"));
    assert_eq!(print("[ 1 ]").len(), 64);
}
