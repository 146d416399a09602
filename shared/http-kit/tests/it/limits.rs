//! How often callers may ask.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use http::Method;
use http_kit::Edge;
use http_kit::limits::{Admission, Limits, Quota};
use http_kit::testing::TestRequest;
use serde_json::json;

use crate::app::router_behind;

/// Lets so many pass in all, and notes which buckets were asked.
#[derive(Debug)]
struct Passing {
    left: Mutex<u32>,
    asked: Mutex<Vec<String>>,
}

#[async_trait]
impl Limits for Passing {
    async fn take(&self, bucket: &str, quota: Quota) -> Admission {
        self.asked.lock().unwrap().push(format!("{bucket} {}", quota.name));
        let mut left = self.left.lock().unwrap();
        match left.checked_sub(1) {
            Some(less) => {
                *left = less;
                Admission::Passes { left: less }
            }
            None => Admission::Waits { wait_ms: 1_500 },
        }
    }
}

fn passing(left: u32) -> (Arc<Passing>, Router) {
    let limits = Arc::new(Passing { left: Mutex::new(left), asked: Mutex::default() });
    let router = router_behind(Edge::system().limited(limits.clone()));
    (limits, router)
}

#[tokio::test]
async fn an_answer_says_how_many_more_requests_pass() {
    let (limits, router) = passing(10);
    let response = TestRequest::get("/v1/orders").caller("user_1", &["order:read"]).send(&router).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.header("ratelimit-policy"), "\"read\";q=6000;w=60");
    assert_eq!(response.header("ratelimit"), "\"read\";r=9;t=60");
    assert_eq!(*limits.asked.lock().unwrap(), ["user_1 GET /v1/orders read"]);
}

#[tokio::test]
async fn one_request_too_many_is_told_when_to_try_again() {
    let (_, router) = passing(0);
    let response = TestRequest::post("/v1/orders").caller("user_1", &["order:write"]).send(&router).await;
    assert_eq!((response.status(), &*response.problem()), (429, "too-many-requests"));
    assert_eq!(response.header("retry-after"), "2");
    assert_eq!(response.header("ratelimit-policy"), "\"write\";q=1200;w=60");
    assert_eq!(response.header("ratelimit"), "\"write\";r=0;t=60");
    assert_eq!(response.json()["quota"], "write");
}

#[tokio::test]
async fn a_key_that_is_meant_for_less_is_held_to_it_on_all_routes_together() {
    let (limits, router) = passing(10);
    let context = |rate: serde_json::Value| json!({ "tenant": "main", "userId": "apikey_1", "permissions": "order:read", "ratePerMinute": rate });
    // As API Gateway hands it on, number or text.
    for rate in [json!(30), json!("30")] {
        let response = TestRequest::get("/v1/orders").authorizer(context(rate)).send(&router).await;
        assert_eq!(response.header("ratelimit-policy"), "\"key\";q=30;w=60, \"read\";q=6000;w=60");
    }
    assert_eq!(limits.asked.lock().unwrap()[..2], ["apikey_1 key", "apikey_1 GET /v1/orders read"]);
}

#[tokio::test]
async fn who_is_refused_anyway_is_not_counted() {
    let (limits, router) = passing(10);
    for request in [
        TestRequest::get("/v1/orders"),
        TestRequest::get("/v1/orders").caller("user_1", &[]),
        TestRequest::new(Method::DELETE, "/v1/orders").caller("user_1", &["order:read"]),
        TestRequest::get("/v1/nothing").caller("user_1", &["order:read"]),
    ] {
        let response = request.send(&router).await;
        assert!(response.status() >= 400 && response.header("ratelimit").is_empty(), "{response:?}");
    }
    assert!(limits.asked.lock().unwrap().is_empty());
}
