//! What a function says about itself: log lines, metrics, durations.
//!
//! * Logs are one JSON object a line on standard output, flat, with dotted names ([`init`]). Every line written while
//!   something is handled carries the `correlation.id` and `trace.id` of its span ([`invocation_span`], [`work_span`]).
//! * Metrics are lines in CloudWatch's embedded metric format ([`metrics`]); no agent, no call.
//! * A panic is one error line, not a back-trace of thirty.
//!
//! Deliberately absent: exporters and sampling. Logs cost more than compute here, so a request writes one line. Bodies,
//! tokens, phone numbers and e-mail addresses are never logged; nothing here could tell them apart, so callers log ids.

mod context;
mod fields;
mod lines;
pub mod metrics;
mod panics;
mod stopwatch;

pub use context::{correlate, invocation_span, work_span};
pub use lines::{Sink, init, subscriber};
pub use metrics::{MetricLine, Unit, metric};
pub use stopwatch::Stopwatch;
