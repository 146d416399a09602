use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::Channel;

fn read(card: &Value) -> Result<Recipient, String> {
    serde_json::from_value(card.clone()).map_err(|error| error.to_string())
}

fn channels(recipient: &Recipient) -> Vec<&'static str> {
    recipient.addresses().map(|address| address.channel().as_str()).collect()
}

#[test]
fn somebody_written_down_with_a_number_alone_is_told_on_whatsapp() {
    let recipient = read(&json!({ "name": "Asha", "phone": "+919876543210" })).unwrap();
    assert_eq!(channels(&recipient), ["whatsapp"]);
    assert_eq!(recipient.key().to_string(), "+919876543210");
}

#[test]
fn the_order_of_the_channels_is_the_order_in_which_they_are_tried() {
    let card = json!({
        "name": "Asha", "phone": "+919876543210", "email": "asha@example.com", "telegram": "5512345",
        "channels": ["email", "whatsapp", "sms", "telegram"],
    });
    let recipient = read(&card).unwrap();
    assert_eq!(channels(&recipient), ["email", "whatsapp", "sms", "telegram"]);
    assert_eq!(recipient.address(0).to_string(), "asha@example.com");
    assert_eq!(recipient.address(2), &Address::Sms("+919876543210".parse().unwrap()));
    assert!(recipient.has_another(2) && !recipient.has_another(3));
    assert_eq!(serde_json::to_value(&recipient).unwrap(), card);
}

#[test]
fn short_messages_have_to_be_asked_for() {
    let card = json!({ "name": "Asha", "phone": "+919876543210", "telegram": "5", "email": "a@example.com" });
    assert_eq!(channels(&read(&card).unwrap()), ["whatsapp", "telegram", "email"]);
}

#[test]
fn every_contradiction_of_a_card_is_named() {
    for (card, said) in [
        (json!({ "name": "A" }), "say phone, telegram or email"),
        (json!({ "name": "A", "channels": ["sms"] }), "sms needs phone"),
        (
            json!({ "name": "A", "phone": "+919876543210", "email": "a@example.com", "channels": ["telegram", "email", "email"] }),
            "telegram needs telegram; email stands earlier in the list already; no channel of the list uses phone",
        ),
    ] {
        assert_eq!(read(&card), Err(said.to_owned()), "{card}");
    }
}

proptest! {
    #[test]
    fn whoever_can_be_written_down_reads_back_the_same(
        phone in proptest::option::of("\\+91[6-9][0-9]{9}"),
        telegram in proptest::option::of(1_i64..99_999),
        email in proptest::option::of("[a-z]{1,8}@example\\.com"),
        route in proptest::collection::vec(proptest::sample::select(Channel::ALL.to_vec()), 0..5),
    ) {
        let telegram = telegram.map(|chat| chat.to_string());
        let card = json!({ "name": "A", "phone": phone, "telegram": telegram, "email": email, "channels": route });
        if let Ok(recipient) = read(&card) {
            let again = read(&serde_json::to_value(&recipient).unwrap());
            prop_assert_eq!(again, Ok(recipient.clone()));
            let known: Vec<&str> = channels(&recipient);
            if !route.is_empty() {
                prop_assert_eq!(known, route.iter().map(|channel| channel.as_str()).collect::<Vec<_>>());
            }
        }
    }
}
