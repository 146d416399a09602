use axum::Router;
use axum::body::Bytes;
use axum::extract::{Extension, Request};
use axum::http::{HeaderMap, Uri};
use axum::routing::{any, get};
use http_kit::AuthorizerContext;
use lambda_entry::{App, HttpOrigin};
use serde_json::{Value, json};

use crate::support::{HTTP_GET, HTTP_POST_BASE64, bare_app, changed};

/// Answers with what it was asked.
async fn mirror(uri: Uri, headers: HeaderMap, request: Request) -> String {
    let authorizer = request.extensions().get::<AuthorizerContext>();
    json!({
        "method": request.method().as_str(),
        "uri": uri.to_string(),
        "cookie": headers.get("cookie").map(|value| value.to_str().unwrap()),
        "correlation": headers.get("x-correlation-id").map(|value| value.to_str().unwrap()),
        "userId": authorizer.and_then(|context| context.0.get("userId")),
    })
    .to_string()
}

fn app() -> App {
    bare_app().http(
        Router::new()
            .route("/v1/things/{id}", any(mirror))
            .route("/v1/echo", any(async |body: Bytes| body))
            .route("/v1/ip", get(async |Extension(origin): Extension<HttpOrigin>| format!("{origin:?}")))
            .route("/v1/panic", any(async || -> String { panic!("the handler broke") })),
    )
}

async fn answer(event: &str) -> Value {
    app().handle(event).await.unwrap()
}

async fn mirrored(event: &str) -> Value {
    serde_json::from_str(answer(event).await["body"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_request_reaches_the_router_as_it_was_sent() {
    let seen = mirrored(HTTP_GET).await;
    assert_eq!(seen["method"], "GET");
    assert_eq!(seen["uri"], "/v1/things/a%2Fb?tag=red&tag=blue&q=a%20b");
    assert_eq!(seen["correlation"], "corr-42");
}

#[tokio::test]
async fn cookies_become_one_header_again() {
    assert_eq!(mirrored(HTTP_GET).await["cookie"], "theme=dark; session=abc");
}

#[tokio::test]
async fn a_cookie_header_is_left_alone_where_the_platform_sends_no_cookies() {
    let event = changed(HTTP_GET, |event| {
        event["headers"]["cookie"] = json!("kept=1");
        event.as_object_mut().unwrap().remove("cookies");
    });
    assert_eq!(mirrored(&event).await["cookie"], "kept=1");
}

#[tokio::test]
async fn the_authorizers_context_becomes_an_extension() {
    assert_eq!(mirrored(HTTP_GET).await["userId"], "user_0191");
}

#[tokio::test]
async fn a_request_without_an_authorizer_is_anonymous() {
    for nothing in [json!(null), json!({}), json!({ "lambda": null }), json!({ "lambda": {} })] {
        let event = changed(HTTP_GET, |event| event["requestContext"]["authorizer"] = nothing);
        assert_eq!(mirrored(&event).await["userId"], Value::Null);
    }
}

#[tokio::test]
async fn the_callers_address_is_kept() {
    let event = changed(HTTP_GET, |event| event["rawPath"] = json!("/v1/ip"));
    let body = answer(&event).await["body"].clone();
    assert!(body.as_str().unwrap().contains("203.0.113.7"), "{body}");
}

#[tokio::test]
async fn a_binary_body_survives_both_ways() {
    let answer = answer(HTTP_POST_BASE64).await;
    assert_eq!(answer["statusCode"], 200);
    assert_eq!(answer["body"], "/wDwgA==");
    assert_eq!(answer["isBase64Encoded"], true);
}

#[tokio::test]
async fn a_text_body_survives_both_ways() {
    let event = changed(HTTP_POST_BASE64, |event| {
        event["body"] = json!("{\"name\":\"Zoë\"}");
        event["isBase64Encoded"] = json!(false);
    });
    let answer = answer(&event).await;
    assert_eq!(answer["body"], "{\"name\":\"Zoë\"}");
    assert_eq!(answer["isBase64Encoded"], false);
}

#[tokio::test]
async fn an_empty_body_is_no_body() {
    for event in [
        changed(HTTP_POST_BASE64, |event| event["body"] = json!("")),
        changed(HTTP_POST_BASE64, |event| {
            event.as_object_mut().unwrap().remove("body");
        }),
    ] {
        let answer = answer(&event).await;
        assert_eq!(answer["statusCode"], 200);
        assert_eq!(answer.get("body"), None);
    }
}

#[tokio::test]
async fn a_body_that_is_not_the_base64_it_claims_fails_the_invocation() {
    let event = changed(HTTP_POST_BASE64, |event| event["body"] = json!("not base64!"));
    let error = app().handle(event).await.unwrap_err();
    assert_eq!(error.to_string(), "this http event has no usable `body`");
}

#[tokio::test]
async fn a_path_nobody_serves_is_the_routers_business() {
    let event = changed(HTTP_GET, |event| event["rawPath"] = json!("/elsewhere"));
    assert_eq!(answer(&event).await["statusCode"], 404);
}

#[tokio::test]
async fn a_panic_is_answered_without_saying_why_and_the_next_request_is_served() {
    let app = app();
    let event = changed(HTTP_GET, |event| event["rawPath"] = json!("/v1/panic"));
    let answer = app.handle(event).await.unwrap();
    assert_eq!(answer["statusCode"], 500);
    assert_eq!(answer["headers"]["content-type"], "application/problem+json");
    let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["correlationId"], "corr-42");
    assert!(!body.to_string().contains("broke"), "{body}");
    assert_eq!(app.handle(HTTP_GET).await.unwrap()["statusCode"], 200);
}
