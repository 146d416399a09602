//! Asks a router as the gateway would: for the tests of every function.
//!
//! Panics are assertions here, as in any test code.
#![expect(clippy::unwrap_used, reason = "test support: a panic is the assertion")]

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use kernel::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::prefer::Deadline;
use crate::principal::{Access, AuthorizerContext};
use crate::routes::RouteInfo;

/// A request under construction.
#[derive(Debug)]
pub struct TestRequest {
    request: Request<Body>,
}

impl TestRequest {
    /// Any method.
    #[must_use]
    pub fn new(method: Method, uri: &str) -> Self {
        Self { request: Request::builder().method(method).uri(uri).body(Body::empty()).unwrap() }
    }

    /// `GET`.
    #[must_use]
    pub fn get(uri: &str) -> Self {
        Self::new(Method::GET, uri)
    }

    /// `POST`.
    #[must_use]
    pub fn post(uri: &str) -> Self {
        Self::new(Method::POST, uri)
    }

    /// `PATCH`.
    #[must_use]
    pub fn patch(uri: &str) -> Self {
        Self::new(Method::PATCH, uri)
    }

    /// What API Gateway hands to a function, payload format 2.0: the files under `events/invoke`.
    ///
    /// # Panics
    /// When the event is no HTTP request.
    #[must_use]
    pub fn event(event: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let http = &event["requestContext"]["http"];
        let uri = format!("{}?{}", text(&event["rawPath"]), text(&event["rawQueryString"]));
        let mut request = Self::new(text(&http["method"]).parse().unwrap(), &uri);
        for (name, value) in event["headers"].as_object().unwrap() {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            request.request.headers_mut().append(name, text(value).parse().unwrap());
        }
        if let Some(body) = event["body"].as_str() {
            *request.request.body_mut() = Body::from(body.to_owned());
        }
        request.authorizer(event["requestContext"]["authorizer"]["lambda"].clone())
    }

    /// Signed in as user `user_id` of tenant `main` with these permissions.
    #[must_use]
    pub fn caller(self, user_id: &str, permissions: &[&str]) -> Self {
        self.caller_of("main", user_id, permissions)
    }

    /// Signed in as a user of another tenant.
    #[must_use]
    pub fn caller_of(self, tenant: &str, user_id: &str, permissions: &[&str]) -> Self {
        self.authorizer(json!({
            "tenant": tenant, "userId": user_id, "name": user_id, "roles": "", "permissions": permissions.join(" "),
        }))
    }

    /// With the authorizer's answer as it is, e.g. `{"fault": "expired"}`.
    #[must_use]
    pub fn authorizer(mut self, context: Value) -> Self {
        let map = context.as_object().unwrap().clone();
        self.request.extensions_mut().insert(AuthorizerContext(map));
        self
    }

    /// In an invocation that ends at `deadline`.
    #[must_use]
    pub fn deadline(mut self, deadline: Timestamp) -> Self {
        self.request.extensions_mut().insert(Deadline(deadline));
        self
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.request.headers_mut().append(name, value.parse().unwrap());
        self
    }

    /// With an `Idempotency-Key`.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// With `If-Match` of a version.
    #[must_use]
    pub fn if_match(self, version: u64) -> Self {
        self.header("if-match", &format!("\"{version}\""))
    }

    /// With a JSON body.
    #[must_use]
    pub fn json<T: Serialize>(self, body: &T) -> Self {
        self.raw("application/json", serde_json::to_vec(body).unwrap())
    }

    /// With any body.
    #[must_use]
    pub fn raw(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.request.headers_mut().insert(CONTENT_TYPE, content_type.parse().unwrap());
        *self.request.body_mut() = Body::from(body.into());
        self
    }

    /// Sends it.
    pub async fn send(self, router: &Router) -> TestResponse {
        let response = router.clone().oneshot(self.request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        TestResponse { status: parts.status, headers: parts.headers, body }
    }
}

/// Tries every route of `table` that is not public without a token, with an expired one, with a foreign one, and
/// without each permission it needs, and asserts 401 and 403. Gives how many routes were tried.
///
/// Access is checked before anything else is read, so neither identifiers nor bodies need to be real.
///
/// # Panics
/// When a route lets somebody pass.
pub async fn assert_guarded(table: &[RouteInfo], router: &Router) -> usize {
    let strangers = [None, Some(json!({ "fault": "expired" })), Some(json!({ "fault": "invalid" }))];
    let guarded = table.iter().filter(|route| route.access != Access::Public);
    let mut tried = 0;
    for route in guarded {
        let path = route.path.replace(['{', '}', '*'], "");
        let request = || TestRequest::new(route.method.clone(), &path);
        for context in &strangers {
            let request =
                context.iter().fold(request(), |request, context| request.authorizer(context.clone()));
            let response = request.send(router).await;
            assert_eq!((response.status(), &*response.problem()), (401, "unauthenticated"), "{route:?}");
        }
        let permissions = route.access.permissions();
        for (missing, permission) in permissions.iter().enumerate() {
            let held: Vec<_> = permissions[..missing].iter().copied().chain(["other:right"]).collect();
            let response = request().caller("user_without", &held).send(router).await;
            assert_eq!((response.status(), &*response.problem()), (403, "forbidden"), "{route:?}");
            assert_eq!(response.json()["permission"], *permission, "{route:?}");
        }
        tried += 1;
    }
    tried
}

/// What came back.
#[derive(Debug)]
pub struct TestResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl TestResponse {
    /// The status as a number.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// A header as text, empty when absent.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The last part of the problem's `type`, empty when it is not a problem.
    #[must_use]
    pub fn problem(&self) -> String {
        if self.header("content-type") != "application/problem+json" {
            return String::new();
        }
        self.json()["type"].as_str().unwrap_or_default().trim_start_matches("/problems/").to_owned()
    }

    /// The faults of a problem as `(place, code)`, in order.
    #[must_use]
    pub fn faults(&self) -> Vec<(String, String)> {
        let problem = self.json();
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        errors
            .iter()
            .map(|error| {
                let place = ["pointer", "parameter", "header"].iter().find_map(|kind| error[*kind].as_str());
                (place.unwrap().to_owned(), error["code"].as_str().unwrap().to_owned())
            })
            .collect()
    }
}
