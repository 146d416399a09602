//! Recorded events, and a hush for panics that tests provoke.

use lambda_entry::App;
use serde_json::Value;

pub const HTTP_GET: &str = include_str!("events/http-get.json");
pub const HTTP_POST_BASE64: &str = include_str!("events/http-post-base64.json");
pub const SQS: &str = include_str!("events/sqs.json");
pub const STREAM: &str = include_str!("events/stream.json");
pub const AUTHORIZER: &str = include_str!("events/authorizer.json");
pub const SCHEDULED: &str = include_str!("events/scheduled.json");

/// An app without handlers, whose log lines a test may capture.
pub fn bare_app() -> App {
    testkit::logs::listen();
    App::new("svc")
}

/// `event` after `change`.
pub fn changed(event: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut event: Value = serde_json::from_str(event).unwrap();
    change(&mut event);
    event.to_string()
}
