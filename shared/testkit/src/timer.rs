use std::sync::{Arc, Mutex, PoisonError};

use kernel::Timer;
use kernel::ports::BoxFuture;

/// A timer that is over at once.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoWait;

impl Timer for NoWait {
    fn sleep(&self, _duration_ms: u64) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// A timer that is over at once and remembers how long it was asked to wait. Clones share their memory.
#[derive(Debug, Clone, Default)]
pub struct RecordedWaits(Arc<Mutex<Vec<u64>>>);

impl RecordedWaits {
    /// The waits asked for so far, in milliseconds.
    #[must_use]
    pub fn taken_ms(&self) -> Vec<u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Timer for RecordedWaits {
    fn sleep(&self, duration_ms: u64) -> BoxFuture<'_, ()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(duration_ms);
        Box::pin(std::future::ready(()))
    }
}
