//! Rebuilding and checking the views of this context, and the guards of its names.

use std::sync::Arc;

use assembly::Upkeep;
use customer::upkeep::{CustomerUpkeep, VIEWS};
use customer_domain::{NameKey, PartyName};
use event_store::Generations;
use lambda_entry::{DirectError, DirectHandler};
use serde_json::{Value, json};

use crate::world::World;

/// Answers nothing else.
struct Nothing;

#[async_trait::async_trait]
impl DirectHandler for Nothing {
    async fn handle(&self, kind: &str, _: Value) -> Result<Value, DirectError> {
        Err(DirectError::unknown_kind(kind))
    }
}

impl World {
    fn upkeep(&self) -> Upkeep {
        let (views, ops, clock) = (self.views.clone(), self.ops.clone(), self.clock.clone());
        let generations = Generations::new(VIEWS, views.clone(), views, ops.clone(), clock.clone());
        let upkept = Arc::new(CustomerUpkeep::new(self.customers.clone()));
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

    /// Parties that were renamed, tagged, merged, erased, and taken back, and one that bought.
    async fn lived_in() -> Self {
        let world = Self::new();
        let ivory = world.ivory().await;
        let (acme, other) = (world.customer("Acme Films").await, world.customer("Acme Film Co").await);
        assert_eq!(
            world.change(&acme, &json!({ "name": "Zenith Films", "tags": ["Film"] })).await.status(),
            200
        );
        assert_eq!(world.change(&acme, &json!({ "tags": ["Raffia"] })).await.status(), 200);
        assert_eq!(world.merge(&other, &acme).await.status(), 200);
        world.relay_all().await;
        let old = json!({ "legacyIds": ["sale_parties:1"], "name": "Old Films", "roles": ["customer"] });
        for event in [
            json!({ "kind": "import-parties", "items": [old] }),
            json!({ "kind": "withdraw-parties", "names": ["Old Films"] }),
        ] {
            world.ask(event).await.unwrap();
            world.relay_all().await;
        }
        let erased = world.act(&ivory, "erase").await;
        assert!(erased.status() < 300, "{}", erased.json());
        world.relay_all().await;
        world.clock.advance_ms(1_000_000);
        world
    }
}

#[tokio::test]
async fn an_erased_a_merged_a_renamed_party_and_one_that_was_taken_back_are_clean() {
    let world = World::lived_in().await;
    assert_eq!(world.fsck().await, Vec::<String>::new());
}

#[tokio::test]
async fn lists_and_names_are_rebuilt_as_they_were_and_nothing_else_changes() {
    let world = World::lived_in().await;
    let items = world.ops.items().len();
    for view in ["parties", "names"] {
        world.pages(json!({ "kind": "replay-step", "view": view, "into": "v2" })).await;
        let compared = world.pages(json!({ "kind": "replay-compare", "view": view, "into": "v2" })).await;
        assert!(compared.iter().all(|page| page["live"] == page["into"]), "{view}: {compared:?}");
        let rows: u64 = compared.iter().map(|page| page["into"]["rows"].as_u64().unwrap()).sum();
        assert!(rows >= 3, "{view}: {compared:?}");
    }
    assert_eq!(world.ops.items().len(), items + 2, "a pointer for each view");
}

#[tokio::test]
async fn deals_of_parties_come_from_facts_and_cannot_be_rebuilt_here() {
    let world = World::new();
    let step = json!({ "kind": "replay-step", "view": "trade", "into": "v2" });
    let refused = world.upkeep().handle("replay-step", step).await.unwrap_err();
    assert_eq!(refused.code, "not-rebuildable");
}

#[tokio::test]
async fn a_name_that_its_party_does_not_hold_is_found() {
    let world = World::lived_in().await;
    let former: PartyName = "Acme Films".parse().unwrap();
    world.log.lose_guard(&"main".parse().unwrap(), &format!("party-name#{}", NameKey::of(&former)));
    let found = world.fsck().await;
    assert!(found.len() == 1 && found[0].contains("is held by nobody"), "{found:?}");
}
