//! Rebuilding and checking the lists of this context.

use std::sync::Arc;

use assembly::Upkeep;
use async_trait::async_trait;
use event_store::Generations;
use lambda_entry::{DirectError, DirectHandler};
use serde_json::{Value, json};
use sync::upkeep::{SyncUpkeep, VIEWS};
use sync_domain::{Cell, Policy};

use crate::world::{World, cancelled};

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
        let upkept = Arc::new(SyncUpkeep::new(self.sheets.clone()));
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

    /// Rows that are written, of a deal that was amended and of one that was called off, and one whose cell holds two values.
    async fn lived_in() -> Self {
        let world = Self::with_policy(Policy::Manual);
        for (number, sources) in [(1, 1), (2, 3), (3, 1)] {
            world.confirm(number, sources).await;
        }
        assert_eq!(world.settle().await, 0);
        assert!(world.hear("deal.cancelled", 3, cancelled(2, 3)).await);
        world.sheet.people(|lines| {
            let key = format!("row_{:032x}_1", 1);
            let line = lines.iter_mut().find(|line| line[0].meaning() == key).unwrap();
            line[4] = Cell::Number("97.5".parse().unwrap());
        });
        world.amend(1, "ratePerKg", "96.00").await;
        assert_eq!((world.settle().await, world.pull().await), (0, 0));
        let conflicts = world.get("/v1/sync/conflicts").await;
        assert_eq!(conflicts["data"].as_array().unwrap().len(), 1, "{conflicts}");
        world.clock.advance_ms(1_000_000);
        world
    }
}

#[tokio::test]
async fn whatever_became_of_rows_and_conflicts_the_tables_agree() {
    let world = World::lived_in().await;
    assert_eq!(world.fsck().await, Vec::<String>::new());
}

#[tokio::test]
async fn the_lists_are_rebuilt_as_they_were_and_nothing_is_written_into_the_sheet() {
    let world = World::lived_in().await;
    let (streams, written) = (world.log.streams(), world.sheet.written());
    for (view, expected) in [("rows", 5), ("conflicts", 1)] {
        world.pages(json!({ "kind": "replay-step", "view": view, "into": "v2" })).await;
        let compared = world.pages(json!({ "kind": "replay-compare", "view": view, "into": "v2" })).await;
        assert!(compared.iter().all(|page| page["live"] == page["into"]), "{view}: {compared:?}");
        let rows: u64 = compared.iter().map(|page| page["into"]["rows"].as_u64().unwrap()).sum();
        assert_eq!(rows, expected, "{view}: {compared:?}");
    }
    assert_eq!((world.log.streams(), world.sheet.written()), (streams, written));
    assert!(world.work.take().is_empty(), "nobody asks for a flush");
}

#[tokio::test]
async fn a_row_that_is_lost_or_that_no_deal_has_is_found() {
    let world = World::lived_in().await;
    let row = world.views.rows().into_iter().find(|row| row.pk == "T#main#sheet-conflicts").unwrap();
    let nobody = "deal_00000000000000000000000000000009";
    let mut surplus = event_store::Row { sk: "conflict_1".to_owned(), ..row.clone() };
    surplus.attributes.insert("stream".to_owned(), nobody.to_owned());
    event_store::Views::put(world.views.as_ref(), surplus).await.unwrap();
    let found = world.fsck().await;
    assert!(found.len() == 1 && found[0].contains("there is no such stream"), "{found:?}");
    event_store::ViewTable::delete(world.views.as_ref(), &row.pk, &row.sk).await.unwrap();
    let found = world.fsck().await;
    assert!(found.iter().any(|what| what.contains("is missing in conflicts")), "{found:?}");
}
