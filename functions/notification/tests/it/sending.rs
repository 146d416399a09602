//! What becomes of an order while the provider works, fails, is slow, or says nothing.

use notification::ports::Sent;
use notification_domain::message::SETTLE_MS;
use resilience::FaultClass;
use serde_json::json;

use crate::world::{World, status};

fn refused(class: FaultClass) -> Sent {
    Sent::Refused { class, reason: "503".to_owned() }
}

fn unknown() -> Sent {
    Sent::Unknown { reason: "timeout".to_owned() }
}

#[tokio::test]
async fn a_call_without_effect_is_made_again_after_a_wait() {
    let world = World::with_people().await;
    let order = world.one_order().await;
    world.whatsapp.next([refused(FaultClass::Transient)]);
    assert!(world.carry_out(&order).await.is_some_and(|wait_ms| wait_ms <= 2_000));
    let shown = world.shown(&order).await;
    assert_eq!((&shown["state"], &shown["lastFault"]), (&json!("queued"), &json!("transient: 503")));
    assert_eq!(world.carry_out(&order).await, None);
    let shown = world.shown(&order).await;
    assert_eq!((&shown["state"], &shown["attempts"]), (&json!("accepted"), &json!(2)));
    assert_eq!(shown["possiblyDuplicate"], false);
}

#[tokio::test]
async fn after_a_call_of_unknown_outcome_the_providers_word_is_waited_for() {
    let world = World::with_people().await;
    let order = world.one_order().await;
    world.whatsapp.next([unknown()]);
    assert_eq!(world.carry_out(&order).await, Some(SETTLE_MS));
    world.clock.advance_ms(1_000);
    assert_eq!(world.carry_out(&order).await, Some(SETTLE_MS - 1_000), "and not called again before");
    world.hook(&status(&order, "sent", 1)).await;
    world.clock.advance_ms(SETTLE_MS);
    assert_eq!(world.carry_out(&order).await, None);
    assert_eq!(world.whatsapp.take_calls().len(), 1);
    let shown = world.shown(&order).await;
    assert_eq!((&shown["state"], &shown["possiblyDuplicate"]), (&json!("sent"), &json!(false)));
}

#[tokio::test]
async fn when_the_provider_stays_silent_the_message_is_sent_again_and_says_so() {
    let world = World::with_people().await;
    let order = world.one_order().await;
    world.whatsapp.next([unknown()]);
    world.carry_out(&order).await;
    world.clock.advance_ms(SETTLE_MS);
    assert_eq!(world.carry_out(&order).await, None);
    assert_eq!(world.whatsapp.take_calls().len(), 2);
    assert_eq!(world.shown(&order).await["possiblyDuplicate"], true);
}

#[tokio::test]
async fn an_order_that_is_carried_out_twice_is_one_call() {
    let world = World::with_people().await;
    let order = world.one_order().await;
    assert_eq!(world.carry_out(&order).await, None);
    assert_eq!(world.carry_out(&order).await, None);
    assert_eq!(world.whatsapp.take_calls().len(), 1);
}

#[tokio::test]
async fn an_outage_opens_the_breaker_and_a_probe_that_works_closes_it() {
    let world = World::with_people().await;
    let order = world.one_order().await;
    world.whatsapp.next((0..5).map(|_| refused(FaultClass::Transient)));
    for _ in 0..5 {
        assert!(world.carry_out(&order).await.is_some());
    }
    assert_eq!(world.get("/v1/providers").await["data"][0]["breaker"], "open");
    assert_eq!(world.carry_out(&order).await, Some(15_000));
    assert_eq!(world.whatsapp.take_calls().len(), 5, "nothing is tried while it is open");
    world.clock.advance_ms(15_000);
    assert_eq!(world.carry_out(&order).await, None);
    assert_eq!(world.get("/v1/providers").await["data"][0]["breaker"], "closed");
    assert_eq!(world.shown(&order).await["state"], "accepted");
}

#[tokio::test]
async fn a_revoked_token_opens_the_breaker_at_once_and_a_person_closes_it() {
    let world = World::with_people().await;
    let order = world.one_order().await;
    world.whatsapp.next([refused(FaultClass::Config)]);
    assert!(world.carry_out(&order).await.is_some_and(|wait_ms| wait_ms >= 300_000));
    let provider = world.get("/v1/providers").await["data"][0].clone();
    assert_eq!((&provider["breaker"], &provider["reason"]), (&json!("open"), &json!("503")));
    let reset = http_kit::testing::TestRequest::post("/v1/providers/whatsapp/reset");
    assert_eq!(world.send(reset).await.json()["breaker"], "closed");
    world.clock.advance_ms(1_000);
    assert_eq!(world.carry_out(&order).await, None);
}

#[tokio::test]
async fn what_can_never_work_fails_and_a_person_can_have_it_sent_after_all() {
    let world = World::with_people().await;
    let order = world.one_order().await;
    world.whatsapp.next([refused(FaultClass::Permanent)]);
    assert_eq!(world.carry_out(&order).await, None);
    let shown = world.shown(&order).await;
    assert_eq!((&shown["state"], &shown["failure"]), (&json!("failed"), &json!("permanent: 503")));
    assert_eq!(world.get("/v1/providers").await["data"][0]["failures"], 0, "not the provider's fault");
    let retried = world.act(&order.send.to_string(), "retry").await;
    assert_eq!((retried.status(), &retried.json()["state"]), (200, &json!("planned")));
    let again = world.orders().await;
    assert_eq!(again.len(), 1);
    assert_eq!(world.carry_out(&again[0]).await, None);
    assert_eq!(world.shown(&order).await["state"], "accepted");
}

#[tokio::test]
async fn a_message_that_a_person_stopped_is_not_sent() {
    let world = World::with_people().await;
    let order = world.one_order().await;
    let id = order.send.to_string();
    assert_eq!(world.act(&id, "cancel").await.json()["state"], "suppressed");
    assert_eq!(world.carry_out(&order).await, None);
    assert!(world.whatsapp.take_calls().is_empty());
    assert_eq!(world.act("notification_00000000000000000000000000000000", "cancel").await.status(), 404);
}

#[tokio::test]
async fn a_message_that_has_left_can_neither_be_stopped_nor_sent_again() {
    let world = World::with_people().await;
    let order = world.one_order().await;
    world.carry_out(&order).await;
    for action in ["cancel", "retry"] {
        let answer = world.act(&order.send.to_string(), action).await;
        assert_eq!((answer.status(), answer.problem().as_str()), (409, "conflict"), "{action}");
    }
}

#[tokio::test]
async fn what_waited_a_day_is_not_sent_any_more() {
    let world = World::with_people().await;
    let order = world.one_order().await;
    world.clock.advance_ms(24 * 3_600_000 + 1);
    assert_eq!(world.carry_out(&order).await, None);
    assert_eq!(world.shown(&order).await["state"], "expired");
    assert!(world.whatsapp.take_calls().is_empty());
}

#[tokio::test]
async fn one_phone_gets_a_burst_and_then_waits_while_others_do_not() {
    let world = World::with_people().await;
    let mut held = 0;
    let mut others = 0;
    for _ in 0..42 {
        world.decided("confirmed").await;
        for order in world.orders().await {
            match world.shown(&order).await["recipient"]["phone"].as_str().unwrap() {
                "+919800000001" => held += i32::from(world.carry_out(&order).await.is_some()),
                "+919800000002" if others == 0 => {
                    others = 1;
                    assert_eq!(world.carry_out(&order).await, None);
                }
                _ => {}
            }
        }
    }
    assert_eq!((held, others), (2, 1));
}

#[tokio::test]
async fn an_order_nobody_can_read_is_parked() {
    let world = World::new();
    let unreadable = crate::world::record("m-1", r#"{"send":"x"}"#);
    assert!(lambda_entry::InboxHandler::handle(&world.desk, vec![unreadable]).await.is_empty());
    assert!(world.ops.items().iter().any(|item| item.pk == "T#main#PARK" && item.sk == "order#m-1"));
}
