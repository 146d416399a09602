use std::sync::Arc;

use event_store::Ops;
use event_store::ops::MemoryOps;
use proptest::prelude::*;
use resilience::{Limiter, Rate};
use testkit::ManualClock;

fn limiter() -> (Limiter, Arc<ManualClock>) {
    let (ops, clock): (Arc<dyn Ops>, _) = (Arc::new(MemoryOps::default()), Arc::new(ManualClock::default()));
    (Limiter::new(ops, clock.clone(), "main".parse().unwrap()), clock)
}

#[tokio::test]
async fn a_burst_goes_at_once_and_the_rest_at_its_rate() {
    let (limiter, clock) = limiter();
    let rate = Rate { burst: 3, every_ms: 6_000 };
    for _ in 0..3 {
        assert_eq!(limiter.take("a", rate, 1).await.unwrap(), None);
    }
    assert_eq!(limiter.take("a", rate, 1).await.unwrap(), Some(6_000));
    assert_eq!(limiter.take("b", rate, 1).await.unwrap(), None);
    clock.advance_ms(6_000);
    assert_eq!(limiter.take("a", rate, 1).await.unwrap(), None);
    assert_eq!(limiter.take("a", rate, 1).await.unwrap(), Some(6_000));
}

proptest! {
    /// Whatever is asked and however time passes: never more than the burst and what came since.
    #[test]
    fn no_more_is_taken_than_the_rate_allows(
        burst in 1_u32..20, every_ms in 1_u32..500, steps in prop::collection::vec((0_i64..400, 1_u32..4), 1..80),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let taken: Result<(), TestCaseError> = runtime.block_on(async {
            let (limiter, clock) = limiter();
            let rate = Rate { burst, every_ms };
            let (mut passed_ms, mut taken) = (0_i64, 0_i64);
            for (pause_ms, tokens) in steps {
                clock.advance_ms(pause_ms);
                passed_ms += pause_ms;
                if limiter.take("a", rate, tokens).await.unwrap().is_none() {
                    taken += i64::from(tokens);
                }
                prop_assert!(taken <= i64::from(burst) + passed_ms / i64::from(every_ms) + 1);
            }
            Ok(())
        });
        taken?;
    }
}
