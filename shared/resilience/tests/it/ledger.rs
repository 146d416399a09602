use std::sync::Arc;

use event_store::ops::MemoryOps;
use resilience::AttemptLedger;
use testkit::{ManualClock, NOON};

#[tokio::test]
async fn attempts_are_counted_until_the_target_is_settled() {
    let clock = Arc::new(ManualClock::default());
    let ledger = AttemptLedger::new(Arc::new(MemoryOps::default()), clock.clone(), "main".parse().unwrap());
    assert_eq!(ledger.failed("a", "503").await.unwrap().count, 1);
    clock.advance_ms(5_000);
    let attempts = ledger.failed("a", "timeout").await.unwrap();
    assert_eq!((attempts.count, attempts.first, attempts.last), (2, NOON, NOON.plus_ms(5_000)));
    assert_eq!(ledger.of("b").await.unwrap(), None);
    ledger.settled("a").await.unwrap();
    assert_eq!(ledger.of("a").await.unwrap(), None);
}
