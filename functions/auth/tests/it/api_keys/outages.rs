//! What happens while the log is away, and when its answers are lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use http_kit::testing::TestRequest;
use serde_json::json;
use testkit::{Fate, FaultyLog, Operation};

use super::{FRESH_MS, fault, id_and_secret};
use crate::world::World;

/// A world whose log can be away, and counts how often it is read.
fn watched() -> (World, Arc<AtomicBool>, Arc<AtomicUsize>) {
    let (away, reads) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
    let (is_away, counted) = (away.clone(), reads.clone());
    let world = World::on(move |log| {
        Arc::new(FaultyLog::new(log, move |call| {
            if call.operation == Operation::Load {
                counted.fetch_add(1, Ordering::SeqCst);
            }
            if is_away.load(Ordering::SeqCst) { Fate::FailBefore } else { Fate::Pass }
        }))
    });
    (world, away, reads)
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_still_gives_the_secret_that_works() {
    for fate in [Fate::FailBefore, Fate::FailAfter, Fate::Twice] {
        // The user, the session, the key.
        let world = World::on(move |log| {
            Arc::new(FaultyLog::new(log, move |call| {
                if call.operation == Operation::Append && call.nth == 3 { fate } else { Fate::Pass }
            }))
        });
        world.create_asha(&["trader"]).await;
        let (id, secret) = world.key(&world.token().await, &["deal:read"]).await;
        assert_eq!(world.now(&secret).await["userId"], id.as_str(), "{fate:?}");
    }
}

#[tokio::test]
async fn a_key_is_read_once_in_fifteen_seconds() {
    let (world, _, reads) = watched();
    world.create_asha(&["trader"]).await;
    let (_, secret) = world.key(&world.token().await, &["deal:read"]).await;
    let token = format!("Bearer {secret}");
    world.authorize(&token).await;
    let before = reads.load(Ordering::SeqCst);
    world.clock.advance_ms(FRESH_MS - 1);
    for _ in 0..5 {
        assert!(world.authorize(&token).await["userId"].is_string());
    }
    assert_eq!(reads.load(Ordering::SeqCst), before);
    world.clock.advance_ms(1);
    world.authorize(&token).await;
    assert_eq!(reads.load(Ordering::SeqCst), before + 2, "the key and its owner");
}

#[tokio::test]
async fn while_the_log_is_away_what_was_known_counts_for_five_minutes_and_then_nobody_can_say() {
    let (world, away, _) = watched();
    world.create_asha(&["trader"]).await;
    let token = world.token().await;
    let (_, known) = world.key(&token, &["deal:read"]).await;
    let body = json!({ "name": "Other", "scopes": ["deal:read"] });
    let (_, unknown) = id_and_secret(&world.post_key(&token, "k-2", &body).await, 201);
    world.authorize(&format!("Bearer {known}")).await;
    away.store(true, Ordering::SeqCst);
    for _ in 0..19 {
        assert!(world.now(&known).await["userId"].is_string());
    }
    assert_eq!(world.now(&unknown).await, fault("unavailable"));
    assert_eq!(world.now(&known).await, fault("unavailable"));
    let answer = world.send_as(&known, TestRequest::get("/v1/me")).await;
    assert_eq!((answer.status(), answer.header("retry-after")), (503, "30"));
    away.store(false, Ordering::SeqCst);
    assert!(world.now(&known).await["userId"].is_string() && world.now(&unknown).await["userId"].is_string());
}
