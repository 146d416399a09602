//! Messages that a person asks for.

use http_kit::testing::TestRequest;
use serde_json::{Value, json};

use crate::world::World;

fn message(text: &str) -> Value {
    json!({ "recipient": { "phone": "+91 98000-00007", "name": "Kiran" }, "text": text })
}

fn write(key: &str, body: &Value) -> TestRequest {
    TestRequest::post("/v1/notifications").key(key).json(body)
}

#[tokio::test]
async fn a_message_of_ones_own_is_sent_word_for_word_and_once() {
    let world = World::new();
    let said = "Rates are up.\n=SUM(A1) \u{202e}*today*";
    let accepted = world.send(write("k-1", &message(said))).await;
    assert_eq!(accepted.status(), 202, "{}", accepted.json());
    let shown = accepted.json();
    assert_eq!((&shown["state"], &shown["template"]), (&json!("planned"), &json!("one-off")));
    assert_eq!((&shown["text"], &shown["recipient"]["phone"]), (&json!(said), &json!("+919800000007")));
    assert_eq!(shown["correlationId"], accepted.header("x-correlation-id"));
    let again = world.send(write("k-1", &message(said))).await;
    assert_eq!((again.status(), &again.json()["id"]), (202, &shown["id"]));
    let orders = world.orders().await;
    assert_eq!(orders.len(), 1);
    assert_eq!(world.carry_out(&orders[0]).await, None);
    let calls = world.whatsapp.take_calls();
    assert_eq!((calls.len(), calls[0].text.as_str(), calls[0].to.as_str()), (1, said, "+919800000007"));
    let location = accepted.header("location").to_owned();
    assert_eq!(world.get(&location).await["state"], "accepted");
    let facts = world.relay().await;
    assert!(facts.is_empty(), "what a person wrote is nobody else's business: {facts:?}");
}

#[tokio::test]
async fn a_key_belongs_to_one_message() {
    let world = World::new();
    assert_eq!(world.send(write("k-1", &message("one"))).await.status(), 202);
    assert_eq!(world.send(write("k-1", &message("two"))).await.status(), 422);
    assert_eq!(
        world.send(TestRequest::post("/v1/notifications").json(&message("three"))).await.status(),
        400
    );
    assert_eq!(world.orders().await.len(), 1);
}

#[tokio::test]
async fn a_message_that_cannot_be_told_whole_is_refused_with_every_fault() {
    let world = World::new();
    let refused = world.send(write(
        "k-1",
        &json!({
            "recipient": { "channels": ["pigeon"], "phone": "12", "name": "" }, "text": "a".repeat(10_000), "deal": 1,
        }),
    ));
    let refused = refused.await;
    assert_eq!((refused.status(), refused.faults().len()), (422, 5), "{}", refused.json());
    // Its line breaks take three characters each where they are not allowed.
    let long = write("k-2", &message(&format!("{}\nb", "a".repeat(897))));
    let refused = world.send(long).await;
    let fault = ("/text".to_owned(), "too-long".to_owned());
    assert_eq!((refused.status(), refused.faults()), (422, vec![fault]), "{}", refused.json());
    assert_eq!(world.send(write("k-3", &message(&format!("{}\nb", "a".repeat(896))))).await.status(), 202);
    assert_eq!(world.orders().await.len(), 1);
}

#[tokio::test]
async fn a_test_message_shows_whether_a_provider_works() {
    let world = World::new();
    let to = json!({ "to": "+919800000007", "name": "Kiran" });
    let test =
        |provider: &str| TestRequest::post(&format!("/v1/providers/{provider}/test")).key("k-1").json(&to);
    let accepted = world.send(test("whatsapp")).await;
    assert_eq!((accepted.status(), &accepted.json()["template"]), (202, &json!("test")));
    let orders = world.orders().await;
    assert_eq!(world.carry_out(&orders[0]).await, None);
    let calls = world.whatsapp.take_calls();
    assert!(
        calls[0].text.starts_with("Test message, sent by Polymer Desk on 11/22/2026"),
        "{}",
        calls[0].text
    );
    assert_eq!(world.send(test("pigeon")).await.status(), 404);
}
