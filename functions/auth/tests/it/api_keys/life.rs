//! From the making of a key to its end.

use http_kit::testing::TestRequest;
use serde_json::json;

use super::{FRESH_MS, HOUR_MS, fault, id_and_secret};
use crate::world::World;

#[tokio::test]
async fn a_key_lives_from_its_making_over_a_new_secret_to_its_end() {
    let world = World::with_asha(&["trader"]).await;
    let token = world.token().await;
    let (id, first) = world.key(&token, &["deal:read"]).await;
    assert_eq!(world.now(&first).await["userId"], id.as_str());

    let (_, second) = id_and_secret(&world.rotate(&token, &id, "r-1", &json!({})).await, 200);
    assert_eq!(world.now(&second).await["userId"], id.as_str(), "the new one works at once");
    assert_eq!(world.now(&first).await["userId"], id.as_str(), "and so does the old one");
    world.clock.advance_ms(24 * HOUR_MS);
    assert_eq!(world.now(&first).await, fault("revoked"));
    assert_eq!(world.now(&second).await["userId"], id.as_str());

    let token = world.token().await;
    for _ in 0..2 {
        assert_eq!(world.revoke(&token, &id).await.status(), 204);
        assert_eq!(world.now(&second).await, fault("revoked"));
    }
    let again = world.rotate(&token, &id, "r-2", &json!({})).await;
    assert_eq!((again.status(), again.problem().as_str()), (409, "conflict"));
    let shown = world.show(&token, &id).await;
    assert!(shown["revokedAt"].is_string() && shown["rotatedAt"].is_string(), "{shown}");
    world.relay_all().await;
    assert_eq!(world.fsck().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_new_secret_without_overlap_leaves_the_old_one_nothing() {
    let world = World::with_asha(&["trader"]).await;
    let token = world.token().await;
    let (id, first) = world.key(&token, &["deal:read"]).await;
    let (_, second) =
        id_and_secret(&world.rotate(&token, &id, "r-1", &json!({ "overlapHours": 0 })).await, 200);
    assert_eq!(world.now(&first).await, fault("revoked"));
    assert_eq!(world.now(&second).await["userId"], id.as_str());
}

#[tokio::test]
async fn a_new_secret_works_at_once_where_the_key_was_used_a_moment_ago() {
    let world = World::with_asha(&["trader"]).await;
    let token = world.token().await;
    let (id, first) = world.key(&token, &["deal:read"]).await;
    assert_eq!(world.authorize(&format!("Bearer {first}")).await["userId"], id.as_str());
    let (_, second) = id_and_secret(&world.rotate(&token, &id, "r-1", &json!({})).await, 200);
    for secret in [&second, &first] {
        assert_eq!(world.authorize(&format!("Bearer {secret}")).await["userId"], id.as_str());
    }
}

#[tokio::test]
async fn a_repeated_request_makes_nothing_twice_and_shows_no_secret_again() {
    let world = World::with_asha(&["trader"]).await;
    let token = world.token().await;
    let body = json!({ "name": "Quotes", "scopes": ["deal:read"] });
    let made = world.post_key(&token, "k-1", &body).await;
    let (id, secret) = id_and_secret(&made, 201);
    assert_eq!(made.header("location"), format!("/v1/api-keys/{id}"));
    assert_eq!((made.header("idempotency-replayed"), made.header("cache-control")), ("", "no-store"));

    let again = world.post_key(&token, "k-1", &body).await;
    assert_eq!((again.status(), again.header("idempotency-replayed")), (201, "true"));
    assert_eq!((again.json()["id"].as_str(), again.json().get("secret")), (Some(id.as_str()), None));
    let other = world.post_key(&token, "k-1", &json!({ "name": "Other", "scopes": ["deal:read"] })).await;
    assert_eq!((other.status(), other.problem().as_str()), (422, "idempotency-key-reused"));
    assert_eq!(world.now(&secret).await["userId"], id.as_str(), "nor is the first answer's secret lost");

    let (_, second) = id_and_secret(&world.rotate(&token, &id, "r-1", &json!({})).await, 200);
    let again = world.rotate(&token, &id, "r-1", &json!({})).await;
    assert_eq!((again.status(), again.header("idempotency-replayed")), (200, "true"));
    assert_eq!(again.json().get("secret"), None);
    // Whoever lost the answer rotates again; whoever uses the first secret notices nothing.
    let (_, third) = id_and_secret(&world.rotate(&token, &id, "r-2", &json!({})).await, 200);
    for secret in [&secret, &second, &third] {
        assert_eq!(world.now(secret).await["userId"], id.as_str());
    }
}

#[tokio::test]
async fn what_is_no_secret_of_a_key_is_refused_and_tells_nothing_of_the_key() {
    let world = World::with_asha(&["trader"]).await;
    let token = world.token().await;
    let (id, good) = world.key(&token, &["deal:read"]).await;
    let forged = auth::ApiKeySecret::random(id.parse().unwrap()).unwrap().to_string();
    let nobodys = "apikey_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f".parse().unwrap();
    let unknown = auth::ApiKeySecret::random(nobodys).unwrap().to_string();
    for text in [&forged, &unknown, &good[..88], "polykey_", "polykey_x_y"] {
        assert_eq!(world.now(text).await, fault("invalid"), "{text}");
    }
    world.revoke(&token, &id).await;
    assert_eq!(world.now(&forged).await, fault("invalid"), "only who had a secret is told that it is over");
    assert_eq!(world.now(&good).await, fault("revoked"));
    let answer = world.send_as(&good, TestRequest::get("/v1/me")).await;
    assert_eq!((answer.status(), answer.problem().as_str()), (401, "unauthenticated"));
    assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
}

#[tokio::test]
async fn a_key_ends_when_it_was_to_end() {
    let world = World::with_asha(&["trader"]).await;
    let token = world.token().await;
    let ends = testkit::NOON.plus_ms(2 * HOUR_MS);
    let body = json!({ "name": "Quotes", "scopes": ["deal:read"], "expiresAt": ends.to_string() });
    let (id, secret) = id_and_secret(&world.post_key(&token, "k-1", &body).await, 201);
    world.clock.advance_ms(2 * HOUR_MS - FRESH_MS - 1);
    assert_eq!(world.now(&secret).await["userId"], id.as_str());
    world.clock.advance_ms(1);
    assert_eq!(world.authorize(&format!("Bearer {secret}")).await, fault("revoked"), "to the millisecond");
}
