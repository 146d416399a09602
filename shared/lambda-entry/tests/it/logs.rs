//! One line an invocation, with what an operator searches by.

use std::sync::Arc;

use axum::Router;
use axum::routing::any;
use http_kit::{Access, Edge, Route, Routes};
use lambda_entry::{App, InboxHandler, InboxRecord};
use serde_json::json;
use testkit::logs::capture;
use tracing::{info, warn};

use crate::support::{HTTP_GET, SQS, bare_app, changed};

struct Accepting;

#[async_trait::async_trait]
impl InboxHandler for Accepting {
    async fn handle(&self, _: Vec<InboxRecord>) -> Vec<String> {
        Vec::new()
    }
}

fn app() -> App {
    let inside = any(async || {
        warn!("inside");
        "body"
    });
    bare_app().http(Router::new().route("/v1/things/{id}", inside)).inbox(Arc::new(Accepting))
}

#[tokio::test]
async fn a_batch_is_one_line_with_its_outcome() {
    let captured = capture();
    app().handle(SQS).await.unwrap();
    let lines = captured.lines();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["message"], "batch handled");
    assert_eq!(lines[0]["event.kind"], "inbox");
    assert_eq!(lines[0]["batch.records"], 2);
    assert_eq!(lines[0]["batch.failed"], 0);
}

#[tokio::test]
async fn only_lines_of_the_first_invocation_speak_of_a_cold_start() {
    let captured = capture();
    let app = app();
    app.handle(HTTP_GET).await.unwrap();
    app.handle(HTTP_GET).await.unwrap();
    let lines = captured.lines();
    assert_eq!(lines[0]["cold_start"], true);
    assert_eq!(lines[1].get("cold_start"), None);
}

#[tokio::test]
async fn lines_of_a_request_show_the_correlation_it_came_with() {
    let captured = capture();
    app().handle(HTTP_GET).await.unwrap();
    info!("after");
    let lines = captured.lines();
    assert_eq!(lines[0]["message"], "inside");
    assert_eq!(lines[0]["correlation.id"], "corr-42");
    assert_eq!(lines[0]["trace.id"], "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(lines[1].get("correlation.id"), None);
}

#[tokio::test]
async fn a_router_behind_the_shared_edge_makes_the_correlation_a_request_lacks() {
    let captured = capture();
    let inside = Route::get("/v1/things/{id}").access(Access::Public).handler(async || {
        warn!("inside");
    });
    let app = bare_app().http(Routes::new("svc", "S").add(inside).into_router((), Edge::system()));
    let event = changed(HTTP_GET, |event| {
        event["headers"].as_object_mut().unwrap().remove("x-correlation-id");
        event["rawPath"] = json!("/v1/things/1");
    });
    let answer = app.handle(event).await.unwrap();
    let made = &answer["headers"]["x-correlation-id"];
    assert!(made.is_string(), "{answer}");
    let lines = captured.lines();
    assert_eq!(lines[0]["message"], "inside");
    assert!(lines.iter().all(|line| line["correlation.id"] == *made), "{lines:?}");
}

#[tokio::test]
async fn a_failed_invocation_says_why_once() {
    let captured = capture();
    app().handle(json!({ "what": 1 }).to_string()).await.unwrap_err();
    let lines = captured.lines();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["level"], "ERROR");
    assert_eq!(lines[0]["error"], "no event this function knows: an object with what");
}
