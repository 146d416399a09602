//! What pure code may not do itself: read the clock, invent identifiers, wait.

use std::future::Future;
use std::pin::Pin;

use uuid::Uuid;

use crate::Timestamp;

/// A future that owns nothing but what it borrows; ports return it so that they stay object safe.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Tells the time. Must never run backwards by more than the platform's clock does; nothing orders by it.
pub trait Clock: Send + Sync {
    /// The current instant.
    fn now(&self) -> Timestamp;
}

/// Makes identifiers. Must never return the same one twice.
pub trait IdSource: Send + Sync {
    /// A fresh UUID version 7 (RFC 9562).
    fn uuid(&self) -> Uuid;
}

/// Waits. The returned future must complete no earlier than `duration_ms` after its first poll.
pub trait Timer: Send + Sync {
    /// Completes after `duration_ms` milliseconds.
    fn sleep(&self, duration_ms: u64) -> BoxFuture<'_, ()>;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one adapter of the clock port")]
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_ms(jiff::Timestamp::now().as_millisecond())
    }
}

/// UUID version 7 from the machine's clock and its random source.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl IdSource for RandomIds {
    #[expect(clippy::disallowed_methods, reason = "the one adapter of the identifier port")]
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}
