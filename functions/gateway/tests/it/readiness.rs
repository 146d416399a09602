use std::sync::atomic::Ordering;

use gateway::readiness::Status;
use http_kit::testing::TestRequest;
use serde_json::{Value, json};

use crate::fakes::{Mood, World};

const READY: Mood = Mood::Says(Status::Ready);

async fn readyz(world: &std::sync::Arc<World>) -> (u16, Value) {
    let answer = TestRequest::get("/readyz").send(&world.router()).await;
    (answer.status(), answer.json().clone())
}

#[tokio::test]
async fn all_is_well_when_everybody_says_so() {
    let world = World::of(&[("auth", READY), ("deal", READY)], &[("deal-inbox", Some(7))]);
    let (status, report) = readyz(&world).await;
    assert_eq!(status, 200);
    assert_eq!(report["status"], "ready");
    assert_eq!(report["contexts"][1]["name"], "deal");
    assert_eq!(report["contexts"][1]["checks"], json!([{ "name": "log", "status": "up", "durationMs": 3 }]));
    assert_eq!(report["queues"][0]["name"], "deal-inbox");
    assert_eq!(report["queues"][0]["visible"], 7);
    assert_eq!(report["queues"][0]["inFlight"], 1);
}

#[tokio::test]
async fn a_context_that_fails_makes_the_system_down_and_the_reason_stays_inside() {
    let world = World::of(&[("auth", READY), ("deal", Mood::Fails)], &[]);
    let (status, report) = readyz(&world).await;
    assert_eq!(status, 503);
    assert_eq!(report["status"], "down");
    assert_eq!(report["contexts"][0]["status"], "ready");
    assert_eq!(report["contexts"][1]["status"], "down");
    assert!(!report.to_string().contains("secret"), "{report}");
    assert!(!report.to_string().contains("at:"), "addresses are private: {report}");
}

#[tokio::test(start_paused = true)]
async fn a_context_that_hangs_is_given_up_after_two_seconds() {
    let world = World::of(&[("auth", Mood::Hangs), ("deal", Mood::Hangs)], &[]);
    let before = tokio::time::Instant::now();
    let (status, report) = readyz(&world).await;
    assert_eq!(before.elapsed().as_millis(), 2_000, "both are asked at once");
    assert_eq!(status, 503);
    assert_eq!(report["contexts"][0]["status"], "down");
}

#[tokio::test]
async fn a_degraded_context_is_served_and_said() {
    let world = World::of(&[("deal", Mood::Says(Status::Degraded))], &[]);
    let (status, report) = readyz(&world).await;
    assert_eq!((status, &report["status"]), (200, &json!("degraded")));
}

#[tokio::test]
async fn dead_letters_and_unreadable_queues_degrade_and_a_long_queue_does_not() {
    for (name, depth, expected) in [
        ("deal-inbox-dlq", Some(1), "degraded"),
        ("deal-inbox-dlq", Some(0), "ready"),
        ("deal-inbox", None, "degraded"),
        ("deal-inbox", Some(100_000), "ready"),
    ] {
        let world = World::of(&[("deal", READY)], &[(name, depth)]);
        let (status, report) = readyz(&world).await;
        assert_eq!((status, &report["status"]), (200, &json!(expected)), "{name} {depth:?}");
    }
}

#[tokio::test]
async fn a_report_is_given_out_again_for_two_seconds() {
    let world = World::of(&[("deal", READY)], &[]);
    let router = world.router();
    for (now, asked) in [(0, 1), (1_999, 1), (2_000, 2), (2_001, 2)] {
        world.now.store(now, Ordering::Relaxed);
        TestRequest::get("/readyz").send(&router).await;
        assert_eq!(world.asked.load(Ordering::Relaxed), asked, "at {now} ms");
    }
}

#[tokio::test]
async fn requests_at_once_ask_once() {
    let world = World::of(&[("deal", READY)], &[]);
    let router = world.router();
    let all = (0..20).map(|_| TestRequest::get("/readyz").send(&router));
    futures_util::future::join_all(all).await;
    assert_eq!(world.asked.load(Ordering::Relaxed), 1);
}
