//! Headers, parameters and paths that are refused.

use http_kit::testing::TestRequest;
use serde_json::json;

use crate::app::{GOOD_ORDER, router};

const ORDER: &str = "/v1/orders/order_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f";

fn post(uri: &str) -> TestRequest {
    TestRequest::post(uri).caller("user_1", &["order:write"])
}

fn list(query: &str) -> TestRequest {
    TestRequest::get(&format!("/v1/orders?{query}")).caller("user_1", &["order:read"])
}

fn change() -> TestRequest {
    TestRequest::patch(ORDER).caller("user_1", &["order:write"])
}

#[tokio::test]
async fn a_missing_key_is_listed_beside_the_faults_of_query_and_body() {
    let response = post("/v1/orders?validateOnly=maybe").json(&json!({ "date": 1 })).send(&router()).await;
    assert_eq!((response.status(), &*response.problem()), (400, "invalid-request"));
    let found = response.faults();
    for (place, code) in [
        ("Idempotency-Key", "missing"),
        ("validateOnly", "malformed"),
        ("/date", "wrong-type"),
        ("/sources", "missing"),
    ] {
        assert!(found.contains(&(place.to_owned(), code.to_owned())), "{place}: {found:?}");
    }

    let response = post("/v1/orders").raw("application/json", GOOD_ORDER).send(&router()).await;
    assert_eq!(
        (response.status(), response.faults()),
        (400, vec![("Idempotency-Key".into(), "missing".into())])
    );
}

#[tokio::test]
async fn keys_that_are_not_short_visible_text_are_refused() {
    for key in ["", "has a blank", &"k".repeat(129), "ключ"] {
        let request = TestRequest::post("/v1/orders").caller("user_1", &["order:write"]);
        let response = request.key(key).raw("application/json", GOOD_ORDER).send(&router()).await;
        assert_eq!((response.status(), response.faults()[0].1.as_str()), (400, "malformed"), "{key}");
    }
    let twice =
        post("/v1/orders").key("a").key("b").raw("application/json", GOOD_ORDER).send(&router()).await;
    assert_eq!(twice.status(), 400);
    let longest =
        post("/v1/orders").key(&"k".repeat(128)).raw("application/json", GOOD_ORDER).send(&router()).await;
    assert_eq!(longest.status(), 202);
}

#[tokio::test]
async fn a_change_needs_the_version_it_was_made_from() {
    let missing = change().json(&json!({ "remark": 1 })).send(&router()).await;
    assert_eq!((missing.status(), &*missing.problem()), (428, "precondition-required"));
    let expected =
        [("If-Match".to_owned(), "missing".to_owned()), ("/remark".to_owned(), "unknown-field".to_owned())];
    assert_eq!(missing.faults(), expected);

    let stale = change().if_match(6).json(&json!({})).send(&router()).await;
    assert_eq!(
        (stale.status(), &*stale.problem(), stale.header("etag")),
        (412, "precondition-failed", "\"7\"")
    );

    for malformed in ["7", "*", "\"7", "\"7\" \"8\"", ""] {
        let response = change().header("if-match", malformed).json(&json!({})).send(&router()).await;
        assert_eq!((response.status(), response.faults()[0].1.as_str()), (400, "malformed"), "{malformed}");
    }
    // A weak tag never matches in If-Match; neither does somebody else's.
    for other in ["W/\"7\"", "\"abc\"", "\"07\""] {
        let response = change().header("if-match", other).json(&json!({})).send(&router()).await;
        assert_eq!(response.status(), 412, "{other}");
    }
    for good in ["\"7\"", "\"6\", \"7\"", "\"a,b\",\"7\""] {
        let response = change().header("if-match", good).json(&json!({})).send(&router()).await;
        assert_eq!((response.status(), response.header("etag")), (200, "\"8\""), "{good}");
    }
}

#[tokio::test]
async fn what_the_client_has_already_is_not_sent_again() {
    let get = || TestRequest::get(ORDER).caller("user_1", &[]);
    assert_eq!(get().send(&router()).await.header("etag"), "\"7\"");
    for known in ["\"7\"", "W/\"7\"", "\"1\", \"7\"", "*"] {
        let response = get().header("if-none-match", known).send(&router()).await;
        assert_eq!(
            (response.status(), response.body.len(), response.header("etag")),
            (304, 0, "\"7\""),
            "{known}"
        );
    }
    for other in ["\"6\"", "7", "rubbish"] {
        assert_eq!(get().header("if-none-match", other).send(&router()).await.status(), 200, "{other}");
    }
    let page = list("limit=3").send(&router()).await;
    let etag = page.header("etag").to_owned();
    assert_eq!(list("limit=3").header("if-none-match", &etag).send(&router()).await.status(), 304);
    assert_eq!(list("limit=4").header("if-none-match", &etag).send(&router()).await.status(), 200);
}

#[tokio::test]
async fn every_fault_of_a_query_string_is_listed() {
    let query = "from=2026-02-30&limit=0&limit=5&bin_id=x&urgent=yes&customer=%20";
    let response = list(query).send(&router()).await;
    assert_eq!((response.status(), &*response.problem()), (400, "invalid-request"));
    let expected = [
        ("limit", "duplicate-parameter"),
        ("from", "malformed"),
        ("customer", "empty"),
        ("urgent", "malformed"),
        ("limit", "out-of-range"),
        ("bin_id", "unknown-parameter"),
    ];
    assert_eq!(response.faults(), expected.map(|(place, code)| (place.to_owned(), code.to_owned())));
    assert_eq!(response.json()["errors"][5]["detail"], r#"is not a known parameter; did you mean "binId"?"#);
}

#[tokio::test]
async fn a_page_has_1_to_200_entries_and_50_by_default() {
    for (query, count) in [("", 50), ("limit=1", 1), ("limit=200", 200), ("from=2026-11-22&urgent=true", 50)]
    {
        let page = list(query).send(&router()).await;
        assert_eq!(page.json()["data"].as_array().unwrap().len(), count, "{query}");
    }
    for limit in ["0", "201", "-1", "1.5", "", "99999999999999999999"] {
        assert_eq!(list(&format!("limit={limit}")).send(&router()).await.status(), 400, "{limit}");
    }
}

#[tokio::test]
async fn a_malformed_identifier_is_an_unknown_one() {
    for id in ["order_1", "bin_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f", "%00", "%ff", "..%2f..%2fetc"] {
        let response =
            TestRequest::get(&format!("/v1/orders/{id}")).caller("user_1", &[]).send(&router()).await;
        assert_eq!((response.status(), &*response.problem()), (404, "not-found"), "{id}");
    }
}

#[tokio::test]
async fn waiting_is_capped_and_acknowledged() {
    for (prefer, applied) in [
        ("wait=5", "wait=5"),
        ("respond-async, WAIT=30", "wait=12"),
        ("wait=\"7\"; foo=bar", "wait=7"),
        ("wait=-1", ""),
        ("wait=soon", ""),
        ("return=minimal", ""),
        ("wait=99999999999999999999999", ""),
    ] {
        let request =
            post("/v1/orders").key("k").header("prefer", prefer).raw("application/json", GOOD_ORDER);
        let response = request.send(&router()).await;
        assert_eq!((response.status(), response.header("preference-applied")), (202, applied), "{prefer}");
    }
}
