//! People who are told by several channels, and what the providers besides WhatsApp say of their own accord.

use http_kit::testing::TestRequest;
use lambda_entry::InboxHandler as _;
use notification::ports::Sent;
use notification_domain::Channel;
use resilience::FaultClass;
use serde_json::{Value, json};

use crate::world::{World, record, status};

/// Reached by every channel, e-mail last.
fn everywhere() -> Value {
    json!({
        "name": "Kiran", "phone": "+919800000007", "telegram": "5512345", "email": "kiran@example.com",
        "channels": ["whatsapp", "telegram", "sms", "email"],
    })
}

fn write(recipient: &Value) -> TestRequest {
    let body = json!({ "recipient": recipient, "text": "The invoice of *Acme* is on its way." });
    TestRequest::post("/v1/notifications").key("k-1").json(&body)
}

fn unreachable() -> Sent {
    Sent::Refused { class: FaultClass::Permanent, reason: "400 code 131026".to_owned() }
}

#[tokio::test]
async fn a_message_takes_the_next_channel_when_it_certainly_cannot_arrive_by_one() {
    let world = World::new();
    let sent = world.send(write(&everywhere())).await;
    assert_eq!((sent.status(), &sent.json()["channel"]), (202, &json!("whatsapp")), "{}", sent.json());
    for (channel, script) in [
        (Channel::WhatsApp, &world.whatsapp),
        (Channel::Telegram, &world.telegram),
        (Channel::Sms, &world.sms),
    ] {
        script.next([unreachable()]);
        let orders = world.orders().await;
        assert_eq!(orders.iter().map(|order| order.channel).collect::<Vec<_>>(), [channel]);
        assert_eq!(world.carry_out(&orders[0]).await, None);
        assert_eq!(script.take_calls().len(), 1, "{channel}");
        // The order may be delivered twice: its channel is given up.
        assert_eq!(world.carry_out(&orders[0]).await, None);
        assert!(script.take_calls().is_empty(), "{channel}");
    }
    let orders = world.orders().await;
    assert_eq!(world.carry_out(&orders[0]).await, None);
    let calls = world.email.take_calls();
    assert_eq!((calls.len(), calls[0].to.as_str()), (1, "kiran@example.com"));
    let shown = world.shown(&orders[0]).await;
    assert_eq!(
        (&shown["state"], &shown["channel"], &shown["attempts"]),
        (&json!("accepted"), &json!("email"), &json!(4))
    );
    assert_eq!(shown["possiblyDuplicate"], false);
}

#[tokio::test]
async fn a_channel_that_fails_for_the_moment_is_not_given_up() {
    let world = World::new();
    world.send(write(&everywhere())).await;
    let orders = world.orders().await;
    world.whatsapp.next([Sent::Refused { class: FaultClass::Transient, reason: "503".to_owned() }]);
    assert!(world.carry_out(&orders[0]).await.is_some());
    assert!(world.orders().await.is_empty());
    let shown = world.shown(&orders[0]).await;
    assert_eq!((&shown["state"], &shown["channel"]), (&json!("queued"), &json!("whatsapp")));
}

#[tokio::test]
async fn a_failure_that_comes_by_webhook_makes_the_next_channel_follow_once() {
    let world = World::new();
    world.send(write(&everywhere())).await;
    let orders = world.orders().await;
    assert_eq!(world.carry_out(&orders[0]).await, None);
    let failed = status(&orders[0], "failed", 1);
    world.hook(&failed).await;
    world.hook(&failed).await;
    let next = world.orders().await;
    assert_eq!(next.iter().map(|order| order.channel).collect::<Vec<_>>(), [Channel::Telegram]);
    world.hook(&failed).await;
    assert_eq!(world.carry_out(&next[0]).await, None);
    assert_eq!(world.shown(&next[0]).await["state"], "accepted");
    assert!(world.orders().await.is_empty());
}

#[tokio::test]
async fn each_provider_is_left_alone_by_itself() {
    let world = World::new();
    let to = |recipient: Value, key: &str| {
        let body = json!({ "recipient": recipient, "text": "hello" });
        TestRequest::post("/v1/notifications").key(key).json(&body)
    };
    world.send(to(json!({ "name": "A", "telegram": "5512345" }), "k-1")).await;
    let telegram = world.orders().await;
    world.telegram.next([Sent::Refused { class: FaultClass::Config, reason: "401 code 401".to_owned() }]);
    assert!(world.carry_out(&telegram[0]).await.is_some());
    world.send(to(json!({ "name": "A", "email": "a@example.com" }), "k-2")).await;
    let email = world.orders().await;
    assert_eq!(world.carry_out(&email[0]).await, None);
    let providers = world.get("/v1/providers").await;
    let breakers: Vec<_> = providers["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["name"].clone(), one["breaker"].clone()))
        .collect();
    let expected = [("whatsapp", "closed"), ("telegram", "open"), ("email", "closed"), ("sms", "closed")];
    assert_eq!(breakers, expected.map(|(name, breaker)| (json!(name), json!(breaker))));
    let reset = world.send(TestRequest::post("/v1/providers/telegram/reset")).await;
    assert_eq!((reset.status(), &reset.json()["breaker"]), (200, &json!("closed")));
    // What is known of a breaker is believed for a second.
    world.clock.advance_ms(1_001);
    assert_eq!(world.carry_out(&telegram[0]).await, None);
}

#[tokio::test]
async fn a_deal_is_told_to_each_recipient_by_their_own_channel() {
    let world = World::new();
    let audiences = json!({
        "accounts": [{ "name": "Asha", "email": "asha@example.com" }],
        "logistics": [{ "name": "Ravi", "phone": "+919800000002", "channels": ["sms"] }],
        "owners": [{ "name": "Meera", "telegram": "5512345" }, { "name": "Vikram", "phone": "+919800000004" }],
    });
    assert_eq!(world.name(0, &audiences).await.status(), 200);
    world.decided("confirmed").await;
    for order in world.orders().await {
        assert_eq!(world.carry_out(&order).await, None);
    }
    let told = |script: &crate::world::Script| {
        script.take_calls().into_iter().map(|call| call.to).collect::<Vec<_>>()
    };
    assert_eq!(told(&world.email), ["asha@example.com"]);
    assert_eq!(told(&world.sms), ["+919800000002"]);
    assert_eq!(told(&world.telegram), ["5512345"]);
    assert_eq!(told(&world.whatsapp), ["+919800000004"]);
    for (key, count) in
        [("asha@example.com", 1), ("%2B919800000002", 1), ("5512345", 1), ("nobody@example.com", 0)]
    {
        let listed = world.get(&format!("/v1/notifications?recipient={key}")).await;
        assert_eq!(listed["data"].as_array().unwrap().len(), count, "{key}");
    }
}

#[tokio::test]
async fn a_recipient_that_cannot_be_reached_is_refused_with_every_contradiction() {
    let world = World::new();
    let audiences = json!({
        "accounts": [{ "name": "Asha" }, { "name": "A", "email": "a@example.com", "channels": ["sms", "sms"] }],
        "logistics": [{ "name": "B", "telegram": "0" }],
        "owners": [{ "name": "C", "telegram": "5512345" }, { "name": "D", "telegram": "5512345" }],
    });
    let refused = world.name(0, &audiences).await;
    let faults = |codes: &[(&str, &str)]| {
        codes.iter().map(|(at, code)| ((*at).to_owned(), (*code).to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(refused.status(), 422, "{}", refused.json());
    let expected = faults(&[
        ("/accounts/0", "unreachable"),
        ("/accounts/1/channels/0", "no-address"),
        ("/accounts/1/channels/1", "duplicate"),
        ("/accounts/1/email", "unused"),
        ("/logistics/0/telegram", "malformed"),
    ]);
    assert_eq!(refused.faults(), expected);
    let mut twice = audiences;
    twice["accounts"] = json!([]);
    twice["logistics"] = json!([]);
    let refused = world.name(0, &twice).await;
    assert_eq!((refused.status(), refused.faults()), (422, faults(&[("/owners/1/telegram", "duplicate")])));
}

/// Telegram posts an update.
async fn update(world: &World, secret: Option<&str>, update: &Value) -> u16 {
    let mut request = TestRequest::post("/v1/hooks/telegram");
    if let Some(secret) = secret {
        request = request.header("x-telegram-bot-api-secret-token", secret);
    }
    world.send_bare(request.raw("application/json", update.to_string())).await.status()
}

fn said(text: &str) -> Value {
    let chat = json!({ "id": 5_512_345, "type": "private" });
    json!({ "update_id": 1, "message": { "message_id": 7, "date": 0, "chat": chat, "text": text } })
}

#[tokio::test]
async fn whoever_begins_a_chat_is_told_its_number_once() {
    let world = World::new();
    let secret = Some("sim-telegram-hook-secret");
    assert_eq!(update(&world, secret, &said("/start@firm_bot hello")).await, 200);
    assert_eq!(update(&world, secret, &said("/start@firm_bot hello")).await, 200);
    world.act_on_heard().await;
    let orders = world.orders().await;
    assert_eq!(orders.len(), 1);
    assert_eq!(world.carry_out(&orders[0]).await, None);
    let calls = world.telegram.take_calls();
    assert_eq!(calls[0].to, "5512345");
    assert!(calls[0].text.contains("number 5512345"), "{}", calls[0].text);
    for text in ["hello", "stop it", "", "/started"] {
        assert_eq!(update(&world, secret, &said(text)).await, 200);
    }
    assert_eq!(update(&world, secret, &json!({ "update_id": 2, "edited_message": {} })).await, 200);
    world.act_on_heard().await;
    assert!(world.orders().await.is_empty());
}

#[tokio::test]
async fn an_update_without_the_secret_is_turned_away_and_leaves_nothing() {
    let world = World::new();
    for secret in [None, Some(""), Some("sim-telegram-hook-secre"), Some("SIM-TELEGRAM-HOOK-SECRET")] {
        assert_eq!(update(&world, secret, &said("/start")).await, 401, "{secret:?}");
    }
    assert!(world.queues.take_heard().is_empty());
}

/// What SES says of an e-mail, as the rule of EventBridge puts it into the inbox.
fn event(kind: &str, notification: &Value, more: &Value) -> String {
    let mut detail = json!({
        "eventType": kind,
        "mail": { "timestamp": "2026-11-22T12:00:01.000Z", "messageId": "0100", "tags": { "notification": [notification] } },
    });
    for (member, value) in more.as_object().unwrap() {
        detail[member] = value.clone();
    }
    format!(r#"{{"hook":{detail},"of":"email"}}"#)
}

#[tokio::test]
async fn what_became_of_an_email_is_known() {
    let world = World::new();
    let recipient = json!({ "name": "Kiran", "email": "kiran@example.com", "phone": "+919800000007", "channels": ["email", "sms"] });
    world.send(write(&recipient)).await;
    let orders = world.orders().await;
    assert_eq!(world.carry_out(&orders[0]).await, None);
    let id = json!(orders[0].send);
    let hear =
        async |body: String| assert!(world.desk.handle(vec![record("m", &body)]).await.is_empty(), "{body}");
    hear(event("Send", &id, &json!({}))).await;
    hear(event("Open", &id, &json!({}))).await;
    assert_eq!(world.shown(&orders[0]).await["state"], "sent");
    let passing = json!({ "bounce": { "bounceType": "Transient", "bounceSubType": "MailboxFull" } });
    hear(event("Bounce", &id, &passing)).await;
    assert_eq!(world.shown(&orders[0]).await["state"], "sent");
    hear(event("Delivery", &id, &json!({ "delivery": { "timestamp": "2026-11-22T12:00:03.000Z" } }))).await;
    let shown = world.shown(&orders[0]).await;
    assert_eq!(
        (&shown["state"], &shown["deliveredAt"]),
        (&json!("delivered"), &json!("2026-11-22T12:00:03.000Z"))
    );
    hear(event("Delivery", &json!("somebody else's"), &json!({}))).await;
}

#[tokio::test]
async fn an_email_that_bounces_makes_the_next_channel_follow() {
    let world = World::new();
    let recipient = json!({ "name": "Kiran", "email": "kiran@example.com", "phone": "+919800000007", "channels": ["email", "sms"] });
    world.send(write(&recipient)).await;
    let orders = world.orders().await;
    assert_eq!(world.carry_out(&orders[0]).await, None);
    let bounce = json!({ "bounce": { "bounceType": "Permanent", "bounceSubType": "General", "timestamp": "2026-11-22T12:00:03.000Z" } });
    let body = event("Bounce", &json!(orders[0].send), &bounce);
    assert!(world.desk.handle(vec![record("m", &body)]).await.is_empty());
    let next = world.orders().await;
    assert_eq!(next.iter().map(|order| order.channel).collect::<Vec<_>>(), [Channel::Sms]);
    assert_eq!(world.shown(&next[0]).await["lastFault"], "status: bounced: General");
}
