//! WhatsApp's webhook.

use http_kit::testing::TestRequest;
use notification_domain::message::Form;
use serde_json::{Value, json};
use testkit::NOON;

use crate::world::{World, notice, record, sign, status};

fn post(body: &str, signature: Option<&str>) -> TestRequest {
    let request = TestRequest::post("/v1/hooks/whatsapp").raw("application/json", body.to_owned());
    signature.into_iter().fold(request, |request, signature| request.header("x-hub-signature-256", signature))
}

/// RFC 4231, test case 2, in the provider's form.
#[test]
fn the_signature_is_hmac_sha256_of_the_bytes() {
    let digest = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    let body = b"what do ya want for nothing?";
    assert!(notification::hook::whatsapp::is_signed("Jefe", body, Some(digest)));
    assert!(!notification::hook::whatsapp::is_signed("Jefe", b"what do ya want for nothing", Some(digest)));
    assert!(!notification::hook::whatsapp::is_signed("jefe", body, Some(digest)));
    for signature in [None, Some(""), Some("sha256="), Some("sha1=00"), Some(&digest[7..]), Some("sha256=zz")]
    {
        assert!(!notification::hook::whatsapp::is_signed("Jefe", body, signature), "{signature:?}");
    }
    assert!(!notification::hook::whatsapp::is_signed(
        "",
        b"",
        Some("sha256=b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    ));
}

#[tokio::test]
async fn only_what_the_provider_signed_is_heard() {
    let world = World::new();
    let body = r#"{"object":"whatsapp_business_account", "entry":[]}"#;
    let reserialized = serde_json::from_str::<Value>(body).unwrap().to_string();
    let signature = sign(body);
    for request in [post(body, None), post(body, Some("sha256=00")), post(&reserialized, Some(&signature))] {
        let answer = world.send_bare(request).await;
        assert_eq!((answer.status(), answer.problem().as_str()), (401, "unauthenticated"));
    }
    assert!(world.queues.take_heard().is_empty());
    assert_eq!(world.send_bare(post(body, Some(&signature))).await.status(), 200);
    assert_eq!(world.queues.take_heard().len(), 1);
}

#[tokio::test]
async fn a_signed_body_that_is_no_json_or_too_large_is_refused() {
    let world = World::new();
    assert_eq!(world.send_bare(post("nonsense", Some(&sign("nonsense")))).await.status(), 400);
    let large = format!("\"{}\"", "x".repeat(1_000_000));
    assert_eq!(world.send_bare(post(&large, Some(&sign(&large)))).await.status(), 413);
    assert!(world.queues.take_heard().is_empty());
}

#[tokio::test]
async fn the_handshake_answers_the_challenge_to_who_knows_the_word() {
    let world = World::new();
    let ask = |query: &str| TestRequest::get(&format!("/v1/hooks/whatsapp?{query}"));
    let word = "hub.mode=subscribe&hub.verify_token=sim-whatsapp-verify-token&hub.challenge=1158201444";
    let answer = world.send_bare(ask(word)).await;
    assert_eq!((answer.status(), answer.body.as_ref()), (200, b"1158201444".as_slice()));
    for query in
        ["", "hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1", "hub.verify_token=&hub.mode=%"]
    {
        assert_eq!(world.send_bare(ask(query)).await.status(), 403, "{query}");
    }
}

#[tokio::test]
async fn statuses_twice_and_in_any_order_end_in_read_with_every_instant() {
    let world = World::with_people().await;
    let order = world.one_order().await;
    world.carry_out(&order).await;
    for (name, at_s) in
        [("read", 30), ("read", 30), ("sent", 10), ("sent", 10), ("delivered", 20), ("delivered", 20)]
    {
        world.hook(&status(&order, name, at_s)).await;
    }
    let shown = world.shown(&order).await;
    assert_eq!(shown["state"], "read");
    for (field, at_s) in [("sentAt", 10), ("deliveredAt", 20), ("readAt", 30)] {
        assert_eq!(shown[field], NOON.plus_ms(at_s * 1_000).to_string(), "{field}");
    }
}

#[tokio::test]
async fn a_message_the_provider_could_not_deliver_fails_with_its_reason() {
    let world = World::with_people().await;
    let order = world.one_order().await;
    world.carry_out(&order).await;
    let mut failed = status(&order, "failed", 5);
    failed["entry"][0]["changes"][0]["value"]["statuses"][0]["errors"] =
        json!([{ "code": 131_026, "title": "Message undeliverable" }]);
    world.hook(&failed).await;
    let shown = world.shown(&order).await;
    assert_eq!(
        (&shown["state"], &shown["failure"]),
        (&json!("failed"), &json!("131026 Message undeliverable"))
    );
    let facts = world.relay().await;
    assert!(facts.iter().any(|fact| fact.fact_type == "notification.failed"), "{facts:?}");
}

#[tokio::test]
async fn free_text_reaches_who_wrote_within_a_day_and_a_template_everybody_else() {
    let world = World::with_people().await;
    let wrote = json!({ "from": "919800000001", "id": "wamid.x", "type": "text",
        "timestamp": (NOON.unix_ms() / 1_000).to_string(), "text": { "body": "hi" } });
    let mut forms = Vec::new();
    for hour in [0_i64, 1, 24] {
        if hour == 1 {
            world.hook(&notice("messages", &wrote)).await;
        }
        world.clock.set(NOON.plus_ms(hour * 3_600_000));
        let order = world.one_order().await;
        world.carry_out(&order).await;
        forms.extend(world.whatsapp.take_calls().into_iter().map(|call| call.form));
    }
    assert_eq!(forms, [Form::Template, Form::Text, Form::Template]);
}

#[tokio::test]
async fn what_concerns_others_changes_nothing_and_what_nobody_understands_is_parked() {
    let world = World::with_people().await;
    let order = world.one_order().await;
    world.carry_out(&order).await;
    let mut foreign = status(&order, "read", 1);
    foreign["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = json!("999");
    let mut unknown = status(&order, "read", 1);
    unknown["entry"][0]["changes"][0]["value"]["statuses"][0]["biz_opaque_callback_data"] =
        json!("notification_00000000000000000000000000000000");
    for notice in [foreign, unknown, status(&order, "warped", 1), json!({ "entry": [] })] {
        world.hook(&notice).await;
    }
    assert_eq!(world.shown(&order).await["state"], "accepted");
    let unreadable = record("m-1", r#"{"hook":{"entry":"none"}}"#);
    assert!(lambda_entry::InboxHandler::handle(&world.desk, vec![unreadable]).await.is_empty());
    assert!(world.ops.items().iter().any(|item| item.pk == "T#main#PARK" && item.sk == "hook#m-1"));
}
