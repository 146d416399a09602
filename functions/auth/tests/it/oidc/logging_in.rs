//! There and back, as it should be.

use http_kit::testing::TestRequest;
use serde_json::{Value, json};

use super::{ISSUER, START, come_back, leave, log_in, parameters, trusting};
use crate::world::{TTL_S, World};

#[tokio::test]
async fn a_login_by_a_provider_opens_a_session_like_any_other() {
    let world = trusting().await;
    let answer = log_in(&world, "4711").await;
    assert_eq!(answer.status(), 200, "{}", answer.json());
    let body = answer.json();
    assert_eq!((&body["tokenType"], &body["expiresIn"]), (&json!("Bearer"), &json!(TTL_S)));
    assert_eq!(answer.header("cache-control"), "no-store");
    let context = world.authorize(&format!("Bearer {}", body["accessToken"].as_str().unwrap())).await;
    assert_eq!((&context["name"], &context["roles"]), (&json!("Asha Rao"), &json!("trader")));
    let trade = json!({ "refreshToken": body["refreshToken"] });
    let next = world.send(TestRequest::post("/v1/auth/refresh").json(&trade)).await;
    assert_eq!(next.status(), 200, "{}", next.json());
}

#[tokio::test]
async fn a_browser_is_sent_to_the_provider_with_a_cookie_that_no_script_and_no_other_host_gets() {
    let world = World::new();
    let answer = world.send(TestRequest::get(START)).await;
    assert_eq!(answer.status(), 302);
    assert_eq!(answer.header("cache-control"), "no-store");
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-login="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
    let asked = parameters(answer.header("location").split_once('?').unwrap().1);
    let kept = format!("{:?}", world.ops.items());
    for (secret, why) in
        [(asked["state"].as_str(), "state"), (&cookie["__Host-login=".len()..][..43], "cookie")]
    {
        assert_eq!(secret.len(), 43, "{why}: 32 random bytes");
        assert!(!kept.contains(secret), "{why} is kept as a hash only");
    }
    let again = world.send(TestRequest::get(START)).await;
    let others = parameters(again.header("location").split_once('?').unwrap().1);
    for name in ["state", "nonce", "code_challenge"] {
        assert_ne!(asked[name], others[name], "{name}");
    }
}

#[tokio::test]
async fn a_stand_in_on_this_machine_needs_no_encryption() {
    let world = World::new();
    world.provider.entered(|entry| entry["redirectUri"] = json!("http://127.0.0.1:8080/callback"));
    let cookie = world.send(TestRequest::get(START)).await.header("set-cookie").to_owned();
    assert!(cookie.starts_with("login=") && !cookie.contains("Secure"), "{cookie}");
}

#[tokio::test]
async fn a_finished_login_takes_its_cookie_away() {
    let world = trusting().await;
    let cookie = log_in(&world, "4711").await.header("set-cookie").to_owned();
    assert!(
        cookie.starts_with("__Host-login=; Path=/; Max-Age=0;") && cookie.ends_with("Secure"),
        "{cookie}"
    );
}

#[tokio::test]
async fn documents_of_a_provider_are_read_once_an_hour() {
    let world = trusting().await;
    let calls = || world.provider.called.lock().unwrap().len();
    assert_eq!(log_in(&world, "4711").await.status(), 200);
    assert_eq!(calls(), 3, "discovery, token, keys");
    assert_eq!(log_in(&world, "4711").await.status(), 200);
    assert_eq!(calls(), 4, "token");
    world.clock.advance_ms(60 * 60 * 1_000);
    assert_eq!(log_in(&world, "4711").await.status(), 200);
    assert_eq!(calls(), 7);
}

#[tokio::test]
async fn what_else_a_provider_adds_to_its_answer_does_no_harm() {
    let world = trusting().await;
    let trip = leave(&world, "4711").await;
    let query = format!("{}&iss={ISSUER}&scope=openid&authuser=0&hd=example.com&prompt=none", trip.query());
    let cookies = format!("theme=dark; {}; consent=1", trip.cookie);
    let answer = come_back(&world, &query, &cookies).await;
    assert_eq!(answer.status(), 200, "{}", answer.json());
}

#[tokio::test]
async fn the_secret_goes_into_the_form_where_the_provider_reads_it_there_only() {
    let world = trusting().await;
    world.provider.documented(|document| {
        document["token_endpoint_auth_methods_supported"] = json!(["client_secret_post"]);
    });
    assert_eq!(log_in(&world, "4711").await.status(), 200);
    assert!(*world.provider.secret_in_form.lock().unwrap());
}

#[tokio::test]
async fn a_provider_that_nobody_entered_is_not_found_and_nobody_is_asked() {
    let world = World::new();
    for path in
        ["/v1/auth/oidc/other/start", "/v1/auth/oidc/Example/start", "/v1/auth/oidc/other/callback?state=x"]
    {
        assert_eq!(world.send(TestRequest::get(path)).await.problem(), "not-found", "{path}");
    }
    world.provider.entered(|entry| *entry = Value::Null);
    assert_eq!(world.send(TestRequest::get(START)).await.problem(), "not-found");
    assert!(world.ops.items().is_empty() && world.provider.called.lock().unwrap().is_empty());
}
