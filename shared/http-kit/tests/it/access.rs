//! Who may do what.

use http::Method;
use http_kit::testing::{TestRequest, assert_guarded};
use serde_json::{Value, json};

use crate::app::{router, routes};

#[tokio::test]
async fn no_route_but_the_public_ones_serves_a_stranger() {
    assert_eq!(assert_guarded(&routes().table(), &router()).await, 4);
}

#[tokio::test]
async fn an_answer_of_the_authorizer_that_makes_no_sense_is_nobody() {
    for context in [
        json!({ "tenant": "main" }),
        json!({ "tenant": "../x", "userId": "u", "permissions": "order:read" }),
        json!({ "tenant": "main", "userId": "", "permissions": "order:read" }),
        json!({ "tenant": 7, "userId": "u" }),
        json!({ "fault": "else", "tenant": "main", "userId": "u", "permissions": "order:read" }),
    ] {
        let response = TestRequest::get("/v1/orders").authorizer(context.clone()).send(&router()).await;
        assert_eq!((response.status(), &*response.problem()), (401, "unauthenticated"), "{context}");
        assert_eq!(response.header("www-authenticate"), "Bearer error=\"invalid_token\"");
    }
}

#[tokio::test]
async fn a_permission_counts_only_when_it_is_spelled_out() {
    for near in ["order:reads", "order", "order:*", "ORDER:READ", "order:read,order:write"] {
        let response = TestRequest::get("/v1/orders").caller("user_1", &[near]).send(&router()).await;
        assert_eq!(response.status(), 403, "{near}");
    }
    let response =
        TestRequest::get("/v1/orders").caller("user_1", &["x", "order:read"]).send(&router()).await;
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn access_is_checked_before_the_request_is_read() {
    let response =
        TestRequest::post("/v1/orders").caller("user_1", &[]).raw("text/plain", "x").send(&router()).await;
    assert_eq!(response.status(), 403);
}

#[tokio::test]
async fn an_expired_token_is_told_from_an_invalid_one() {
    let detail = async |context: Value| {
        let response = TestRequest::get("/v1/orders").authorizer(context).send(&router()).await;
        response.json()["detail"].as_str().unwrap().to_owned()
    };
    assert_ne!(detail(json!({ "fault": "expired" })).await, detail(json!({ "fault": "invalid" })).await);
    assert_ne!(detail(json!({ "fault": "revoked" })).await, detail(json!({ "fault": "invalid" })).await);
}

#[tokio::test]
async fn a_key_that_nobody_can_check_is_neither_let_in_nor_called_wrong() {
    let request = TestRequest::get("/v1/orders").authorizer(json!({ "fault": "unavailable" }));
    let response = request.send(&router()).await;
    assert_eq!((response.status(), &*response.problem()), (503, "unavailable"));
    assert_eq!((response.header("retry-after"), response.header("www-authenticate")), ("30", ""));
}

#[tokio::test]
async fn other_methods_are_refused_with_the_ones_there_are() {
    let response = TestRequest::new(Method::DELETE, "/v1/orders").send(&router()).await;
    assert_eq!((response.status(), &*response.problem()), (405, "method-not-allowed"));
    let mut allowed: Vec<&str> = response.header("allow").split(',').map(str::trim).collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "POST"]);
}

#[tokio::test]
async fn unknown_paths_are_not_found() {
    for path in ["/", "/v1/order", "/v1/orders/", "/v1//orders", "/v1/orders/x/y", "/%2e%2e/"] {
        let response = TestRequest::get(path).send(&router()).await;
        assert_eq!((response.status(), &*response.problem()), (404, "not-found"), "{path}");
    }
}

#[tokio::test]
async fn an_undocumented_route_is_served_and_in_the_table_but_not_in_the_document() {
    let response = TestRequest::new(Method::PUT, "/v1/later/a/b").send(&router()).await;
    assert_eq!((response.status(), &*response.problem()), (501, "not-implemented"));
    assert!(routes().table().iter().any(|route| route.path.starts_with("/v1/later")));
    assert!(!routes().openapi().to_string().contains("/v1/later"));
}

#[tokio::test]
async fn head_answers_as_get_without_a_body() {
    let response =
        TestRequest::new(Method::HEAD, "/v1/orders").caller("u", &["order:read"]).send(&router()).await;
    assert_eq!((response.status(), response.body.len()), (200, 0));
    assert!(!response.header("etag").is_empty());
    let stranger = TestRequest::new(Method::HEAD, "/v1/orders").send(&router()).await;
    assert_eq!(stranger.status(), 401);
}
