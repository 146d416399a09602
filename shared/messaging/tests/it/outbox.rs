//! What the stream lost.

use messaging::AuditReport;
use testkit::NOON;

use crate::world::{Call, World};

#[tokio::test]
async fn a_commit_without_a_marker_is_published_once_it_is_two_minutes_old() {
    let world = World::new();
    world.write(NOON, &["lost"]).await;
    world.clock.advance_ms(120_000);
    assert_eq!(world.auditor().run().await.unwrap(), AuditReport::default(), "the stream may still bring it");
    world.clock.advance_ms(1);
    let report = world.auditor().run().await.unwrap();
    assert_eq!(report, AuditReport { seen: 1, republished: 1, failed: 0 });
    assert_eq!(world.published(), ["lost"]);
}

#[tokio::test]
async fn what_the_stream_brought_is_left_alone() {
    let world = World::new();
    let brought = world.write(NOON, &["brought"]).await;
    world.relay.relay(&[brought]).await;
    world.clock.advance_ms(600_000);
    assert_eq!(world.auditor().run().await.unwrap().republished, 0);
    assert_eq!(world.published(), ["brought"]);
}

#[tokio::test]
async fn a_run_looks_only_at_what_came_since_the_last() {
    let world = World::new();
    world.write(NOON, &["first"]).await;
    world.clock.advance_ms(600_000);
    world.auditor().run().await.unwrap();
    world.write(NOON.plus_ms(600_000), &["second"]).await;
    world.clock.advance_ms(600_000);
    assert_eq!(world.auditor().run().await.unwrap(), AuditReport { seen: 1, republished: 1, failed: 0 });
}

#[tokio::test]
async fn a_commit_that_cannot_be_published_now_is_met_again_by_the_next_run() {
    let world = World::new();
    world.write(NOON, &["lost"]).await;
    world.clock.advance_ms(600_000);
    world.bus.calls.lock().unwrap().extend(vec![Call::Down; 4]);
    assert_eq!(world.auditor().run().await.unwrap().failed, 1);
    assert_eq!(world.auditor().run().await.unwrap().republished, 1);
    assert_eq!(world.published(), ["lost"]);
}

#[tokio::test]
async fn more_commits_of_one_instant_than_fit_a_step_are_all_published() {
    let world = World::new();
    for n in 0..700 {
        world.write(NOON, &[&format!("note {n}")]).await;
    }
    world.clock.advance_ms(600_000);
    world.auditor().run().await.unwrap();
    assert_eq!(world.published().len(), 700);
}
