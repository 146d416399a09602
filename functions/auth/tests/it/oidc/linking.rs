//! Whom the provider's word is about, and how far it goes.

use serde_json::{Value, json};

use super::{Change, ISSUER, leave, log_in, log_in_with, refused, trusting};
use crate::world::World;

fn of(address: &'static str) -> Change {
    match address {
        "arun" => |_, claims| claims["email"] = "arun@example.com".into(),
        _ => |_, claims| claims["email"] = "nobody@example.com".into(),
    }
}

#[tokio::test]
async fn a_linked_user_is_known_by_the_subject_whatever_becomes_of_the_address() {
    let world = trusting().await;
    assert_eq!(log_in(&world, "4711").await.status(), 200);
    world.provider.entered(|entry| entry["linkByEmail"] = json!(false));
    let unverified = |_: &mut Value, claims: &mut Value| {
        claims["email"] = "asha.rao@example.net".into();
        claims["email_verified"] = false.into();
    };
    assert_eq!(log_in_with(&world, "4711", unverified).await.status(), 200);
    let linked =
        world.commits().iter().filter(|commit| format!("{commit:?}").contains("identity_linked")).count();
    assert_eq!(linked, 1, "a link is made once");
}

#[tokio::test]
async fn an_address_alone_links_nobody_unless_the_firm_says_so() {
    let world = World::with_asha(&["trader"]).await;
    refused(&world, &log_in(&world, "4711").await, 403, "not trusted");
}

#[tokio::test]
async fn an_address_that_the_provider_has_not_verified_links_nobody() {
    let unverified: [(&str, Change); 5] = [
        ("not verified", |_, claims| claims["email_verified"] = false.into()),
        ("not said", |_, claims| claims["email_verified"] = Value::Null),
        ("a text", |_, claims| claims["email_verified"] = "true".into()),
        ("no address", |_, claims| claims["email"] = Value::Null),
        ("no address in it", |_, claims| claims["email"] = "asha".into()),
    ];
    for (what, change) in unverified {
        let world = trusting().await;
        refused(&world, &log_in_with(&world, "4711", change).await, 403, what);
    }
}

#[tokio::test]
async fn nobody_becomes_a_user_by_logging_in() {
    let world = trusting().await;
    refused(&world, &log_in_with(&world, "4711", of("nobody")).await, 403, "unknown");
}

#[tokio::test]
async fn a_disabled_user_is_refused_linked_or_not_and_like_a_stranger() {
    let world = trusting().await;
    let disable = json!({ "kind": "disable-user", "email": "asha@example.com" });
    world.invoke(disable.clone()).await;
    let unlinked = log_in(&world, "4711").await;
    assert_eq!((unlinked.status(), world.commits().len()), (403, 2));
    world.invoke(json!({ "kind": "enable-user", "email": "asha@example.com" })).await;
    assert_eq!(log_in(&world, "4711").await.status(), 200);
    world.invoke(disable).await;
    let commits = world.commits().len();
    let linked = log_in(&world, "4711").await;
    assert_eq!((linked.status(), world.commits().len()), (403, commits));
    assert_eq!(linked.json()["detail"], unlinked.json()["detail"]);
}

#[tokio::test]
async fn whoever_gets_the_address_next_does_not_get_the_account() {
    let world = trusting().await;
    assert_eq!(log_in(&world, "4711").await.status(), 200);
    let commits = world.commits().len();
    assert_eq!(log_in(&world, "4712").await.status(), 403);
    assert_eq!(world.commits().len(), commits);
}

#[tokio::test]
async fn an_identity_belongs_to_one_user() {
    let world = trusting().await;
    let arun = json!({
        "kind": "create-user", "email": "arun@example.com", "name": "Arun", "password": "correct horse battery",
        "roles": ["owner"],
    });
    assert!(world.invoke(arun).await["ok"].is_object());
    assert_eq!(log_in(&world, "4711").await.status(), 200);
    let answer = log_in_with(&world, "4711", of("arun")).await;
    let token = answer.json()["accessToken"].as_str().unwrap().to_owned();
    let context = world.authorize(&format!("Bearer {token}")).await;
    assert_eq!(context["name"], "Asha Rao", "the subject counts, not the address");
}

#[tokio::test]
async fn a_trip_that_leads_nowhere_leaves_nothing_but_what_expires() {
    let world = trusting().await;
    leave(&world, "4711").await;
    assert_eq!(world.commits().len(), 1);
    assert!(world.ops.items().iter().all(|item| item.expires.is_some()));
    assert!(!format!("{:?}", world.ops.items()).contains("asha"));
}

#[tokio::test]
async fn an_operator_links_where_addresses_are_not_trusted_and_unlinks_who_got_another_account() {
    let world = World::with_asha(&["trader"]).await;
    let link = |email: &str, subject: &str| json!({ "kind": "link-identity", "email": email, "issuer": ISSUER, "subject": subject });
    assert!(world.invoke(link("asha@example.com", "4711")).await["ok"]["userId"].is_string());
    assert_eq!(log_in(&world, "4711").await.status(), 200);
    let again = world.invoke(link("asha@example.com", "4712")).await;
    assert_eq!(again["error"]["code"], "conflict", "{again}");
    let arun = json!({
        "kind": "create-user", "email": "arun@example.com", "name": "Arun", "password": "correct horse battery",
        "roles": ["viewer"],
    });
    world.invoke(arun).await;
    assert_eq!(world.invoke(link("arun@example.com", "4711")).await["error"]["code"], "conflict");
    let unlink = json!({ "kind": "unlink-identity", "email": "asha@example.com", "issuer": ISSUER });
    for _ in 0..2 {
        assert!(world.invoke(unlink.clone()).await["ok"]["userId"].is_string());
    }
    assert_eq!(log_in(&world, "4711").await.status(), 403);
    assert!(world.invoke(link("arun@example.com", "4711")).await["ok"]["userId"].is_string());
    assert_eq!(log_in(&world, "4711").await.status(), 200);
    let nobody =
        world.invoke(json!({ "kind": "link-identity", "email": "asha@example.com", "issuer": " " })).await;
    assert_eq!(nobody["error"]["code"], "invalid", "{nobody}");
}
