//! How long to wait before the next attempt.

use kernel::IdSource;

/// Exponential backoff with full jitter: uniform between nothing and a bound that doubles with every attempt (AWS
/// Architecture Blog, "Exponential Backoff And Jitter"). Many callers that failed together do not come back together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// Bound of the wait after the first attempt, in milliseconds.
    pub first_ms: u64,
    /// Bound that no wait exceeds, in milliseconds.
    pub longest_ms: u64,
}

impl Backoff {
    /// The longest possible wait after so many attempts (at least 1), in milliseconds.
    #[must_use]
    pub fn bound_ms(self, attempts: u32) -> u64 {
        let doublings = attempts.saturating_sub(1).min(32);
        self.first_ms.saturating_mul(1 << doublings).min(self.longest_ms)
    }

    /// The wait after so many attempts, in milliseconds. The random bits of a fresh id serve as the dice.
    #[must_use]
    pub fn wait_ms(self, attempts: u32, dice: &dyn IdSource) -> u64 {
        let (_, low) = dice.uuid().as_u64_pair();
        low % self.bound_ms(attempts).saturating_add(1)
    }
}
