//! Metrics as log lines in CloudWatch's embedded metric format.
//!
//! Limits from the specification
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>):
//! 100 metrics a directive, 100 values a metric. The only dimension is `service`: each further one is a metric to pay for.

use std::sync::OnceLock;

use kernel::{Clock as _, SystemClock, Timestamp};
use serde_json::{Map, Value, json};

/// The namespace every metric is in.
pub const NAMESPACE: &str = "polymer";

const MOST_METRICS: usize = 100;
const MOST_VALUES: usize = 100;

static SERVICE: OnceLock<&'static str> = OnceLock::new();

/// What a metric counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// How many.
    Count,
    /// A duration in milliseconds.
    Milliseconds,
    /// A size in bytes.
    Bytes,
}

impl Unit {
    const fn name(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Milliseconds => "Milliseconds",
            Self::Bytes => "Bytes",
        }
    }
}

/// Writes one metric as one line. Several that belong together are cheaper in one [`MetricLine`].
pub fn metric(name: &'static str, value: u64, unit: Unit) {
    MetricLine::default().with(name, value, unit).emit();
}

/// Metrics that go into one line.
#[derive(Debug, Default, Clone)]
#[must_use = "nothing is written before `emit`"]
pub struct MetricLine {
    metrics: Vec<Metric>,
}

/// A metric with the values it took.
#[derive(Debug, Clone)]
struct Metric {
    name: &'static str,
    unit: Unit,
    values: Vec<u64>,
}

impl MetricLine {
    /// Adds `value` to a count. Counts of one name in one line are summed.
    pub fn count(mut self, name: &'static str, value: u64) -> Self {
        let sum = self.metrics.iter_mut().find(|metric| metric.name == name);
        match sum.and_then(|metric| metric.values.first_mut()) {
            Some(sum) => {
                *sum = sum.saturating_add(value);
                self
            }
            None => self.with(name, value, Unit::Count),
        }
    }

    /// Adds a duration. Durations of one name in one line are kept apart, so that percentiles are right.
    pub fn duration_ms(self, name: &'static str, value_ms: u64) -> Self {
        self.with(name, value_ms, Unit::Milliseconds)
    }

    /// Adds a value.
    pub fn with(mut self, name: &'static str, value: u64, unit: Unit) -> Self {
        let room = |metric: &&mut Metric| metric.name == name && metric.values.len() < MOST_VALUES;
        match self.metrics.iter_mut().find(room) {
            Some(metric) => metric.values.push(value),
            None => self.metrics.push(Metric { name, unit, values: vec![value] }),
        }
        self
    }

    /// Writes the line; more lines when the format's limits ask for it; none when there is nothing to say.
    pub fn emit(self) {
        let service = SERVICE.get().copied().unwrap_or("unnamed");
        for line in self.lines(service, SystemClock.now()) {
            crate::lines::print(&line);
        }
    }

    /// The lines that [`MetricLine::emit`] writes.
    fn lines(mut self, service: &str, at: Timestamp) -> Vec<String> {
        let mut lines = Vec::new();
        while !self.metrics.is_empty() {
            // A name may stand only once in a line; what does not fit goes into the next.
            let (mut now, mut later): (Vec<Metric>, Vec<Metric>) = (Vec::new(), Vec::new());
            for metric in self.metrics {
                let full = now.len() == MOST_METRICS || now.iter().any(|other| other.name == metric.name);
                if full { later.push(metric) } else { now.push(metric) }
            }
            lines.push(line(service, at, &now));
            self.metrics = later;
        }
        lines
    }
}

/// Remembers whose metrics these are.
pub(crate) fn set_service(service: &'static str) {
    SERVICE.get_or_init(|| service);
}

fn line(service: &str, at: Timestamp, metrics: &[Metric]) -> String {
    let names: Vec<Value> =
        metrics.iter().map(|metric| json!({ "Name": metric.name, "Unit": metric.unit.name() })).collect();
    let mut line = Map::new();
    line.insert(
        "_aws".to_owned(),
        json!({
            "Timestamp": at.unix_ms(),
            "CloudWatchMetrics": [{ "Namespace": NAMESPACE, "Dimensions": [["service"]], "Metrics": names }],
        }),
    );
    line.insert("service".to_owned(), json!(service));
    for metric in metrics {
        let value = match metric.values.as_slice() {
            [one] => json!(one),
            many => json!(many),
        };
        line.insert(metric.name.to_owned(), value);
    }
    Value::Object(line).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(metrics: MetricLine) -> Vec<Value> {
        let lines = metrics.lines("svc", Timestamp::from_unix_ms(1_700_000_000_123));
        lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn a_line_declares_each_metric_and_carries_its_value() {
        let lines = lines(MetricLine::default().count("relayed", 3).duration_ms("relay_ms", 12));
        let expected = json!({
            "_aws": {
                "Timestamp": 1_700_000_000_123_i64,
                "CloudWatchMetrics": [{
                    "Namespace": "polymer",
                    "Dimensions": [["service"]],
                    "Metrics": [
                        { "Name": "relayed", "Unit": "Count" },
                        { "Name": "relay_ms", "Unit": "Milliseconds" },
                    ],
                }],
            },
            "service": "svc",
            "relayed": 3,
            "relay_ms": 12,
        });
        assert_eq!(lines, [expected]);
    }

    #[test]
    fn counts_are_summed_and_durations_kept() {
        let metrics =
            MetricLine::default().count("n", 1).count("n", 2).duration_ms("d", 5).duration_ms("d", 7);
        let lines = lines(metrics);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0]["n"], 3);
        assert_eq!(lines[0]["d"], json!([5, 7]));
    }

    #[test]
    fn more_values_than_the_format_allows_go_into_a_second_line() {
        let metrics = (0..250).fold(MetricLine::default(), |line, ms| line.duration_ms("d", ms));
        let sizes: Vec<usize> =
            lines(metrics).iter().map(|line| line["d"].as_array().map_or(1, Vec::len)).collect();
        assert_eq!(sizes, [100, 100, 50]);
    }

    #[test]
    fn nothing_to_say_writes_nothing() {
        assert!(lines(MetricLine::default()).is_empty());
    }
}
