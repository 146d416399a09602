//! Log lines: one flat JSON object each.
//!
//! Why not `tracing_subscriber::fmt().json()`: it nests the fields of spans below `span` and `spans`, so that
//! `correlation.id` would sit at a different depth in every line and a log query could not name it.

use std::io::Write as _;

use kernel::{Clock as _, SystemClock};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::{LookupSpan, Registry};

use crate::fields::{Fields, text};
use crate::{metrics, panics};

/// Crates of the platform and the SDK. Their warnings matter, their chatter does not; `trace` shows it all the same.
const PLATFORM: [&str; 8] =
    ["aws_", "h2", "hyper", "lambda_http", "lambda_runtime", "rustls", "tower", "tokio"];

/// Repeats as a line of its own every error an invocation ends with, which has been logged where it was handled.
const REPEATS: &str = "lambda_runtime::layers::panic";

/// Takes finished lines, without their line end.
pub type Sink = Box<dyn Fn(&str) + Send + Sync>;

/// Sends log lines of this process to standard output, and panics into the log.
///
/// `service` names the function in every line and metric; `level` is `error`, `warn`, `info`, `debug` or `trace`, and
/// anything else means `info`. A second call changes nothing.
pub fn init(service: &'static str, level: &str) {
    if tracing::subscriber::set_global_default(subscriber(service, level, Box::new(print))).is_ok() {
        metrics::set_service(service);
        panics::install();
    }
}

/// The subscriber that [`init`] installs, writing to `sink`. For tests that read the log.
#[must_use]
pub fn subscriber(service: &'static str, level: &str, sink: Sink) -> impl Subscriber + Send + Sync + use<> {
    Registry::default().with(JsonLines { service, sink }.with_filter(targets(level)))
}

/// Writes one line to standard output, in one call so that lines of other threads do not fall into it.
pub(crate) fn print(line: &str) {
    let mut out = std::io::stdout().lock();
    // A closed standard output leaves nobody to tell.
    drop(out.write_all(format!("{line}\n").as_bytes()).and_then(|()| out.flush()));
}

fn targets(level: &str) -> Targets {
    let level: LevelFilter = level.parse().unwrap_or(LevelFilter::INFO);
    let platform = if level == LevelFilter::TRACE { level } else { level.min(LevelFilter::WARN) };
    Targets::new()
        .with_default(level)
        .with_targets(PLATFORM.iter().map(|prefix| (*prefix, platform)))
        .with_target(REPEATS, LevelFilter::OFF)
}

struct JsonLines {
    service: &'static str,
    sink: Sink,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for JsonLines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        // The nearest value of a name counts: the event's, then the innermost span's.
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(outer) = span.extensions().get::<Fields>() {
                fields.inherit(outer);
            }
        }
        let meta = event.metadata();
        let mut line = format!(
            r#"{{"timestamp":"{}","level":"{}","service":{},"target":{}"#,
            SystemClock.now(),
            meta.level(),
            text(self.service),
            text(meta.target())
        );
        for (name, json) in fields.iter() {
            line.push(',');
            line.push_str(&text(name));
            line.push(':');
            line.push_str(json);
        }
        line.push('}');
        (self.sink)(&line);
    }
}
