//! Logging in by an outside provider.

mod calls;
mod linking;
mod logging_in;
mod stand_in;
mod tampering;
mod tokens;

use http_kit::testing::{TestRequest, TestResponse};
use serde_json::json;

pub use stand_in::StandIn;
use stand_in::{Change, ISSUER, parameters};

use crate::world::World;

const START: &str = "/v1/auth/oidc/example/start";

/// A browser on its way: what it was given, and what the provider sent it back with.
struct Trip {
    cookie: String,
    state: String,
    code: String,
}

impl Trip {
    fn query(&self) -> String {
        format!("code={}&state={}", self.code, self.state)
    }
}

/// Goes to the provider and logs in there as `subject`, who has Asha's address.
async fn leave(world: &World, subject: &str) -> Trip {
    leave_with(world, subject, |_, _| {}).await
}

/// The same, and the provider's token is another one than it should be.
async fn leave_with(world: &World, subject: &str, change: Change) -> Trip {
    let answer = world.send(TestRequest::get(START)).await;
    assert_eq!(answer.status(), 302, "{:?}", answer.body);
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    let (code, state) = world.provider.log_in(answer.header("location"), subject, change);
    Trip { cookie, state, code }
}

async fn come_back(world: &World, query: &str, cookie: &str) -> TestResponse {
    let request = TestRequest::get(&format!("/v1/auth/oidc/example/callback?{query}"));
    let request = if cookie.is_empty() { request } else { request.header("cookie", cookie) };
    world.send(request).await
}

/// There and back.
async fn log_in(world: &World, subject: &str) -> TestResponse {
    log_in_with(world, subject, |_, _| {}).await
}

/// There and back, with another token than it should be.
async fn log_in_with(world: &World, subject: &str, change: Change) -> TestResponse {
    let trip = leave_with(world, subject, change).await;
    come_back(world, &trip.query(), &trip.cookie).await
}

/// A world with Asha, whose provider is believed about addresses.
async fn trusting() -> World {
    let world = World::with_asha(&["trader"]).await;
    world.provider.entered(|entry| entry["linkByEmail"] = json!(true));
    world
}

/// Asserts a refusal, and that it left no session and no link.
fn refused(world: &World, answer: &TestResponse, status: u16, why: &str) {
    assert_eq!(answer.status(), status, "{why}: {}", answer.json());
    assert_eq!(world.commits().len(), 1, "{why}: Asha's creation and nothing else");
    assert!(answer.json().get("accessToken").is_none(), "{why}");
}
