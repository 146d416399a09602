//! Bodies that are refused, and what the refusal says.

use http_kit::testing::{TestRequest, TestResponse};
use http_kit::{Faults, FromJson, Node};
use serde_json::{Value, json};

use crate::app::{GOOD_ORDER, PlaceOrder, Source, router};

fn post() -> TestRequest {
    TestRequest::post("/v1/orders").caller("user_1", &["order:write"]).key("key-1")
}

async fn send(body: impl Into<Vec<u8>>) -> TestResponse {
    post().raw("application/json", body.into()).send(&router()).await
}

/// The good order with one change.
async fn with(pointer: &str, value: Value) -> TestResponse {
    let mut order: Value = serde_json::from_slice(GOOD_ORDER).unwrap();
    *order.pointer_mut(pointer).unwrap() = value;
    post().json(&order).send(&router()).await
}

fn faults(response: &TestResponse) -> Vec<(String, String)> {
    response.faults()
}

fn fault(place: &str, code: &str) -> (String, String) {
    (place.to_owned(), code.to_owned())
}

#[tokio::test]
async fn a_good_order_is_accepted() {
    let response = send(GOOD_ORDER).await;
    assert_eq!(response.status(), 202, "{:?}", response.body);
    assert_eq!(response.json()["quantityKg"], "30000.000");
}

#[test]
fn the_variants_of_a_union_are_told_apart() {
    let parsed = http_kit::json::parse(GOOD_ORDER).unwrap();
    let order = PlaceOrder::from_json(&Node::body(&parsed.root), &mut Faults::default()).unwrap();
    let [Source::Bin { bin_id, quantity }, Source::Purchase { quantity: bought, rate }] = &*order.sources
    else {
        panic!("{:?}", order.sources)
    };
    assert_eq!(bin_id.to_string(), "bin_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f");
    let shown = [quantity.to_string(), bought.to_string(), rate.to_string()];
    assert_eq!(shown, ["27000.000", "3000.000", "90.00"]);
}

#[tokio::test]
async fn every_fault_is_listed_at_once() {
    let body = json!({
        "date": "2026-02-30", "customer": "", "quantityKg": 0, "ratePerKg": "1.00001", "deliveryTerms": "ship",
        "sources": [{ "binId": "lot_1", "quantityKg": -1 }, { "purchase": { "ratePerKg": [] } }, 7], "remark": "x",
    });
    let response = post().json(&body).send(&router()).await;
    assert_eq!((response.status(), &*response.problem()), (422, "validation"));
    let expected = [
        fault("/date", "malformed"),
        fault("/customer", "empty"),
        fault("/quantityKg", "not-positive"),
        fault("/ratePerKg", "too-precise"),
        fault("/deliveryTerms", "unknown-value"),
        fault("/sources/0/binId", "malformed"),
        fault("/sources/0/quantityKg", "not-positive"),
        fault("/sources/1/purchase/quantityKg", "missing"),
        fault("/sources/1/purchase/ratePerKg", "wrong-type"),
        fault("/sources/2", "wrong-type"),
        fault("/remark", "unknown-field"),
    ];
    assert_eq!(faults(&response), expected);
    let errors = &response.json()["errors"];
    assert_eq!(errors[4]["detail"], r#"must be one of "delivered", "pickup", not "ship""#);
    assert_eq!(errors[10]["detail"], r#"is not a known field; did you mean "remarks"?"#);
}

#[tokio::test]
async fn an_empty_object_lists_every_missing_field() {
    let response = send("{}").await;
    let missing = ["/date", "/customer", "/quantityKg", "/ratePerKg", "/deliveryTerms", "/sources"]
        .map(|p| fault(p, "missing"));
    assert_eq!((response.status(), faults(&response)), (422, missing.to_vec()));
}

#[tokio::test]
async fn quantities_that_are_not_exact_positive_decimals_are_refused() {
    for (value, code) in [
        (json!(0), "not-positive"),
        (json!("-5"), "not-positive"),
        (json!("1.0005"), "too-precise"),
        (json!("1e3"), "malformed"),
        (json!("NaN"), "malformed"),
        (json!(""), "malformed"),
        (json!("1,000"), "malformed"),
        (json!("99999999999999999999999"), "out-of-range"),
        (json!(null), "wrong-type"),
        (json!(true), "wrong-type"),
        (json!({}), "wrong-type"),
    ] {
        let response = with("/quantityKg", value.clone()).await;
        assert_eq!(
            (response.status(), faults(&response)),
            (422, vec![fault("/quantityKg", code)]),
            "{value}"
        );
    }
    let response = send(String::from_utf8_lossy(GOOD_ORDER).replace("\"30000.000\"", "1e308")).await;
    assert_eq!((response.status(), faults(&response)), (422, vec![fault("/quantityKg", "malformed")]));
}

#[tokio::test]
async fn a_number_is_read_from_its_literal_text() {
    // A float would have rounded it to 1, and accepted it.
    let body = String::from_utf8_lossy(GOOD_ORDER).replace("\"30000.000\"", "1.00000000000000000001");
    assert_eq!(faults(&send(body).await), [fault("/quantityKg", "too-precise")]);
    let body = String::from_utf8_lossy(GOOD_ORDER).replace("\"30000.000\"", "999999999.990");
    assert_eq!(send(body).await.json()["quantityKg"], "999999999.990");
}

#[tokio::test]
async fn impossible_dates_are_refused() {
    for date in ["2025-02-29", "2026-13-01", "22-11-2026", "2026-11-22T00:00:00Z", ""] {
        let response = with("/date", json!(date)).await;
        assert_eq!(
            (response.status(), faults(&response)),
            (422, vec![fault("/date", "malformed")]),
            "{date}"
        );
    }
}

#[tokio::test]
async fn text_is_trimmed_and_kept_as_it_is_otherwise() {
    for good in ["<script>alert(1)</script>", "राम एंड संस", "🧪 'quoted' \"x\""] {
        let response = with("/customer", json!(good.chars().take(20).collect::<String>())).await;
        assert_eq!(response.status(), 202, "{good}: {:?}", response.body);
    }
    for (bad, code) in [
        ("   ", "empty"),
        ("a\u{0}b", "control-character"),
        ("a\nb", "control-character"),
        ("a\u{2028}b", "control-character"),
        ("123456789012345678901", "too-long"),
    ] {
        let response = with("/customer", json!(bad)).await;
        assert_eq!((response.status(), faults(&response)), (422, vec![fault("/customer", code)]), "{bad:?}");
    }
    assert_eq!(with("/remarks", json!("line one\r\nline two\tend")).await.status(), 202);
    assert_eq!(faults(&with("/remarks", json!("bell\u{7}")).await), [fault("/remarks", "control-character")]);
}

#[tokio::test]
async fn lists_have_bounds() {
    assert_eq!(faults(&with("/sources", json!([])).await), [fault("/sources", "too-few")]);
    assert_eq!(faults(&with("/sources", json!([1, 2, 3, 4])).await), [fault("/sources", "too-many")]);
    assert_eq!(faults(&with("/sources", json!({ "0": 1 })).await), [fault("/sources", "wrong-type")]);
}

#[tokio::test]
async fn what_is_not_json_is_refused_with_its_place() {
    for (body, line, column) in [
        (&br#"{"date": "2026-11-22""#[..], 1, 22),
        (b"", 1, 1),
        (b"{}\n{}", 2, 1),
        (b"{\"quantityKg\": NaN}", 1, 16),
        (b"{\"quantityKg\": -Infinity}", 1, 17),
        (b"{\"quantityKg\": 01}", 1, 17),
        (b"{\"quantityKg\": .5}", 1, 16),
        (b"[1,]", 1, 4),
        (b"{'a': 1}", 1, 2),
        (b"{\"a\": \"\xff\"}", 1, 8),
        (b"{\"a\": \"\\ud800\"}       ", 1, 7),
        (b"{\"a\": \"line\nbreak\"}", 1, 12),
        (b"// no comments\n{}", 1, 1),
    ] {
        let response = send(body).await;
        let text = String::from_utf8_lossy(body);
        assert_eq!((response.status(), &*response.problem()), (400, "invalid-json"), "{text}");
        assert_eq!(faults(&response), [fault("", "syntax")], "{text}");
        let detail = response.json()["errors"][0]["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with(&format!("line {line}, column {column}: ")), "{text}: {detail}");
    }
}

#[tokio::test]
async fn nesting_has_a_limit() {
    let deep = |levels: usize| [b"[".repeat(levels), b"]".repeat(levels)].concat();
    assert_eq!(send(deep(32)).await.status(), 422);
    let response = send(deep(33)).await;
    assert_eq!(response.status(), 400);
    assert_eq!(response.json()["errors"][0]["detail"], "line 1, column 33: nested deeper than 32 levels");
    assert_eq!(send(b"[".repeat(200_000)).await.status(), 400);
}

#[tokio::test]
async fn a_member_that_occurs_twice_is_refused_beside_the_other_faults() {
    let body = br#"{"date": "x", "customer": "a", "date": "2026-11-22",
        "sources": [{"binId": "b", "quantityKg": 1, "quantityKg": 2}]}"#;
    let response = send(&body[..]).await;
    assert_eq!((response.status(), &*response.problem()), (400, "invalid-request"));
    let found = faults(&response);
    for expected in [
        fault("/date", "duplicate-key"),
        fault("/sources/0/quantityKg", "duplicate-key"),
        fault("/date", "malformed"),
        fault("/ratePerKg", "missing"),
    ] {
        assert!(found.contains(&expected), "{expected:?} is not in {found:?}");
    }
}

#[tokio::test]
async fn pointers_escape_names() {
    let response = send(r#"{"a/b~c": 1, "": 2}"#).await;
    let found = faults(&response);
    assert!(
        found.contains(&fault("/a~1b~0c", "unknown-field")) && found.contains(&fault("/", "unknown-field"))
    );
}

#[tokio::test]
async fn an_answer_stays_small_however_many_faults_there_are() {
    let members: Vec<String> = (0..10_000).map(|n| format!("\"{n}\":1")).collect();
    let response = send(format!("{{{}}}", members.join(","))).await;
    assert_eq!(response.status(), 422);
    assert_eq!(response.json()["errors"].as_array().unwrap().len(), 64);
    assert_eq!(response.json()["detail"], "10006 faults were found; errors lists the first 64.");

    let response = send(format!("{{\"{}\": 1}}", "x".repeat(100_000))).await;
    assert_eq!(response.status(), 422);
    assert!(response.body.len() < 4_096, "{}", response.body.len());
}

#[tokio::test]
async fn other_media_types_are_refused() {
    for media_type in ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"] {
        let response = post().raw(media_type, GOOD_ORDER).send(&router()).await;
        assert_eq!(
            (response.status(), &*response.problem()),
            (415, "unsupported-media-type"),
            "{media_type}"
        );
    }
    assert_eq!(post().send(&router()).await.status(), 415);
    let response = post().raw("Application/JSON; charset=UTF-8", GOOD_ORDER).send(&router()).await;
    assert_eq!(response.status(), 202);
}

#[tokio::test]
async fn a_body_over_256_kb_is_refused_whether_or_not_it_says_so() {
    let padded = |len: usize| {
        let mut body = GOOD_ORDER.to_vec();
        body.resize(len, b' ');
        body
    };
    assert_eq!(send(padded(262_144)).await.status(), 202);
    let response = send(padded(262_145)).await;
    assert_eq!((response.status(), &*response.problem()), (413, "payload-too-large"));
    let announced =
        post().header("content-length", "262145").raw("application/json", "{}").send(&router()).await;
    assert_eq!(announced.status(), 413);
}

#[tokio::test]
async fn null_means_absent_where_a_field_may_be_absent() {
    assert_eq!(with("/remarks", Value::Null).await.status(), 202);
    assert_eq!(faults(&with("/customer", Value::Null).await), [fault("/customer", "wrong-type")]);
}

#[tokio::test]
async fn a_secret_is_read_as_typed_and_never_echoed() {
    let body = json!({ "email": "a@b.example", "password": "", "pasword": "hunter2" });
    let response = TestRequest::post("/v1/sign-in").json(&body).send(&router()).await;
    assert_eq!((response.status(), response.faults().len()), (422, 2));
    assert!(!String::from_utf8_lossy(&response.body).contains("hunter2"));
}
