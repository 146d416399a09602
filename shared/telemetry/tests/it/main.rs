//! Log lines as an operator reads them.

#![cfg(test)] // Helpers may unwrap, as the tests they serve.

use std::sync::{Arc, Mutex, PoisonError};

use kernel::CorrelationId;
use serde_json::Value;
use tracing::{debug, error, info, info_span, warn};

/// Held while a test logs: `tracing` remembers for the process what a log statement's first caller is interested in, and
/// these tests log at different levels.
static LOGGING: Mutex<()> = Mutex::new(());

/// Runs `work` with the log captured and gives the lines.
fn logged(level: &str, work: impl FnOnce()) -> Vec<Value> {
    let _alone = LOGGING.lock().unwrap_or_else(PoisonError::into_inner);
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = {
        let lines = Arc::clone(&lines);
        Box::new(move |line: &str| lines.lock().unwrap().push(serde_json::from_str(line).unwrap()))
    };
    tracing::subscriber::with_default(telemetry::subscriber("svc", level, sink), work);
    std::mem::take(&mut *lines.lock().unwrap())
}

fn correlation(text: &str) -> CorrelationId {
    text.parse().unwrap()
}

#[test]
fn a_line_is_flat_with_dotted_names() {
    let lines = logged("info", || info!(fact.id = 7, ok = true, who = %"a\"b", "said"));
    assert_eq!(lines.len(), 1);
    let line = &lines[0];
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["service"], "svc");
    assert_eq!(line["message"], "said");
    assert_eq!(line["fact.id"], 7);
    assert_eq!(line["ok"], true);
    assert_eq!(line["who"], "a\"b");
    assert!(line["timestamp"].as_str().unwrap().ends_with('Z'));
}

#[test]
fn every_line_of_an_invocation_shows_its_correlation() {
    let lines = logged("info", || {
        let span = telemetry::invocation_span("http", "req-1", true);
        let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".parse().unwrap();
        let _entered = span.enter();
        info!("before");
        telemetry::correlate(&span, &correlation("corr-1"), Some(&traceparent));
        info_span!("inner", step = 2).in_scope(|| info!("after"));
    });
    assert_eq!(lines[0]["aws.request_id"], "req-1");
    assert_eq!(lines[0]["cold_start"], true);
    assert_eq!(lines[0].get("correlation.id"), None);
    assert_eq!(lines[1]["correlation.id"], "corr-1");
    assert_eq!(lines[1]["trace.id"], "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(lines[1]["step"], 2);
    assert_eq!(lines[1]["event.kind"], "http");
}

#[test]
fn the_nearest_value_of_a_name_counts_and_is_written_once() {
    let raw = Arc::new(Mutex::new(String::new()));
    let sink = {
        let raw = Arc::clone(&raw);
        Box::new(move |line: &str| line.clone_into(&mut raw.lock().unwrap()))
    };
    let _alone = LOGGING.lock().unwrap_or_else(PoisonError::into_inner);
    tracing::subscriber::with_default(telemetry::subscriber("svc", "info", sink), || {
        let _outer = telemetry::work_span(&correlation("outer"), None).entered();
        let _inner = telemetry::work_span(&correlation("inner"), None).entered();
        info!("said");
    });
    let raw = raw.lock().unwrap();
    assert_eq!(raw.matches("correlation.id").count(), 1, "{raw}");
    assert!(raw.contains(r#""correlation.id":"inner""#), "{raw}");
}

#[test]
fn the_correlation_stays_when_the_level_hides_milder_lines() {
    let lines = logged("error", || {
        let _span = telemetry::work_span(&correlation("corr-1"), None).entered();
        warn!("hidden");
        error!("shown");
    });
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["correlation.id"], "corr-1");
}

#[test]
fn the_platform_speaks_from_warning_on() {
    let lines = logged("debug", || {
        debug!(target: "svc::http", "own");
        debug!(target: "aws_smithy_runtime::client", "chatter");
        info!(target: "lambda_runtime", "chatter");
        warn!(target: "lambda_runtime", "matters");
        error!(target: "lambda_runtime::layers::panic", "a repetition");
    });
    let messages: Vec<&Value> = lines.iter().map(|line| &line["message"]).collect();
    assert_eq!(messages, ["own", "matters"]);
}

#[test]
fn an_unknown_level_means_info() {
    let lines = logged("loud", || {
        debug!("hidden");
        info!("shown");
    });
    assert_eq!(lines.len(), 1);
}

#[test]
fn an_overlong_value_is_cut_at_a_character() {
    let lines = logged("info", || info!(long = "ä".repeat(100_000), "said"));
    let kept = lines[0]["long"].as_str().unwrap();
    assert_eq!(kept.len(), 4096);
}

#[test]
fn an_error_is_logged_with_its_causes() {
    let cause = std::io::Error::other("the disk is full");
    let lines = logged("info", || {
        info!(error = &cause as &dyn std::error::Error, "failed");
    });
    assert_eq!(lines[0]["error"], "the disk is full");
}
