//! The log lines of a test, without those of the tests beside it.
//!
//! Why not `tracing::subscriber::set_default`: `tracing` asks a log statement's first caller whether anybody listens,
//! and remembers the answer for the process. Where the first caller is a test that captures nothing, on another thread,
//! the answer is no, and a test that captures waits for a line that is never made. A subscriber of the whole process
//! that sorts lines by thread answers the same for everyone.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::sync::Once;

use serde_json::Value;

thread_local! {
    static LINES: RefCell<Option<Vec<Value>>> = const { RefCell::new(None) };
}

/// Makes this process log; the lines go nowhere until a thread [captures](capture) its own.
///
/// Call it where a test builds its world, so that it is done before anything is logged. Calling it again is free.
pub fn listen() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let subscriber = telemetry::subscriber("svc", "info", Box::new(keep));
        assert!(
            tracing::subscriber::set_global_default(subscriber).is_ok(),
            "another subscriber of the process took the place of this one"
        );
    });
}

/// Keeps what this thread logs from now until the result is dropped. The runtime of a `#[tokio::test]` runs on it.
#[must_use]
pub fn capture() -> Captured {
    listen();
    LINES.set(Some(Vec::new()));
    Captured(PhantomData)
}

/// Lines of one thread, from [`capture`].
#[derive(Debug)]
pub struct Captured(PhantomData<*const ()>);

impl Captured {
    /// The lines so far, as JSON objects, in order.
    #[must_use]
    pub fn lines(&self) -> Vec<Value> {
        LINES.with_borrow(|lines| lines.clone().unwrap_or_default())
    }
}

impl Drop for Captured {
    fn drop(&mut self) {
        LINES.set(None);
    }
}

fn keep(line: &str) {
    LINES.with_borrow_mut(|lines| {
        if let Some(lines) = lines {
            lines.push(
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{line} is no JSON: {error}")),
            );
        }
    });
}
