//! The waiting port on tokio.

use std::time::Duration;

use kernel::Timer;
use kernel::ports::BoxFuture;

/// Waits on tokio's clock. Needs a runtime with time enabled, as [`crate::start`] makes it.
#[derive(Debug, Clone, Copy, Default)]
pub struct TokioTimer;

impl Timer for TokioTimer {
    fn sleep(&self, duration_ms: u64) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(Duration::from_millis(duration_ms)))
    }
}
