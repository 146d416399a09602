//! Spans that tie log lines to what is being handled.
//!
//! They are error-level spans, so that a warning keeps its correlation id when the log level hides everything milder.

use kernel::{CorrelationId, Traceparent};
use tracing::field::{Empty, display};
use tracing::{Span, error_span};

/// The span of one invocation. `kind` names the event (`http`, `inbox`, …), `request_id` is the platform's, and lines of
/// the first invocation of an execution environment say `cold_start`.
///
/// The correlation is often known later, when the request has been read: [`correlate`] adds it.
#[must_use]
pub fn invocation_span(kind: &'static str, request_id: &str, cold_start: bool) -> Span {
    error_span!(
        "invocation",
        event.kind = kind,
        aws.request_id = request_id,
        cold_start = cold_start.then_some(true),
        correlation.id = Empty,
        trace.id = Empty
    )
}

/// The span of one piece of work inside an invocation, such as a record of a batch, with its own correlation.
#[must_use]
pub fn work_span(correlation: &CorrelationId, traceparent: Option<&Traceparent>) -> Span {
    let span = error_span!("work", correlation.id = Empty, trace.id = Empty);
    correlate(&span, correlation, traceparent);
    span
}

/// Makes every further line of `span` show the correlation, and the trace when there is one.
///
/// A span that has no such fields (any span not made here) is left as it is.
pub fn correlate(span: &Span, correlation: &CorrelationId, traceparent: Option<&Traceparent>) {
    span.record("correlation.id", display(correlation));
    if let Some(trace_id) = traceparent.and_then(|parent| parent.as_str().get(3..35)) {
        span.record("trace.id", trace_id);
    }
}
