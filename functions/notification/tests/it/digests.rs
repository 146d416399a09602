//! Digests. Noon in the tests is half past five in the afternoon in India; the digest leaves at six.

use http_kit::testing::TestRequest;
use messaging::BatchHandler as _;
use notification::message_stream;
use notification::ports::{SendOrder, Sent};
use resilience::FaultClass;
use serde_json::{Value, json};

use crate::world::{DEAL, World};

const UNTIL_SIX_MS: i64 = 30 * 60_000;

async fn accounts_are_told_at_six() -> World {
    let world = World::with_people().await;
    let request = TestRequest::new("PUT".parse().unwrap(), "/v1/preferences").if_match(0);
    let preferences =
        json!({ "quietHours": [], "digests": [{ "audience": "accounts", "at": ["18:00", "09:00"] }] });
    let said = world.send(request.json(&preferences)).await;
    assert_eq!(said.status(), 200, "{}", said.json());
    world
}

/// The orders of digests; whatever else waits is carried out.
async fn digests(world: &World) -> Vec<SendOrder> {
    let mut digests = Vec::new();
    for order in world.orders().await {
        if world.shown(&order).await["template"] == "digest" {
            digests.push(order);
        } else {
            assert_eq!(world.carry_out(&order).await, None);
        }
    }
    digests
}

async fn about_the_deal(world: &World, audience: &str) -> Vec<Value> {
    let listed = world.get(&format!("/v1/notifications?dealId={DEAL}")).await;
    let mut about = listed["data"].as_array().unwrap().clone();
    about.retain(|notification| notification["audience"] == audience);
    about
}

#[tokio::test]
async fn what_is_decided_until_a_digest_is_due_is_told_in_one_message_and_nobody_else_waits() {
    let world = accounts_are_told_at_six().await;
    world.decided("confirmed").await;
    world.decided("amended").await;
    let digests = digests(&world).await;
    assert_eq!(digests.len(), 1);
    assert!(digests[0].patient);
    let others = world.whatsapp.take_calls();
    assert_eq!(others.len(), 5, "logistics of one, two owners of both: {others:?}");
    assert_eq!(world.carry_out(&digests[0]).await, Some(UNTIL_SIX_MS));
    for told in about_the_deal(&world, "accounts").await {
        assert_eq!((&told["state"], &told["digestId"]), (&json!("gathered"), &json!(digests[0].send)));
    }
    world.clock.advance_ms(UNTIL_SIX_MS);
    assert_eq!(world.carry_out(&digests[0]).await, None);
    let calls = world.whatsapp.take_calls();
    assert_eq!(calls.len(), 1);
    let lines: Vec<&str> = calls[0].text.lines().collect();
    assert_eq!((lines.len(), lines[0]), (4, "📋 *NEWS OF DEALS*"), "{lines:?}");
    assert!(lines[2].starts_with("✅ #7C8D9E0F"), "{lines:?}");
    assert!(lines[3].starts_with("✏️ amended #7C8D9E0F"), "{lines:?}");
}

#[tokio::test]
async fn each_deal_of_a_digest_stands_where_the_digest_stands_and_tells_the_others_so() {
    let world = accounts_are_told_at_six().await;
    world.decided("confirmed").await;
    world.decided("amended").await;
    let digest = digests(&world).await.remove(0);
    world.clock.advance_ms(UNTIL_SIX_MS);
    world.relay().await;
    assert_eq!(world.carry_out(&digest).await, None);
    let facts: Vec<String> = world.relay().await.into_iter().map(|fact| fact.fact_type).collect();
    assert_eq!(facts, ["notification.accepted", "notification.accepted"]);
    let shown = world.shown(&digest).await;
    let about = about_the_deal(&world, "accounts").await;
    let mut ids: Vec<Value> = about.iter().map(|told| told["id"].clone()).collect();
    let mut tells = shown["tells"].as_array().unwrap().clone();
    ids.sort_by_key(ToString::to_string);
    tells.sort_by_key(ToString::to_string);
    assert_eq!(ids, tells);
    world.hook(&crate::world::status(&digest, "delivered", 2_000)).await;
    assert_eq!(world.relay().await.len(), 2);
    for told in about_the_deal(&world, "accounts").await {
        let digest = world.shown(&digest).await;
        assert_eq!((&told["state"], &told["deliveredAt"]), (&json!("delivered"), &digest["deliveredAt"]));
    }
}

#[tokio::test]
async fn the_same_facts_and_commits_again_gather_nothing_again() {
    let world = accounts_are_told_at_six().await;
    let fact = world.decided("confirmed").await;
    assert_eq!(digests(&world).await.len(), 1);
    let (before, all) =
        (world.log.streams(), world.log.streams().into_values().flatten().collect::<Vec<_>>());
    assert!(world.reactions.on_facts(&[fact]).await[0].is_ok());
    world.relay_again(&all).await;
    assert!(world.orders().await.is_empty());
    assert_eq!(world.log.streams(), before);
}

#[tokio::test]
async fn news_after_a_digest_has_left_are_in_the_next_and_what_finds_no_room_in_the_next_part() {
    let world = accounts_are_told_at_six().await;
    world.decided("confirmed").await;
    let first = digests(&world).await.remove(0);
    world.clock.advance_ms(UNTIL_SIX_MS);
    assert_eq!(world.carry_out(&first).await, None);
    world.clock.advance_ms(1);
    for _ in 0..15 {
        world.decided("amended").await;
    }
    let parts = digests(&world).await;
    assert!(parts.len() > 1, "fifteen lines fill more than one message");
    let mut told = 0;
    for part in &parts {
        assert_ne!(part.send, first.send);
        let shown = world.shown(part).await;
        // Nine in the morning.
        assert_eq!(shown["dueAt"], "2026-11-23T03:30:00.000Z");
        told += shown["tells"].as_array().unwrap().len();
    }
    assert_eq!(told, 15);
}

#[tokio::test]
async fn news_whose_digest_was_stopped_are_in_its_next_part_when_that_is_due() {
    let world = accounts_are_told_at_six().await;
    world.decided("confirmed").await;
    let digest = digests(&world).await.remove(0);
    assert_eq!(world.act(&digest.send.to_string(), "cancel").await.status(), 200);
    world.relay().await;
    let stopped = about_the_deal(&world, "accounts").await;
    assert_eq!(stopped[0]["state"], "suppressed");
    world.whatsapp.take_calls();
    world.decided("amended").await;
    let next = digests(&world).await.remove(0);
    assert_eq!(world.carry_out(&next).await, Some(UNTIL_SIX_MS));
    world.clock.advance_ms(UNTIL_SIX_MS);
    world.whatsapp.take_calls();
    assert_eq!(world.carry_out(&next).await, None);
    let calls = world.whatsapp.take_calls();
    assert!(calls[0].text.contains("amended") && !calls[0].text.contains('✅'), "{}", calls[0].text);
}

#[tokio::test]
async fn news_that_a_further_part_took_before_a_crash_are_in_that_part_alone_though_the_first_has_left() {
    let world = accounts_are_told_at_six().await;
    for _ in 0..12 {
        world.decided("amended").await;
    }
    let mut parts = Vec::new();
    for part in digests(&world).await {
        let told = world.shown(&part).await["tells"].as_array().unwrap().len();
        parts.push((told, part));
    }
    // The first part is the one that is full.
    parts.sort_by_key(|(told, _)| std::cmp::Reverse(*told));
    let parts: Vec<SendOrder> = parts.into_iter().map(|(_, part)| part).collect();
    assert_eq!(parts.len(), 2);
    world.clock.advance_ms(UNTIL_SIX_MS);
    assert_eq!(world.carry_out(&parts[0]).await, None);
    // The instance dies once the second part has them: nobody has recorded so with the news.
    let tells = world.shown(&parts[1]).await["tells"].clone();
    let news = tells[0].as_str().unwrap();
    let stream = message_stream(&world.notifications.tenant, news.parse().unwrap());
    world.log.damage(|streams| streams.get_mut(&stream).unwrap().truncate(1));
    world.relay_again(&world.log.streams()[&stream]).await;
    let told = world.get(&format!("/v1/notifications/{news}")).await;
    assert_eq!((&told["state"], &told["digestId"]), (&json!("gathered"), &json!(parts[1].send)));
    assert!(world.orders().await.is_empty(), "nothing leaves by itself");
}

#[tokio::test]
async fn what_a_digest_tells_can_be_neither_stopped_nor_repeated_by_itself() {
    let world = accounts_are_told_at_six().await;
    world.decided("confirmed").await;
    digests(&world).await;
    let told = about_the_deal(&world, "accounts").await.remove(0);
    for action in ["cancel", "retry"] {
        let refused = world.act(told["id"].as_str().unwrap(), action).await;
        assert_eq!(refused.status(), 409);
        assert!(refused.json()["detail"].as_str().unwrap().contains("digest"), "{}", refused.json());
    }
}

#[tokio::test]
async fn a_digest_that_fails_for_good_fails_its_news_and_sent_after_all_takes_them_along() {
    let world = accounts_are_told_at_six().await;
    world.decided("confirmed").await;
    let digest = digests(&world).await.remove(0);
    world.clock.advance_ms(UNTIL_SIX_MS);
    world.whatsapp.next([Sent::Refused { class: FaultClass::Permanent, reason: "131026".to_owned() }]);
    assert_eq!(world.carry_out(&digest).await, None);
    world.relay().await;
    let failed = about_the_deal(&world, "accounts").await.remove(0);
    assert_eq!(failed["state"], "failed");
    assert!(failed["failure"].as_str().unwrap().contains("131026"), "{failed}");
    assert_eq!(world.act(&digest.send.to_string(), "retry").await.status(), 200);
    let again = digests(&world).await.remove(0);
    assert_eq!(world.carry_out(&again).await, None);
    world.relay().await;
    assert_eq!(about_the_deal(&world, "accounts").await[0]["state"], "accepted");
}
