use std::sync::Arc;

use event_store::Ops;
use event_store::ops::MemoryOps;
use futures_util::future::join_all;
use proptest::prelude::*;
use resilience::{Admission, Breaker, BreakerSettings, BreakerState, Report};
use testkit::{ManualClock, NOON};

const SETTINGS: BreakerSettings =
    BreakerSettings { threshold: 3, open_ms: 10_000, longest_open_ms: 60_000, probe_ms: 5_000 };

struct World {
    ops: Arc<dyn Ops>,
    clock: Arc<ManualClock>,
}

impl World {
    fn new() -> Self {
        Self { ops: Arc::new(MemoryOps::default()), clock: Arc::new(ManualClock::default()) }
    }

    /// As one instance of a function has it.
    fn breaker(&self) -> Breaker {
        Breaker::new(self.ops.clone(), self.clock.clone(), "main".parse().unwrap(), "post", SETTINGS)
    }
}

fn fails() -> Report {
    Report::Fails("503".to_owned())
}

async fn fail(breaker: &Breaker, times: usize) {
    for _ in 0..times {
        let admission = breaker.admit().await.unwrap();
        breaker.report(admission, &fails()).await.unwrap();
    }
}

#[tokio::test]
async fn failures_in_a_row_open_it_for_all_instances() {
    let world = World::new();
    let (one, other) = (world.breaker(), world.breaker());
    fail(&one, 2).await;
    one.report(Admission::Go, &Report::Works).await.unwrap();
    fail(&one, 2).await;
    assert_eq!(one.state().await.unwrap(), BreakerState::Closed { failures: 2 });
    fail(&other, 1).await;
    assert_eq!(other.admit().await.unwrap(), Admission::Wait { wait_ms: 10_000 });
    world.clock.advance_ms(1_000);
    assert_eq!(one.admit().await.unwrap(), Admission::Wait { wait_ms: 9_000 });
}

#[tokio::test]
async fn what_only_a_person_can_mend_opens_it_at_once() {
    let world = World::new();
    world.breaker().report(Admission::Go, &Report::Broken("190".to_owned())).await.unwrap();
    assert!(
        matches!(world.breaker().state().await.unwrap(), BreakerState::Open { reason, .. } if reason == "190")
    );
}

#[tokio::test]
async fn of_many_instances_one_may_probe() {
    let world = World::new();
    fail(&world.breaker(), 3).await;
    world.clock.advance_ms(10_000);
    let instances: Vec<Breaker> = (0..20).map(|_| world.breaker()).collect();
    let admissions = join_all(instances.iter().map(Breaker::admit)).await;
    let probes = admissions.iter().filter(|admission| *admission.as_ref().unwrap() == Admission::Probe);
    assert_eq!(probes.count(), 1);
}

#[tokio::test]
async fn a_probe_that_works_closes_it_and_one_that_fails_doubles_the_wait() {
    let world = World::new();
    let breaker = world.breaker();
    fail(&breaker, 3).await;
    for open_ms in [10_000, 20_000, 40_000, 60_000] {
        assert_eq!(breaker.admit().await.unwrap(), Admission::Wait { wait_ms: open_ms });
        world.clock.advance_ms(open_ms);
        fail(&breaker, 1).await;
    }
    world.clock.advance_ms(60_000);
    assert_eq!(breaker.admit().await.unwrap(), Admission::Probe);
    breaker.report(Admission::Probe, &Report::Works).await.unwrap();
    assert_eq!(breaker.admit().await.unwrap(), Admission::Go);
}

#[tokio::test]
async fn a_probe_that_never_came_back_is_replaced() {
    let world = World::new();
    fail(&world.breaker(), 3).await;
    world.clock.advance_ms(10_000);
    assert_eq!(world.breaker().admit().await.unwrap(), Admission::Probe);
    assert_eq!(world.breaker().admit().await.unwrap(), Admission::Wait { wait_ms: 5_000 });
    world.clock.advance_ms(5_000);
    assert_eq!(world.breaker().admit().await.unwrap(), Admission::Probe);
}

#[tokio::test]
async fn a_call_from_before_it_opened_does_not_close_it() {
    let world = World::new();
    let breaker = world.breaker();
    fail(&breaker, 3).await;
    breaker.report(Admission::Go, &Report::Works).await.unwrap();
    assert_eq!(breaker.admit().await.unwrap(), Admission::Wait { wait_ms: 10_000 });
}

#[tokio::test]
async fn a_reset_closes_it() {
    let world = World::new();
    fail(&world.breaker(), 3).await;
    world.breaker().reset().await.unwrap();
    assert_eq!(world.breaker().admit().await.unwrap(), Admission::Go);
}

proptest! {
    /// Whatever happens, an open breaker lets one call through per period, and only its success closes it.
    #[test]
    fn an_open_breaker_lets_nothing_but_one_probe_through(
        steps in prop::collection::vec((0_i64..8_000, 0_u8..3), 1..200),
    ) {
        let (mut state, mut now) = (BreakerState::default(), NOON);
        let mut probe_until = None;
        for (pause_ms, kind) in steps {
            now = now.plus_ms(pause_ms);
            let (admission, stored) = state.admit(&SETTINGS, now);
            prop_assert_eq!(admission == Admission::Go, matches!(state, BreakerState::Closed { .. }));
            if let Some(stored) = stored {
                prop_assert!(probe_until.is_none_or(|until| until <= now), "two probes at a time");
                probe_until = Some(now.plus_ms(SETTINGS.probe_ms));
                state = stored;
            }
            if matches!(admission, Admission::Wait { .. }) {
                continue;
            }
            let report = match kind {
                0 => Report::Works,
                1 => fails(),
                // The call never comes back.
                _ => continue,
            };
            if let Some(next) = state.after(&SETTINGS, admission, &report, now) {
                let closes = matches!(next, BreakerState::Closed { failures: 0 });
                prop_assert_eq!(closes, report == Report::Works);
                if admission == Admission::Probe {
                    probe_until = None;
                }
                state = next;
            }
        }
    }
}
