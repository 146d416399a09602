use std::sync::Arc;

use lambda_entry::{App, AuthorizerHandler, DirectError, DirectHandler};
use serde_json::{Map, Value, json};

use crate::support::{AUTHORIZER, SCHEDULED, bare_app, changed};

struct Echo;

#[async_trait::async_trait]
impl DirectHandler for Echo {
    async fn handle(&self, kind: &str, payload: Value) -> Result<Value, DirectError> {
        match kind {
            "panic" => panic!("told to"),
            "ready" | "schedule" => Ok(json!({ "kind": kind, "payload": payload })),
            other => Err(DirectError::unknown_kind(other)),
        }
    }
}

#[async_trait::async_trait]
impl AuthorizerHandler for Echo {
    async fn authorize(&self, token: Option<&str>) -> Map<String, Value> {
        Map::from_iter([("token".to_owned(), json!(token))])
    }
}

fn app() -> App {
    bare_app().direct(Arc::new(Echo)).authorizer(Arc::new(Echo))
}

#[tokio::test]
async fn an_answer_stands_under_ok() {
    let answer = app().handle(r#"{"kind":"ready","n":1}"#).await.unwrap();
    assert_eq!(answer, json!({ "ok": { "kind": "ready", "payload": { "kind": "ready", "n": 1 } } }));
}

#[tokio::test]
async fn a_refusal_stands_under_error() {
    let answer = app().handle(r#"{"kind":"dance"}"#).await.unwrap();
    let detail = "no direct invocation of kind `dance` is known here";
    assert_eq!(answer, json!({ "error": { "code": "unknown-kind", "detail": detail } }));
}

#[tokio::test]
async fn a_panic_fails_the_invocation_and_the_next_is_served() {
    let app = app();
    let error = app.handle(r#"{"kind":"panic"}"#).await.unwrap_err();
    assert_eq!(error.to_string(), "the handler of direct events panicked");
    assert!(app.handle(r#"{"kind":"ready"}"#).await.is_ok());
}

#[tokio::test]
async fn a_bare_eventbridge_event_is_a_schedule() {
    let answer = app().handle(SCHEDULED).await.unwrap();
    assert_eq!(answer["ok"]["kind"], "schedule");
    assert_eq!(answer["ok"]["payload"]["source"], "aws.events");
}

#[tokio::test]
async fn the_authorizer_gets_the_bare_token_and_lets_the_request_through() {
    let answer = app().handle(AUTHORIZER).await.unwrap();
    let context = json!({ "token": "eyJhbGciOiJFUzI1NiJ9.e30.c2ln" });
    assert_eq!(answer, json!({ "isAuthorized": true, "context": context }));
}

#[tokio::test]
async fn the_token_is_found_whatever_the_scheme_looks_like() {
    for (sent, token) in [("bearer  abc", "abc"), ("Basic abc", "Basic abc"), ("abc", "abc")] {
        let event = changed(AUTHORIZER, |event| event["identitySource"] = json!([sent]));
        assert_eq!(app().handle(event).await.unwrap()["context"]["token"], token);
    }
}

#[tokio::test]
async fn the_header_is_read_where_there_is_no_identity_source() {
    let event = changed(AUTHORIZER, |event| {
        event["identitySource"] = json!(null);
        event["headers"] = json!({ "Authorization": "Bearer abc" });
    });
    assert_eq!(app().handle(event).await.unwrap()["context"]["token"], "abc");
}

#[tokio::test]
async fn without_either_there_is_no_token() {
    for nothing in [json!([]), json!([""]), json!(null)] {
        let event = changed(AUTHORIZER, |event| {
            event["identitySource"] = nothing;
            event["headers"] = json!({});
        });
        assert_eq!(app().handle(event).await.unwrap()["context"]["token"], Value::Null);
    }
}
