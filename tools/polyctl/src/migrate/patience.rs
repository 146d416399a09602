//! Waiting for what follows a write a little later: lists, and what one context hears of another.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// Between two looks while more comes in.
const PAUSE: Duration = Duration::from_secs(2);
/// The longest pause: a look is work for the functions that are waited for, and where nothing has come it only holds them up.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Looks again as long as what is missing changes, in whichever direction: a context that first has to hear of an import learns
/// of more that was taken back before it hears of that.
#[derive(Debug)]
pub(super) struct Patience {
    what: &'static str,
    most: Duration,
    last: Option<usize>,
    pause: Duration,
    since: Option<Instant>,
    said: Option<Instant>,
}

impl Patience {
    /// Waits for `what`, and gives up when nothing of it changed for so long.
    pub(super) const fn new(what: &'static str, most: Duration) -> Self {
        Self { what, most, last: None, pause: PAUSE, since: None, said: None }
    }

    /// Whether to look again, now that a pause is over. `missing` is what the last look left open.
    pub(super) async fn goes_on(&mut self, missing: usize) -> bool {
        if missing == 0 || self.most.is_zero() {
            return false;
        }
        let now = Instant::now();
        let since = match self.since {
            Some(since) if self.last == Some(missing) => {
                self.pause = (self.pause * 2).min(LONGEST_PAUSE);
                since
            }
            _ => {
                self.pause = PAUSE;
                *self.since.insert(now)
            }
        };
        self.last = Some(missing);
        if now.duration_since(since) >= self.most {
            return false;
        }
        if self.said.is_none_or(|said| now.duration_since(said) >= LONGEST_PAUSE) {
            eprintln!("  waiting for {} ({missing} to come)", self.what);
            self.said = Some(now);
        }
        sleep(self.pause).await;
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
        for missing in (1..20).chain((5..50).rev()) {
            assert!(patience.goes_on(missing).await, "{missing}");
        }
        let last = started.elapsed();
        assert!(last > 2 * MOST);
        while patience.goes_on(5).await {}
        let waited = started.elapsed() - last;
        assert!(waited >= MOST && waited <= MOST + LONGEST_PAUSE, "{waited:?}");
    }
}
