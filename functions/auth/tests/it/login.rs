//! `POST /v1/auth/login` and `GET /.well-known/jwks.json`.

use std::collections::BTreeSet;

use auth::ports::TokenSigner as _;
use http::StatusCode;
use http_kit::testing::{TestRequest, TestResponse};
use serde_json::{Value, json};
use testkit::sample;

use crate::world::{PASSWORD, TTL_S, World};

#[tokio::test]
async fn the_right_password_is_answered_with_a_bearer_token() {
    let world = World::with_asha(&["trader"]).await;
    let answer = world.log_in("asha@example.com", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json()["tokenType"], "Bearer");
    assert_eq!(answer.json()["expiresIn"], TTL_S);
    assert_eq!(answer.json()["accessToken"].as_str().unwrap().split('.').count(), 3);
    assert_eq!(answer.header("cache-control"), "no-store");
}

/// What a caller can tell one refusal from another by.
fn visible(answer: &TestResponse) -> Value {
    let mut body = answer.json();
    body.as_object_mut().unwrap().remove("correlationId");
    let names: BTreeSet<&str> = answer.headers.keys().map(|name| name.as_str()).collect();
    json!([answer.status.as_u16(), body, names, answer.header("www-authenticate")])
}

#[tokio::test]
async fn every_refusal_looks_the_same_and_costs_one_hash() {
    let world = World::with_asha(&["trader"]).await;
    let wrong_password = world.log_in("asha@example.com", "wrong").await;
    let unknown_user = world.log_in("nobody@example.com", PASSWORD).await;
    world.invoke(json!({ "kind": "disable-user", "email": "asha@example.com" })).await;
    let disabled_user = world.log_in("asha@example.com", PASSWORD).await;
    assert_eq!(wrong_password.status, StatusCode::UNAUTHORIZED);
    assert_eq!(visible(&unknown_user), visible(&wrong_password));
    assert_eq!(visible(&disabled_user), visible(&wrong_password));
    assert_eq!(world.hasher.checks(), 3);
}

#[tokio::test]
async fn the_sixth_guess_has_to_wait_even_if_it_is_right() {
    let world = World::with_asha(&["trader"]).await;
    world.clock.advance_ms(60_000);
    for guess in 0..5 {
        assert_eq!(
            world.log_in("asha@example.com", "wrong").await.status,
            StatusCode::UNAUTHORIZED,
            "{guess}"
        );
    }
    let checks = world.hasher.checks();
    let answer = world.log_in("asha@example.com", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.header("retry-after"), "840");
    assert_eq!(world.hasher.checks(), checks, "a throttled login must not cost a hash");
    world.clock.advance_ms(840_000);
    assert_eq!(world.log_in("asha@example.com", PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_address_without_a_user_has_to_wait_as_well() {
    let world = World::new();
    for _ in 0..5 {
        world.log_in("nobody@example.com", "wrong").await;
    }
    assert_eq!(world.log_in("nobody@example.com", "wrong").await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn one_address_does_not_make_another_wait() {
    let world = World::with_asha(&["trader"]).await;
    for _ in 0..5 {
        world.log_in("arun@example.com", "wrong").await;
    }
    assert_eq!(world.log_in("asha@example.com", PASSWORD).await.status, StatusCode::OK);
}

/// A login from a network address; gives its status.
async fn log_in_from(world: &World, address: &str, email: &str, password: &str) -> i64 {
    let mut event = sample("auth/login");
    event["requestContext"]["http"]["sourceIp"] = json!(address);
    event["body"] = json!(json!({ "email": email, "password": password }).to_string());
    world.invoke(event).await["statusCode"].as_i64().unwrap()
}

#[tokio::test]
async fn whoever_tries_one_password_on_many_accounts_has_to_wait_and_nobody_elsewhere_does() {
    // Of IPv6 one customer has a whole /64.
    let addresses = |guess: usize| [("203.0.113.7".to_owned(), 4), (format!("2001:db8:0:7:{guess:x}::1"), 6)];
    for (which, elsewhere) in [(0, "203.0.113.8"), (1, "2001:db8:0:8::1")] {
        let world = World::with_asha(&["trader"]).await;
        for guess in 0..50 {
            let (address, _) = &addresses(guess)[which];
            let email = format!("user{guess}@example.com");
            assert_eq!(log_in_from(&world, address, &email, "Summer2026").await, 401, "{guess}");
        }
        let (address, family) = &addresses(50)[which];
        assert_eq!(log_in_from(&world, address, "asha@example.com", PASSWORD).await, 429, "IPv{family}");
        assert_eq!(log_in_from(&world, elsewhere, "asha@example.com", PASSWORD).await, 200, "IPv{family}");
        let kept = format!("{:?}", world.ops.items());
        assert!(!kept.contains("203.0.113") && !kept.contains("2001:db8"), "{kept}");
    }
}

#[tokio::test]
async fn good_logins_are_not_counted() {
    let world = World::with_asha(&["trader"]).await;
    for _ in 0..20 {
        assert_eq!(world.log_in("asha@example.com", PASSWORD).await.status, StatusCode::OK);
    }
    assert!(world.ops.items().is_empty());
}

#[tokio::test]
async fn counted_failures_expire_and_do_not_hold_the_address() {
    let world = World::new();
    world.log_in("asha@example.com", "wrong").await;
    let items = world.ops.items();
    assert_eq!(items.len(), 1);
    assert!(items[0].expires.is_some());
    assert!(!format!("{items:?}").contains("asha"), "{items:?}");
}

fn faults(answer: &TestResponse) -> BTreeSet<(String, String)> {
    answer.faults().into_iter().collect()
}

fn set(expected: &[(&str, &str)]) -> BTreeSet<(String, String)> {
    expected.iter().map(|(at, code)| ((*at).to_owned(), (*code).to_owned())).collect()
}

#[tokio::test]
async fn every_fault_of_a_body_is_listed_at_once() {
    let world = World::new();
    let answer = world.post_login(r#"{"email": 7, "pasword": "x"}"#).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        faults(&answer),
        set(&[("/email", "wrong-type"), ("/password", "missing"), ("/pasword", "unknown-field")])
    );
    let long = "x".repeat(1_025);
    let answer = world.post_login(json!({ "email": "asha", "password": long }).to_string()).await;
    assert_eq!(faults(&answer), set(&[("/email", "malformed"), ("/password", "too-long")]));
    let answer = world.post_login(json!({ "email": "a@example.com", "password": "" }).to_string()).await;
    assert_eq!(faults(&answer), set(&[("/password", "empty")]));
    assert_eq!(world.hasher.checks(), 0);
}

#[tokio::test]
async fn what_is_no_json_object_is_refused() {
    let world = World::new();
    for (body, status) in [
        ("", StatusCode::BAD_REQUEST),
        ("{", StatusCode::BAD_REQUEST),
        (r#"{"email":"a@example.com","email":"b@example.com","password":"x"}"#, StatusCode::BAD_REQUEST),
        ("[]", StatusCode::UNPROCESSABLE_ENTITY),
        ("null", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let answer = world.post_login(body).await;
        assert_eq!(answer.status, status, "{body}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
}

#[tokio::test]
async fn a_password_is_not_sent_back_in_a_problem() {
    let world = World::new();
    let answer =
        world.post_login(r#"{"email":"not-an-address","password":["hunter2hunter2"],"hunter3":1}"#).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!answer.json().to_string().contains("hunter2"), "{}", answer.json());
}

#[tokio::test]
async fn the_key_set_holds_the_key_that_signs() {
    let world = World::new();
    let answer = world.send(TestRequest::get("/.well-known/jwks.json")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json(), json!({ "keys": [world.signer.public_key().to_jwk()] }));
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
}
