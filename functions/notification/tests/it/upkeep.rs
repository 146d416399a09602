//! Rebuilding and checking the lists of this context.

use std::sync::Arc;

use assembly::Upkeep;
use async_trait::async_trait;
use event_store::Generations;
use http_kit::testing::TestRequest;
use lambda_entry::{DirectError, DirectHandler};
use notification::upkeep::{NotificationUpkeep, VIEWS};
use serde_json::{Value, json};

use crate::world::{DEAL, World, status};

/// Answers nothing else.
struct Nothing;

#[async_trait]
impl DirectHandler for Nothing {
    async fn handle(&self, kind: &str, _: Value) -> Result<Value, DirectError> {
        Err(DirectError::unknown_kind(kind))
    }
}

impl World {
    fn upkeep(&self) -> Upkeep {
        let (views, ops, clock) = (self.views.clone(), self.ops.clone(), self.clock.clone());
        let generations = Generations::new(VIEWS, views.clone(), views, ops.clone(), clock.clone());
        let upkept = Arc::new(NotificationUpkeep::new(self.notifications.clone()));
        Upkeep::new(self.log.clone(), ops, Arc::new(generations), clock, upkept, Arc::new(Nothing))
    }

    async fn pages(&self, mut event: Value) -> Vec<Value> {
        let (upkeep, mut pages) = (self.upkeep(), Vec::new());
        let kind = event["kind"].as_str().unwrap().to_owned();
        loop {
            let page = upkeep.handle(&kind, event.clone()).await.unwrap();
            event["after"] = page["next"].clone();
            pages.push(page);
            if event["after"].is_null() {
                return pages;
            }
        }
    }

    async fn fsck(&self) -> Vec<String> {
        let mut pages = self.pages(json!({ "kind": "fsck" })).await;
        let partitions: Vec<Value> =
            pages.iter().flat_map(|page| page["partitions"].as_array().unwrap()).cloned().collect();
        if !partitions.is_empty() {
            let rows = json!({ "kind": "fsck", "after": { "part": "rows", "partitions": partitions } });
            pages.extend(self.pages(rows).await);
        }
        let found = pages.iter().flat_map(|page| page["differences"].as_array().unwrap());
        found.map(|difference| difference["what"].as_str().unwrap().to_owned()).collect()
    }

    /// Messages that wait, that were delivered and that were stopped; a subscription; a haulier who is told besides.
    async fn lived_in() -> Self {
        let world = Self::with_people().await;
        world.knows(crate::world::published("deal", "confirmed"));
        assert_eq!(world.name_for(DEAL, 0, &["+919811111111"]).await.status(), 200);
        world.decided("confirmed").await;
        let orders = world.orders().await;
        assert_eq!(orders.len(), 5);
        assert_eq!(world.carry_out(&orders[0]).await, None);
        world.hook(&status(&orders[0], "read", 1)).await;
        assert!(world.act(&orders[1].send.to_string(), "cancel").await.status() < 300);
        let subscribe = json!({ "channel": "whatsapp", "phone": "+919822222222", "audience": "accounts", "name": "Kiran" });
        let asked = TestRequest::post("/v1/subscriptions").key("one").json(&subscribe);
        assert_eq!(world.send(asked).await.status(), 201);
        world.relay().await;
        world.clock.advance_ms(1_000_000);
        world
    }
}

#[tokio::test]
async fn whatever_became_of_messages_subscriptions_and_recipients_the_tables_agree() {
    let world = World::lived_in().await;
    assert_eq!(world.fsck().await, Vec::<String>::new());
}

#[tokio::test]
async fn the_lists_are_rebuilt_as_they_were_and_nothing_is_ordered_or_sent() {
    let world = World::lived_in().await;
    let (streams, items) = (world.log.streams(), world.ops.items().len());
    for (view, expected) in [("notifications", 5), ("subscriptions", 1)] {
        world.pages(json!({ "kind": "replay-step", "view": view, "into": "v2" })).await;
        let compared = world.pages(json!({ "kind": "replay-compare", "view": view, "into": "v2" })).await;
        assert!(compared.iter().all(|page| page["live"] == page["into"]), "{view}: {compared:?}");
        let rows: u64 = compared.iter().map(|page| page["into"]["rows"].as_u64().unwrap()).sum();
        assert_eq!(rows, expected, "{view}: {compared:?}");
    }
    assert_eq!(world.ops.items().len(), items + 2, "a pointer for each view");
    assert_eq!(world.log.streams(), streams);
    assert!(world.queues.take_orders().is_empty());
    assert_eq!(world.whatsapp.take_calls().len(), 1, "the one of before");
}

#[tokio::test]
async fn a_message_whose_row_is_lost_or_that_was_tampered_with_is_found() {
    let world = World::lived_in().await;
    let row = world.views.rows().into_iter().find(|row| row.pk == "T#main#notifications").unwrap();
    event_store::ViewTable::delete(world.views.as_ref(), &row.pk, &row.sk).await.unwrap();
    let found = world.fsck().await;
    assert!(found.len() == 1 && found[0].contains("is missing in notifications"), "{found:?}");
    world.log.damage(|streams| {
        let commits = streams.iter_mut().find(|(id, _)| id.kind() == "audiences").unwrap().1;
        commits[0].events[0].data["recipients"] = json!({ "accounts": [], "logistics": [], "owners": [] });
    });
    let found = world.fsck().await;
    assert!(found.iter().any(|what| what.contains("does not match its hash")), "{found:?}");
}
