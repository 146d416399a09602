//! Waiting for what follows a write a little later: lists, and what one context hears of another.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// Between two looks.
const PAUSE: Duration = Duration::from_secs(2);

/// Looks again as long as less and less is missing.
#[derive(Debug)]
pub(super) struct Patience {
    what: &'static str,
    most: Duration,
    least: usize,
    since: Option<Instant>,
}

impl Patience {
    /// Waits for `what`, and gives up when nothing more of it came for so long.
    pub(super) const fn new(what: &'static str, most: Duration) -> Self {
        Self { what, most, least: usize::MAX, since: None }
    }

    /// Whether to look again, now that a pause is over. `missing` is what the last look left open.
    pub(super) async fn goes_on(&mut self, missing: usize) -> bool {
        if missing == 0 || self.most.is_zero() {
            return false;
        }
        let now = Instant::now();
        let first = self.since.is_none();
        let since = match self.since {
            Some(since) if missing >= self.least => since,
            _ => *self.since.insert(now),
        };
        self.least = self.least.min(missing);
        if now.duration_since(since) >= self.most {
            return false;
        }
        if first {
            eprintln!("  waiting for {} ({missing} to come)", self.what);
        }
        sleep(PAUSE).await;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn nothing_is_waited_for_when_nothing_is_missing_or_nobody_wants_to_wait() {
        let started = Instant::now();
        assert!(!Patience::new("rows", MOST).goes_on(0).await);
        assert!(!Patience::new("rows", Duration::ZERO).goes_on(1).await);
        assert_eq!(started.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_when_nothing_more_comes_and_not_while_something_does() {
        let started = Instant::now();
        let mut patience = Patience::new("rows", MOST);
        for missing in (5..50).rev() {
            assert!(patience.goes_on(missing).await, "{missing}");
        }
        let last = started.elapsed();
        assert!(last > 2 * MOST);
        while patience.goes_on(5).await {}
        let waited = started.elapsed() - last;
        assert!(waited >= MOST - PAUSE && waited <= MOST + PAUSE, "{waited:?}");
    }
}
