//! The events in `events/invoke/notification`, which a newcomer sends with `cargo lambda invoke`.

use http_kit::testing::TestRequest;
use lambda_entry::InboxHandler as _;
use messaging::{BatchHandler as _, Incoming};
use serde_json::Value;
use testkit::{sample, sample_facts};

use crate::world::{World, published, record};

#[tokio::test]
async fn the_sample_events_are_one_story() {
    let world = World::with_people().await;
    for (name, body) in sample_facts("notification") {
        let Ok(Incoming::Fact(fact)) = messaging::decode(&body) else { unreachable!("{name} holds no fact") };
        assert!(world.reactions.on_facts(&[*fact]).await[0].is_ok(), "{name}");
    }
    world.relay().await;
    let listed = world.send_bare(TestRequest::event(&sample("notification/list"))).await;
    assert!(listed.json()["data"].as_array().unwrap().len() >= 4, "{}", listed.json());
    let subscribed = world.send_bare(TestRequest::event(&sample("notification/subscribe"))).await;
    assert_eq!(subscribed.status(), 201, "{}", subscribed.json());
    let written = world.send_bare(TestRequest::event(&sample("notification/write"))).await;
    assert_eq!(written.status(), 202, "{}", written.json());
    let tested = world.send_bare(TestRequest::event(&sample("notification/test-whatsapp"))).await;
    assert_eq!(tested.status(), 202, "{}", tested.json());
    // The deal that `deal/register` makes.
    let preview = sample("notification/preview");
    let asked: Value = serde_json::from_str(preview["body"].as_str().unwrap()).unwrap();
    let mut deal = published("deal", "confirmed");
    deal["dealId"] = asked["dealId"].clone();
    world.knows(deal);
    let previewed = world.send_bare(TestRequest::event(&preview)).await;
    assert_eq!(previewed.status(), 200, "{}", previewed.json());
    let handshake = world.send_bare(TestRequest::event(&sample("notification/handshake"))).await;
    assert_eq!((handshake.status(), handshake.body.as_ref()), (200, b"1158201444".as_slice()));
}

#[tokio::test]
async fn the_other_samples_are_read() {
    let world = World::new();
    assert_eq!(world.ask(sample("notification/ready")).await["status"], "ready");
    assert!(world.reactions.on_schedule("audit-outbox").await.is_ok());
    let order = sample("notification/order")["Records"][0]["body"].as_str().unwrap().to_owned();
    // An order whose notification is not there yet comes again; one that cannot be read would be parked.
    assert_eq!(world.desk.handle(vec![record("m-1", &order)]).await, ["m-1"]);
}
