//! Who sees keys, when they were used, and what others hear of them.

use http_kit::testing::TestRequest;
use serde_json::json;

use super::id_and_secret;
use crate::world::World;

#[tokio::test]
async fn people_see_their_own_keys_and_whoever_sees_users_everybodys() {
    let world = World::with_asha(&["trader"]).await;
    let asha = world.token().await;
    let (owner, usha) =
        (world.create_user("Omkar", &["owner"]).await, world.create_user("Usha", &["trader"]).await);
    for (number, (name, token)) in
        [("First", &asha), ("Second", &usha), ("Third", &asha)].into_iter().enumerate()
    {
        let body = json!({ "name": name, "scopes": ["deal:read"] });
        assert_eq!(world.post_key(token, &number.to_string(), &body).await.status(), 201);
        world.clock.advance_ms(1_000);
    }
    assert_eq!(world.key_names(&asha).await, ["Third", "First"], "newest first");
    assert_eq!(world.key_names(&usha).await, ["Second"]);
    assert_eq!(world.key_names(&owner).await, ["Third", "Second", "First"]);

    let page = world.send_as(&owner, TestRequest::get("/v1/api-keys?limit=2")).await.json();
    assert_eq!(page["data"].as_array().unwrap().len(), 2);
    let next = format!("/v1/api-keys?limit=2&cursor={}", page["nextCursor"].as_str().unwrap());
    let rest = world.send_as(&owner, TestRequest::get(&next)).await.json();
    assert_eq!((rest["data"][0]["name"].as_str(), rest.get("nextCursor")), (Some("First"), None));

    let id = rest["data"][0]["id"].as_str().unwrap();
    let path = format!("/v1/api-keys/{id}");
    assert_eq!(world.send_as(&usha, TestRequest::get(&path)).await.status(), 404);
    assert_eq!(world.revoke(&usha, id).await.status(), 404);
    assert_eq!(world.rotate(&owner, id, "r-1", &json!({})).await.status(), 404, "it would act for Asha");
    assert_eq!(world.show(&owner, id).await["name"], "First");
    assert_eq!(world.revoke(&owner, id).await.status(), 204);
}

#[tokio::test]
async fn when_a_key_was_used_is_noted_once_in_five_minutes() {
    let world = World::with_asha(&["trader"]).await;
    let token = world.token().await;
    let (id, secret) = world.key(&token, &["deal:read"]).await;
    assert_eq!(world.show(&token, &id).await.get("lastUsedAt"), None);
    let noted =
        || world.ops.items().into_iter().filter(|item| item.pk.ends_with("#API-KEY-USE")).collect::<Vec<_>>();
    world.authorize(&format!("Bearer {secret}")).await;
    let first = noted();
    assert_eq!(first.len(), 1);
    assert_eq!(world.show(&token, &id).await["lastUsedAt"], json!(testkit::NOON));
    for _ in 0..19 {
        world.now(&secret).await;
    }
    assert_eq!(noted(), first);
    world.now(&secret).await;
    world.relay_all().await;
    let listed = world.send_as(&token, TestRequest::get("/v1/api-keys")).await.json();
    assert_eq!(listed["data"][0]["lastUsedAt"], json!(testkit::NOON.plus_ms(300_000)));
    world.now("polykey_x_y").await;
    assert_eq!(noted().len(), 1, "nothing is noted of what was refused");
}

#[tokio::test]
async fn others_hear_of_keys_and_nothing_of_their_secrets() {
    let world = World::with_asha(&["trader"]).await;
    let token = world.token().await;
    let (id, first) = world.key(&token, &["deal:read"]).await;
    let (_, second) = id_and_secret(&world.rotate(&token, &id, "r-1", &json!({})).await, 200);
    world.revoke(&token, &id).await;
    world.relay_all().await;
    let facts = world.bus.take();
    let of_key: Vec<_> = facts.iter().filter(|fact| fact.stream_id == id).collect();
    let types: Vec<&str> = of_key.iter().map(|fact| fact.fact_type.as_str()).collect();
    assert_eq!(types, ["auth.api-key-created", "auth.api-key-rotated", "auth.api-key-revoked"]);
    for fact in &of_key {
        assert_eq!((&fact.data["apiKeyId"], &fact.data["name"]), (&json!(id), &json!("Quotes")));
        assert_eq!(fact.data["userId"], fact.actor.as_str());
    }
    assert_eq!(of_key[0].data["scopes"], json!(["deal:read"]));
    let kept = format!("{facts:?} {:?} {:?}", world.commits(), world.ops.items());
    let print = |secret: &str| json!(secret.parse::<auth::ApiKeySecret>().unwrap().fingerprint());
    for secret in [&first, &second] {
        assert!(!kept.contains(&secret[41..]));
        assert!(!format!("{facts:?}").contains(print(secret).as_str().unwrap()));
    }
}
