//! What a request leaves in the log.

use http_kit::testing::TestRequest;
use serde_json::Value;
use testkit::logs::capture;

use crate::app::{GOOD_ORDER, router};

async fn lines_of(request: TestRequest) -> Vec<Value> {
    let captured = capture();
    request.send(&router()).await;
    captured.lines()
}

#[tokio::test]
async fn a_request_leaves_one_line_without_its_content() {
    let request = TestRequest::post("/v1/orders?validateOnly=true").caller("user_1", &["order:write"]);
    let request =
        request.key("key-secret").header("x-correlation-id", "corr-1").raw("application/json", GOOD_ORDER);
    let lines = lines_of(request.header("authorization", "Bearer token-secret")).await;
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(line["message"], "POST /v1/orders 204");
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["http.method"], "POST");
    assert_eq!(line["http.route"], "/v1/orders");
    assert_eq!(line["http.status"], 204);
    assert_eq!(line["duration_ms"], 10);
    assert_eq!(line["correlation.id"], "corr-1");
    assert_eq!(line["principal.id"], "user_1");
    let text = line.to_string();
    for private in ["secret", "Rama", "validateOnly"] {
        assert!(!text.contains(private), "{private} in {text}");
    }
}

#[tokio::test]
async fn a_path_is_logged_as_its_route() {
    let path = "/v1/orders/order_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f";
    let lines = lines_of(TestRequest::get(path).caller("user_1", &[])).await;
    assert_eq!(lines[0]["http.route"], "/v1/orders/{id}");
    let lines = lines_of(TestRequest::get("/wp-admin.php")).await;
    assert_eq!((&lines[0]["http.route"], &lines[0]["principal.id"]), (&"none".into(), &"none".into()));
}

#[tokio::test]
async fn a_failure_is_logged_once_with_its_cause() {
    for (path, cause) in [
        ("/v1/fail", "secret table name"),
        ("/v1/lose", "secret host name"),
        ("/v1/crash", "panic: secret invariant"),
    ] {
        let lines = lines_of(TestRequest::get(path)).await;
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert_eq!((&lines[0]["level"], &lines[0]["cause"]), (&"ERROR".into(), &cause.into()));
    }
}

#[tokio::test]
async fn a_refusal_is_information_not_an_error() {
    let lines = lines_of(TestRequest::get("/v1/orders")).await;
    assert_eq!(
        (&lines[0]["level"], &lines[0]["problem"]),
        (&"INFO".into(), &"/problems/unauthenticated".into())
    );
}
