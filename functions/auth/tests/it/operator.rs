//! Direct invocations.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{PASSWORD, World};

fn new_user() -> Value {
    json!({
        "kind": "create-user",
        "email": "Asha@Example.com",
        "name": "Asha Rao",
        "password": PASSWORD,
        "roles": ["trader"],
    })
}

fn with(mut event: Value, member: &str, value: Value) -> Value {
    event[member] = value;
    event
}

#[tokio::test]
async fn a_created_user_can_log_in_whatever_the_case_of_the_address() {
    let world = World::new();
    let answer = world.invoke(new_user()).await;
    assert_eq!(answer["ok"]["created"], true, "{answer}");
    assert_eq!(world.log_in("asha@example.com", PASSWORD).await.status, StatusCode::OK);
    assert_eq!(world.log_in("ASHA@example.COM", PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn creating_a_user_again_writes_nothing_and_keeps_the_password() {
    let world = World::new();
    let first = world.invoke(new_user()).await;
    let again = world.invoke(with(new_user(), "password", "another good password".into())).await;
    assert_eq!(again["ok"]["userId"], first["ok"]["userId"]);
    assert_eq!(again["ok"]["created"], false);
    assert_eq!(world.commits().len(), 1);
    assert_eq!(world.log_in("asha@example.com", PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_address_belongs_to_one_user() {
    let world = World::new();
    world.invoke(new_user()).await;
    for other in [
        with(new_user(), "name", "Arun".into()),
        with(new_user(), "roles", json!(["trader", "owner"])),
        with(new_user(), "userId", "user_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f".into()),
    ] {
        assert_eq!(world.invoke(other).await["error"]["code"], "conflict");
    }
    assert_eq!(world.commits().len(), 1);
}

#[tokio::test]
async fn an_id_belongs_to_one_address() {
    let world = World::new();
    let event = with(new_user(), "userId", "user_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f".into());
    let answer = world.invoke(event.clone()).await;
    assert_eq!(answer["ok"]["userId"], event["userId"]);
    let other = world.invoke(with(event, "email", "arun@example.com".into())).await;
    assert_eq!(other["error"]["code"], "conflict");
}

#[tokio::test]
async fn everything_wrong_with_a_new_user_is_told_at_once_and_no_value_is_repeated() {
    let world = World::new();
    let event = json!({
        "kind": "create-user",
        "email": "not-an-address",
        "name": " ",
        "password": "too short",
        "roles": ["king"],
        "admin": true,
    });
    let answer = world.invoke(event).await;
    assert_eq!(answer["error"]["code"], "invalid");
    let detail = answer["error"]["detail"].as_str().unwrap();
    for member in ["email:", "name:", "password:", "roles:", "admin:"] {
        assert!(detail.contains(member), "{member} {detail}");
    }
    for value in ["not-an-address", "too short", "king"] {
        assert!(!detail.contains(value), "{value} {detail}");
    }
    assert!(world.commits().is_empty());
}

#[tokio::test]
async fn a_user_without_roles_is_refused() {
    let answer = World::new().invoke(with(new_user(), "roles", json!([]))).await;
    assert_eq!(answer["error"]["code"], "invalid");
}

#[tokio::test]
async fn a_changed_password_replaces_the_old_one() {
    let world = World::with_asha(&["trader"]).await;
    let changed = world
        .invoke(json!({ "kind": "change-password", "email": "asha@example.com", "password": "another good password" }))
        .await;
    assert!(changed["ok"]["userId"].is_string(), "{changed}");
    assert_eq!(world.log_in("asha@example.com", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(world.log_in("asha@example.com", "another good password").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_disabled_user_is_let_in_again_once_enabled() {
    let world = World::with_asha(&["trader"]).await;
    world.invoke(json!({ "kind": "disable-user", "email": "asha@example.com" })).await;
    assert_eq!(world.log_in("asha@example.com", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    world.invoke(json!({ "kind": "enable-user", "email": "asha@example.com" })).await;
    assert_eq!(world.log_in("asha@example.com", PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn changed_roles_are_in_the_next_token() {
    let world = World::with_asha(&["trader"]).await;
    world.invoke(json!({ "kind": "change-roles", "email": "asha@example.com", "roles": ["auditor"] })).await;
    let token = world.token().await;
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(claims["roles"], json!(["auditor"]));
}

#[tokio::test]
async fn a_user_who_does_not_exist_cannot_be_changed() {
    let answer = World::new().invoke(json!({ "kind": "disable-user", "email": "nobody@example.com" })).await;
    assert_eq!(answer["error"]["code"], "not-found");
}

#[tokio::test]
async fn an_unknown_kind_is_refused() {
    assert_eq!(World::new().invoke(json!({ "kind": "make-tea" })).await["error"]["code"], "unknown-kind");
}

#[tokio::test]
async fn readiness_names_what_was_looked_at() {
    let answer = World::new().invoke(json!({ "kind": "ready" })).await;
    assert_eq!(answer["ok"]["status"], "ready", "{answer}");
    let checks = answer["ok"]["checks"].as_array().unwrap();
    let named: Vec<_> =
        checks.iter().map(|check| (check["name"].as_str(), check["status"].as_str())).collect();
    let up = |name| (Some(name), Some("up"));
    assert_eq!(named, [up("log"), up("views"), up("ops"), up("key")]);
    assert!(checks.iter().all(|check| check["durationMs"].is_u64()));
}

#[tokio::test]
async fn a_key_that_gives_no_signature_makes_auth_unready_until_it_does() {
    let world = World::new();
    let status = async || world.invoke(json!({ "kind": "ready" })).await["ok"]["status"].clone();
    world.signer.set_broken(true);
    assert_eq!(status().await, "down");
    world.signer.set_broken(false);
    assert_eq!(status().await, "ready");
    world.signer.set_broken(true);
    assert_eq!(status().await, "ready", "a good answer is kept for a minute");
    world.clock.advance_ms(60_000);
    assert_eq!(status().await, "down");
}
