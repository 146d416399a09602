//! What is asked of an owner's function, and what is made of its answers.

use std::sync::{Arc, Mutex};

use aws_sdk_lambda::Client;
use aws_sdk_lambda::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use directory::{Answer, Known, Near, Owner, OwnerFunction, Reference};
use serde_json::{Value, json};

use crate::{ThingId, somebody, thing};

/// A function that answers what it is told, and the questions it got.
#[derive(Debug, Clone)]
struct Script {
    answer: Value,
    asked: Arc<Mutex<Vec<Value>>>,
}

impl HttpConnector for Script {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let question = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        self.asked.lock().unwrap().push(question);
        let body = SdkBody::from(self.answer.to_string());
        HttpConnectorFuture::ready(Ok(HttpResponse::new(200.try_into().unwrap(), body)))
    }
}

fn owner(answer: Value) -> (OwnerFunction, Arc<Mutex<Vec<Value>>>) {
    let script = Script { answer, asked: Arc::default() };
    let asked = Arc::clone(&script.asked);
    let config = aws_sdk_lambda::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("ap-south-1"))
        .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
        .http_client(http_client_fn(move |_, _| SharedHttpConnector::new(script.clone())))
        .build();
    (OwnerFunction::new(Client::from_conf(config), "things".to_owned(), "thing"), asked)
}

fn name(text: &str) -> Reference<ThingId> {
    Reference::Name(text.parse().unwrap())
}

#[tokio::test]
async fn a_known_name_is_answered_by_whom_it_leads_to() {
    let found = json!({ "ok": {
        "answer": "found", "created": false, "thing": { "id": thing(1), "name": "One", "active": true },
    } });
    let (owner, asked) = owner(found);
    let one = Known { id: thing(1), name: "One".parse().unwrap() };
    assert_eq!(owner.whom(&somebody(), &name("uno")).await.unwrap(), Answer::Known(one.clone()));
    assert_eq!(owner.whom_or_new(&somebody(), &"uno".parse().unwrap(), "buyer").await.unwrap(), one);
    let asking = json!({
        "kind": "resolve", "tenant": "main", "thing": "uno", "actor": "system:test", "correlationId": "c-1",
        "createMissing": false,
    });
    let mut entering = asking.clone();
    (entering["createMissing"], entering["role"]) = (true.into(), "buyer".into());
    assert_eq!(*asked.lock().unwrap(), [asking, entering]);
}

#[tokio::test]
async fn an_unknown_name_is_answered_by_the_nearest() {
    let (owner, _) = owner(json!({ "ok": {
        "answer": "unknown", "nearest": [{ "id": thing(1), "name": "One" }],
    } }));
    let near = Near { id: thing(1), name: "One".parse().unwrap() };
    assert_eq!(owner.whom(&somebody(), &name("ono")).await.unwrap(), Answer::Unknown(vec![near]));
    let entered: Result<Known<ThingId>, _> =
        owner.whom_or_new(&somebody(), &"ono".parse().unwrap(), "buyer").await;
    assert!(entered.is_err(), "a name that was to be entered cannot stay unknown");
}

#[tokio::test]
async fn what_is_no_answer_is_an_error() {
    for answer in [
        json!({ "error": { "code": "failed", "detail": "no" } }),
        json!({ "ok": { "answer": "found" } }),
        json!({ "errorMessage": "out of memory" }),
        json!(null),
    ] {
        let (owner, _) = owner(answer.clone());
        let outcome: Result<Answer<ThingId>, _> = owner.whom(&somebody(), &name("one")).await;
        assert!(outcome.is_err(), "{answer}");
    }
}
