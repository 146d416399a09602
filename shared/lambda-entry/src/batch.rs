//! The answer to a batch: which of its records failed.

use std::collections::HashSet;

use serde::Serialize;

use crate::isolate::Panicked;

/// Tells SQS or the stream's poller what to hand out again (`ReportBatchItemFailures`). Empty means all done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchAnswer {
    batch_item_failures: Vec<Failure>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    item_identifier: String,
}

impl BatchAnswer {
    /// From what the handler of the records `all` returned.
    ///
    /// An identifier that is not of this batch would make the platform repeat everything, or drop it, depending on the
    /// source. So it fails the whole batch here, in the open; a panic does the same.
    pub(crate) fn of(all: Vec<String>, outcome: Result<Vec<String>, Panicked>) -> Self {
        let failed = match outcome {
            Ok(failed) => {
                let known: HashSet<&str> = all.iter().map(String::as_str).collect();
                if failed.iter().all(|id| known.contains(id.as_str())) {
                    failed
                } else {
                    tracing::error!("the handler reported a failed record that is not in its batch");
                    all
                }
            }
            Err(Panicked) => all,
        };
        let failures = failed.into_iter().map(|item_identifier| Failure { item_identifier });
        Self { batch_item_failures: failures.collect() }
    }

    /// How many records come again.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.batch_item_failures.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn only_failed_records_come_again() {
        let answer = BatchAnswer::of(ids(&["a", "b", "c"]), Ok(ids(&["b"])));
        let json = serde_json::to_string(&answer).unwrap();
        assert_eq!(json, r#"{"batchItemFailures":[{"itemIdentifier":"b"}]}"#);
    }

    #[test]
    fn a_stranger_among_the_failures_fails_the_batch() {
        assert_eq!(BatchAnswer::of(ids(&["a", "b"]), Ok(ids(&["x"]))).failed(), 2);
    }

    #[test]
    fn a_panic_fails_the_batch() {
        assert_eq!(BatchAnswer::of(ids(&["a", "b"]), Err(Panicked)).failed(), 2);
    }
}
