//! Who is told what of which deal.

use messaging::BatchHandler as _;
use serde_json::json;

use crate::world::{DEAL, World, published};

#[tokio::test]
async fn a_confirmed_deal_is_told_to_every_recipient_once_each_in_the_words_of_its_audience() {
    let world = World::with_people().await;
    world.decided("confirmed").await;
    let orders = world.orders().await;
    assert_eq!(orders.len(), 4);
    for order in &orders {
        let shown = world.shown(order).await;
        assert_eq!((&shown["state"], &shown["correlationId"]), (&json!("queued"), &json!("c-1")));
        assert_eq!(world.carry_out(order).await, None);
    }
    let mut calls = world.whatsapp.take_calls();
    calls.sort_by(|a, b| a.to.cmp(&b.to));
    let begins = ["Date: 2025-08-01", "Sold to *Ivory", "📊 *DEAL SUMMARY* 📊", "📊 *DEAL SUMMARY* 📊"];
    for (call, begins) in calls.iter().zip(begins) {
        assert!(call.text.starts_with(begins), "{}", call.text);
        assert!(call.text.contains("*TR131*"), "{}", call.text);
    }
    assert!(!calls[1].text.contains(['₹', '@']), "{}", calls[1].text);
    assert_eq!(calls[2].text, calls[3].text);
    for order in &orders {
        assert_eq!(world.shown(order).await["state"], "accepted");
    }
}

#[tokio::test]
async fn the_same_fact_again_tells_nobody_again() {
    let world = World::with_people().await;
    let fact = world.decided("confirmed").await;
    assert_eq!(world.orders().await.len(), 4);
    let before = world.log.streams();
    assert!(world.reactions.on_facts(&[fact]).await[0].is_ok());
    assert_eq!(world.log.streams(), before);
    assert!(world.orders().await.is_empty());
}

#[tokio::test]
async fn a_fact_that_is_replayed_on_purpose_tells_nobody() {
    let world = World::with_people().await;
    let mut fact = world.envelope("deal.confirmed", published("deal", "confirmed"));
    fact.replay = true;
    assert!(world.reactions.on_facts(&[fact]).await[0].is_ok());
    assert!(world.orders().await.is_empty());
}

#[tokio::test]
async fn a_deal_that_stood_and_is_called_off_makes_a_correction_and_one_that_never_stood_makes_none() {
    let world = World::with_people().await;
    let mut cancelled = published("deal", "cancelled");
    for (was_confirmed, told) in [(false, 0), (true, 4)] {
        cancelled["wasConfirmed"] = json!(was_confirmed);
        let fact = world.envelope("deal.cancelled", cancelled.clone());
        assert!(world.reactions.on_facts(&[fact]).await[0].is_ok());
        let orders = world.orders().await;
        assert_eq!(orders.len(), told);
        for order in &orders {
            let text = world.shown(order).await["text"].as_str().unwrap().to_owned();
            assert!(text.starts_with("❌ *DEAL CANCELLED* #"), "{text}");
        }
    }
}

#[tokio::test]
async fn what_changes_of_a_deal_is_told_to_those_who_see_it() {
    let world = World::with_people().await;
    let everybody = ["accounts", "logistics", "owners", "owners"].as_slice();
    let who_sees_notes = ["accounts", "owners", "owners"].as_slice();
    for (term, expected) in
        [("saleComments", who_sees_notes), ("deliveryTerms", who_sees_notes), ("warehouse", everybody)]
    {
        world.decided_with("amended", &[term]).await;
        let mut told = Vec::new();
        for order in world.orders().await {
            told.push(world.shown(&order).await["audience"].as_str().unwrap().to_owned());
        }
        told.sort();
        assert_eq!(told, expected, "{term}");
    }
}

#[tokio::test]
async fn a_product_is_named_as_its_last_fact_describes_it() {
    let world = World::with_people().await;
    let described = json!({ "productId": "product_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f", "productCode": "TR131",
        "company": "Haldia", "grade": "Raffia", "specificGrade": "PP", "minStockKg": "0" });
    let fact = world.envelope("inventory.product-changed", described);
    assert!(world.reactions.on_facts(&[fact]).await[0].is_ok());
    let order = world.one_order().await;
    let text = world.shown(&order).await["text"].as_str().unwrap().to_owned();
    assert!(text.contains("*TR131*  Haldia Raffia"), "{text}");
}

#[tokio::test]
async fn without_recipients_nothing_is_told_and_nothing_fails() {
    let world = World::new();
    world.decided("confirmed").await;
    assert!(world.orders().await.is_empty());
}

#[tokio::test]
async fn a_crash_between_order_and_record_orders_nothing_twice() {
    let world = World::with_people().await;
    world.decided("confirmed").await;
    // The order of each is put; then the same commits are relayed again, as after a crash.
    let first = world.orders().await;
    let all: Vec<_> = world.log.streams().into_values().flatten().collect();
    world.relay_again(&all).await;
    assert_eq!((first.len(), world.queues.take_orders().len()), (4, 0));
    for order in &first {
        assert_eq!(world.shown(order).await["dealId"], DEAL);
    }
}

#[tokio::test]
async fn the_owners_alone_are_told_once_that_somebody_has_a_copy_of_a_login() {
    let world = World::with_people().await;
    let fact = world.envelope("auth.session-reused", published("auth", "session-reused"));
    for _ in 0..2 {
        assert!(world.reactions.on_facts(std::slice::from_ref(&fact)).await[0].is_ok());
    }
    let orders = world.orders().await;
    assert_eq!(orders.len(), 2);
    for order in &orders {
        let shown = world.shown(order).await;
        assert_eq!((&shown["template"], &shown["audience"]), (&json!("session-reused"), &json!("owners")));
        let text = shown["text"].as_str().unwrap();
        for part in ["*Demo Trader* (trader@demo.polymer.example)", "From: 203.0.113.7", "Device: curl/8.5.0"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(world.carry_out(order).await, None);
    }
    assert_eq!(world.whatsapp.take_calls().len(), 2);
    let facts = world.relay().await;
    assert!(facts.is_empty(), "what is about no deal publishes nothing: {facts:?}");
}

#[tokio::test]
async fn a_copied_login_that_is_published_again_or_cannot_be_read_tells_nobody() {
    let world = World::with_people().await;
    let mut again = world.envelope("auth.session-reused", published("auth", "session-reused"));
    again.replay = true;
    assert!(world.reactions.on_facts(&[again]).await[0].is_ok());
    let unreadable = world.envelope("auth.session-reused", json!({ "name": "Asha" }));
    assert!(world.reactions.on_facts(&[unreadable]).await[0].is_err());
    assert!(world.orders().await.is_empty());
}
