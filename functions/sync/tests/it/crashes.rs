//! Killed before the call, after the spreadsheet took it, and before it was remembered: each row once.

use sync::adapters::Mishap;
use sync::ports::Work;

use crate::world::{World, cancelled};

/// A hundred deals with 118 rows.
async fn firm() -> World {
    let world = World::new();
    for number in 1..=100 {
        let sources = if number <= 9 { 3 } else { 1 };
        world.confirm(number, sources).await;
    }
    world
}

fn keys(world: &World) -> Vec<String> {
    let mut keys: Vec<String> =
        world.shown().iter().map(|line| line.split('|').next().unwrap().to_owned()).collect();
    keys.sort();
    keys
}

async fn finish(world: &World) {
    world.clock.advance_ms(600_000);
    while world.get("/v1/sync/rows?state=pending").await["data"]
        .as_array()
        .is_some_and(|rows| !rows.is_empty())
    {
        assert_eq!(world.deliver(&Work::Flush).await, 0);
        world.settle().await;
    }
}

#[tokio::test]
async fn every_row_stands_there_once_whatever_broke_off() {
    for mishap in [Mishap::Before, Mishap::After, Mishap::Limited, Mishap::Denied] {
        let world = firm().await;
        world.relay_all().await;
        world.work.take();
        world.clock.advance_ms(5_001);
        world.sheet.fail_next(mishap);
        assert_eq!(world.deliver(&Work::Flush).await, 1, "{mishap:?}");
        finish(&world).await;
        let mut keys = keys(&world);
        assert_eq!(keys.len(), 118, "{mishap:?}");
        keys.dedup();
        assert_eq!(keys.len(), 118, "{mishap:?}: a row was doubled");
        assert!(world.sheet.written().0 <= 10, "{mishap:?}: {:?}", world.sheet.written());
    }
}

#[tokio::test]
async fn a_deal_that_changes_after_a_lost_answer_changes_its_row() {
    let world = World::new();
    world.confirm(1, 2).await;
    world.relay_all().await;
    world.work.take();
    world.clock.advance_ms(5_001);
    world.sheet.fail_next(Mishap::After);
    assert_eq!(world.deliver(&Work::Flush).await, 1);
    assert!(world.hear("deal.cancelled", 3, cancelled(1, 2)).await);
    world.settle().await;
    let shown = world.shown();
    assert_eq!(shown.len(), 2);
    assert!(shown.iter().all(|line| line.contains("Cancelled")), "{shown:?}");
}

#[tokio::test]
async fn three_full_runs_change_no_cell() {
    let world = World::new();
    for number in 1..=12 {
        world.confirm(number, 2).await;
    }
    world.settle().await;
    let before = (world.shown(), world.sheet.written());
    for run in ["a", "b", "c"] {
        let request =
            http_kit::testing::TestRequest::post("/v1/sync/runs").key(run).json(&serde_json::json!({}));
        assert_eq!(world.send(request).await.status(), 202);
        world.settle().await;
        finish(&world).await;
    }
    assert_eq!((world.shown(), world.sheet.written()), before);
    let written = world.get("/v1/sync/rows?state=written").await;
    assert_eq!(written["data"].as_array().unwrap().len(), 24);
}
