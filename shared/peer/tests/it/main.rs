//! What is asked of a function, and what is made of its answers.

#![allow(clippy::unwrap_used, clippy::panic, reason = "in a test a panic is the assertion")]

use std::sync::{Arc, Mutex};

use aws_sdk_lambda::Client;
use aws_sdk_lambda::config::retry::RetryConfig;
use aws_sdk_lambda::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use peer::{Peer, PeerError};
use serde_json::{Value, json};

/// A function that answers what it is told, and the questions it got.
#[derive(Debug, Clone)]
struct Script {
    status: u16,
    headers: Vec<(&'static str, &'static str)>,
    body: &'static str,
    asked: Arc<Mutex<Vec<(String, Value)>>>,
}

impl HttpConnector for Script {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let question = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        self.asked.lock().unwrap().push((request.uri().to_owned(), question));
        let body = SdkBody::from(self.body);
        let mut response = HttpResponse::new(self.status.try_into().unwrap(), body);
        for (name, value) in &self.headers {
            response.headers_mut().insert(*name, *value);
        }
        HttpConnectorFuture::ready(Ok(response))
    }
}

fn answering(status: u16, headers: Vec<(&'static str, &'static str)>, body: &'static str) -> (Peer, Script) {
    let script = Script { status, headers, body, asked: Arc::default() };
    let connector = script.clone();
    let config = aws_sdk_lambda::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("ap-south-1"))
        .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
        .retry_config(RetryConfig::disabled())
        .http_client(http_client_fn(move |_, _| SharedHttpConnector::new(connector.clone())))
        .build();
    (Peer::new(Client::from_conf(config), "stock".to_owned()), script)
}

async fn refused(status: u16, headers: Vec<(&'static str, &'static str)>, body: &'static str) -> PeerError {
    answering(status, headers, body).0.ask::<u32>(&json!({ "kind": "count" })).await.unwrap_err()
}

#[tokio::test]
async fn the_question_goes_to_the_function_and_what_comes_after_ok_is_the_answer() {
    let (peer, script) = answering(200, vec![], r#"{"ok":7}"#);
    assert_eq!(peer.ask::<u32>(&json!({ "kind": "count" })).await.unwrap(), 7);
    let asked = script.asked.lock().unwrap();
    let [(uri, question)] = asked.as_slice() else { panic!("{asked:?}") };
    assert!(uri.contains("/functions/stock/invocations"), "{uri}");
    assert_eq!(*question, json!({ "kind": "count" }));
}

#[tokio::test]
async fn a_refusal_says_what_the_function_said() {
    let error =
        refused(200, vec![], r#"{"error":{"code":"unknown-kind","detail":"no such question"}}"#).await;
    assert!(matches!(&error, PeerError::Refused { code, .. } if code == "unknown-kind"));
    assert_eq!(error.to_string(), "unknown-kind: no such question");
}

#[tokio::test]
async fn a_function_that_breaks_off_has_answered_nothing_even_if_it_left_output() {
    let error = refused(200, vec![("x-amz-function-error", "Unhandled")], r#"{"ok":7}"#).await;
    assert_eq!(error.to_string(), "the function failed: Unhandled");
    assert!(matches!(error, PeerError::Failed { output, .. } if output == r#"{"ok":7}"#));
}

#[tokio::test]
async fn what_is_no_answer_is_an_error() {
    for body in [r#"{"ok":"seven"}"#, r#"{"errorMessage":"out of memory"}"#, "null", "", "{"] {
        assert!(matches!(refused(200, vec![], body).await, PeerError::Unreadable(_)), "{body}");
    }
}

#[tokio::test]
async fn a_function_that_is_not_there_is_told_from_one_that_is_not_reached() {
    let absent = refused(404, vec![("x-amzn-errortype", "ResourceNotFoundException")], "{}").await;
    assert_eq!(absent.to_string(), "there is no function stock");
    let unreached = refused(500, vec![("x-amzn-errortype", "ServiceException")], "{}").await;
    assert!(matches!(unreached, PeerError::Unreached(_)), "{unreached}");
}
