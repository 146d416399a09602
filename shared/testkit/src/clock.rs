use std::sync::atomic::{AtomicI64, Ordering};

use kernel::{Clock, Timestamp};

/// 2026-11-22T12:00:00Z: when tests take place unless they say otherwise.
pub const NOON: Timestamp = Timestamp::from_unix_ms(1_795_348_800_000);

/// A clock that stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FixedClock(pub Timestamp);

impl Default for FixedClock {
    fn default() -> Self {
        Self(NOON)
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// A clock that a test moves. Share it through an [`Arc`](std::sync::Arc).
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub const fn new(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.unix_ms()))
    }

    /// Moves the clock to `now`, forward or back.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.unix_ms(), Ordering::SeqCst);
    }

    /// Moves the clock forward by `duration_ms`.
    pub fn advance_ms(&self, duration_ms: i64) {
        self.0.fetch_add(duration_ms, Ordering::SeqCst);
    }

    /// Moves the clock forward by `days` × 24 hours.
    pub fn advance_days(&self, days: i64) {
        self.set(self.now().plus_days(days));
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new(NOON)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_take_place_at_noon() {
        assert_eq!(FixedClock::default().now().to_string(), "2026-11-22T12:00:00.000Z");
    }

    #[test]
    fn a_manual_clock_moves_when_told() {
        let clock = ManualClock::default();
        clock.advance_ms(1_500);
        assert_eq!(clock.now().since_ms(NOON), 1_500);
        clock.advance_days(1);
        assert_eq!(clock.now(), NOON.plus_ms(1_500).plus_days(1));
        clock.set(NOON);
        assert_eq!(clock.now(), NOON);
    }
}
