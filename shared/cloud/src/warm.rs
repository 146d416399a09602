//! Opening connections before the first request needs them.

use std::error::Error;
use std::future::Future;
use std::time::Duration;

use telemetry::Stopwatch;
use tracing::{debug, warn};

/// Well within the ten seconds that Lambda gives the initialisation, and enough for a handshake on a bad day.
const WARM_UP_TIMEOUT: Duration = Duration::from_secs(2);

/// Makes one cheap call before the function serves, so that DNS, TCP, TLS and the SDK's first-use work happen in the
/// initialisation phase, which has a full core and is not billed at the request's expense.
///
/// `call` should read something small that its grants allow, such as a key that does not exist. A failure or a timeout
/// (2 s) is logged and otherwise ignored: the first request finds out for itself. Several are best awaited together.
pub async fn warm_up<T, E: Error + 'static>(what: &'static str, call: impl Future<Output = Result<T, E>>) {
    let stopwatch = Stopwatch::start();
    match tokio::time::timeout(WARM_UP_TIMEOUT, call).await {
        Ok(Ok(_)) => debug!(what, duration_ms = stopwatch.elapsed_ms(), "warmed up"),
        Ok(Err(error)) => warn!(what, error = kernel::error::chain(&error), "warm-up failed"),
        Err(_) => warn!(what, duration_ms = stopwatch.elapsed_ms(), "warm-up timed out"),
    }
}
