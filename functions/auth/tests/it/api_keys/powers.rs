//! What a key may do, and what it may not.

use http::Method;
use http_kit::testing::TestRequest;
use serde_json::{Value, json};

use super::fault;
use crate::world::World;

#[tokio::test]
async fn a_key_acts_in_its_own_name_and_may_do_what_it_was_made_for() {
    let world = World::with_asha(&["trader"]).await;
    let token = world.token().await;
    let (id, secret) = world.key(&token, &["deal:read", "cost:read"]).await;
    let context = world.authorize(&format!("Bearer {secret}")).await;
    let expected = json!({
        "tenant": "main", "userId": id, "name": "Quotes", "roles": "", "permissions": "cost:read deal:read",
    });
    assert_eq!(context, expected);
    let map = http_kit::AuthorizerContext(context.as_object().unwrap().clone());
    let identity = http_kit::Identity::from_context(Some(&map));
    let refused = http_kit::Access::Requires("deal:write").check(&identity).unwrap_err();
    assert_eq!((refused.status().as_u16(), refused.detail()), (403, "This needs the permission deal:write."));
    assert!(http_kit::Access::Requires("deal:read").check(&identity).is_ok());
    let me = world.send_as(&secret, TestRequest::get("/v1/me")).await.json();
    assert_eq!((&me["userId"], &me["name"]), (&json!(id), &json!("Quotes")));
}

#[tokio::test]
async fn what_is_asked_too_much_is_refused_at_its_place() {
    let world = World::with_asha(&["trader"]).await;
    let token = world.token().await;
    let refused = async |body: Value| {
        let answer = world.post_key(&token, "k-1", &body).await;
        assert_eq!(answer.status(), 422, "{body} {}", answer.json());
        answer.faults().into_iter().map(|(at, code)| format!("{at} {code}")).collect::<Vec<_>>()
    };
    let body = |scopes: Value| json!({ "name": "Quotes", "scopes": scopes });
    assert_eq!(refused(body(json!(["deal:read", "lot:write"]))).await, ["/scopes/1 not-held"]);
    assert_eq!(refused(body(json!(["api-key:write"]))).await, ["/scopes/0 people-only"]);
    assert_eq!(refused(body(json!(["deal:*"]))).await, ["/scopes/0 unknown-value"]);
    assert_eq!(refused(body(json!([]))).await, ["/scopes too-few"]);
    let expiring = |at: &str| json!({ "name": "Quotes", "scopes": ["deal:read"], "expiresAt": at });
    for at in ["2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"] {
        assert_eq!(refused(expiring(at)).await, ["/expiresAt out-of-range"], "{at}");
    }
    let rate = json!({ "name": "Quotes", "scopes": ["deal:read"], "ratePerMinute": 0 });
    assert_eq!(refused(rate).await, ["/ratePerMinute out-of-range"]);
    let (id, _) = world.key(&token, &["deal:read"]).await;
    let answer = world.rotate(&token, &id, "r-1", &json!({ "overlapHours": 169 })).await;
    assert_eq!(answer.faults(), [("/overlapHours".to_owned(), "out-of-range".to_owned())]);
}

#[tokio::test]
async fn what_is_taken_from_the_owner_is_taken_from_the_key() {
    let world = World::with_asha(&["trader"]).await;
    let (id, secret) = world.key(&world.token().await, &["deal:read", "deal:write"]).await;
    assert_eq!(world.now(&secret).await["permissions"], "deal:read deal:write");
    let change = async |event: Value| assert!(world.invoke(event.clone()).await["ok"].is_object(), "{event}");
    let email = "asha@example.com";
    change(json!({ "kind": "change-roles", "email": email, "roles": ["viewer"] })).await;
    assert_eq!(world.now(&secret).await["permissions"], "deal:read");
    change(json!({ "kind": "disable-user", "email": email })).await;
    assert_eq!(world.now(&secret).await, fault("revoked"));
    change(json!({ "kind": "enable-user", "email": email })).await;
    change(json!({ "kind": "change-roles", "email": email, "roles": ["owner"] })).await;
    let context = world.now(&secret).await;
    assert_eq!((&context["userId"], &context["permissions"]), (&json!(id), &json!("deal:read deal:write")));
}

#[tokio::test]
async fn a_key_manages_neither_keys_nor_sessions() {
    let world = World::with_asha(&["owner"]).await;
    let (id, secret) = world.key(&world.token().await, &["user:read", "deal:read"]).await;
    let path = format!("/v1/api-keys/{id}");
    for request in [
        TestRequest::get("/v1/api-keys"),
        TestRequest::get(&path),
        TestRequest::new(Method::DELETE, &path),
        TestRequest::post("/v1/api-keys").key("k").json(&json!({ "name": "x", "scopes": ["deal:read"] })),
        TestRequest::get("/v1/me/sessions"),
        TestRequest::new(Method::DELETE, "/v1/me/sessions"),
    ] {
        let answer = world.send_as(&secret, request).await;
        assert_eq!((answer.status(), answer.problem().as_str()), (403, "forbidden"), "{}", answer.json());
    }
}

#[tokio::test]
async fn every_guarded_route_is_closed_to_strangers() {
    let router = World::new().auth.router();
    assert!(http_kit::testing::assert_guarded(&auth::http::routes().table(), &router).await >= 9);
}

#[tokio::test]
async fn a_key_that_is_meant_for_a_request_a_minute_is_held_to_it_and_its_owner_is_not() {
    let world = World::with_asha(&["trader"]).await;
    let token = world.token().await;
    let body = json!({ "name": "Slow", "scopes": ["deal:read"], "ratePerMinute": 1 });
    let (_, secret) = super::id_and_secret(&world.post_key(&token, "k-1", &body).await, 201);
    let router = world.auth.router();
    let context = world.authorize(&format!("Bearer {secret}")).await;
    let ask = async || TestRequest::get("/v1/me").authorizer(context.clone()).send(&router).await;
    let first = ask().await;
    assert_eq!(
        (first.status(), first.header("ratelimit-policy")),
        (200, "\"key\";q=1;w=60, \"read\";q=6000;w=60")
    );
    let second = ask().await;
    assert_eq!((second.status(), second.problem().as_str()), (429, "too-many-requests"));
    assert_eq!((second.header("retry-after"), second.header("ratelimit")), ("60", "\"key\";r=0;t=60"));
    assert_eq!(world.send_as(&token, TestRequest::get("/v1/me")).await.status(), 200);
    world.clock.advance_ms(60_000);
    assert_eq!(ask().await.status(), 200);
}
