use kernel::RandomIds;
use proptest::prelude::*;
use resilience::{Backoff, FaultClass, Next, RetryPolicy};

proptest! {
    #[test]
    fn a_wait_never_exceeds_its_bound_and_bounds_never_shrink(
        first_ms in 1_u64..10_000, longest_ms in 1_u64..10_000_000, attempts in 1_u32..200,
    ) {
        let backoff = Backoff { first_ms, longest_ms };
        prop_assert!(backoff.wait_ms(attempts, &RandomIds) <= backoff.bound_ms(attempts));
        prop_assert!(backoff.bound_ms(attempts) <= backoff.bound_ms(attempts + 1));
        prop_assert!(backoff.bound_ms(attempts) <= longest_ms);
    }
}

const POLICY: RetryPolicy =
    RetryPolicy { backoff: Backoff { first_ms: 100, longest_ms: 5_000 }, config_wait_ms: 60_000 };

#[test]
fn what_was_asked_for_is_waited_at_least() {
    for (class, least_ms) in [
        (FaultClass::Rate { retry_after_ms: Some(7_000) }, 7_000),
        (FaultClass::CoolDown { wait_ms: 6_000 }, 6_000),
        (FaultClass::Config, 60_000),
    ] {
        let Next::Again { wait_ms } = POLICY.after(class, 3, &RandomIds) else { panic!("{class:?}") };
        assert!((least_ms..=least_ms + 400).contains(&wait_ms), "{class:?}: {wait_ms}");
    }
}

#[test]
fn what_can_never_work_is_given_up() {
    assert_eq!(POLICY.after(FaultClass::Permanent, 1, &RandomIds), Next::GiveUp);
    assert!(matches!(POLICY.after(FaultClass::Transient, 1, &RandomIds), Next::Again { wait_ms: 0..=100 }));
}
