//! Whether the tables of a context agree: every stream with its hash chain, its snapshots, its guards, its outbox markers
//! and its rows; and every row with a stream.
//!
//! First the streams, in order of their beginnings, a page at a time; each page names the partitions that its streams have
//! rows in. Then, for whoever asks, the rows of such partitions: a table is never scanned. Nothing is mended here: each
//! difference says what to do about it.

mod rows;
mod streams;

use std::collections::BTreeSet;

use event_store::Position;
use kernel::Timestamp;
use lambda_entry::DirectError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Upkeep;

/// Commits, or rows, of one page unless it says otherwise.
const A_PAGE: usize = 200;
/// Most of them: a function ends after 15 s.
const MOST: usize = 1_000;
/// What happened so lately may still be underway to views and outbox markers, in milliseconds.
const UNDERWAY_MS: i64 = 120_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Fsck {
    #[serde(default)]
    after: Option<Place>,
    #[serde(default)]
    most: Option<usize>,
}

/// How far a check has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "camelCase")]
enum Place {
    /// Streams that began before this instant are checked.
    Streams { at: Timestamp },
    /// The rows of these partitions are still to be checked; of the first one those behind `row`.
    Rows {
        /// Without their generation.
        partitions: Vec<String>,
        /// Where the page before ended.
        #[serde(default)]
        row: Option<Position>,
    },
}

/// Something that does not agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Difference {
    /// Where.
    stream: String,
    /// In one line.
    what: String,
    /// In one line.
    todo: String,
}

/// What a page found.
#[derive(Debug, Default)]
struct Findings {
    commits: usize,
    streams: usize,
    rows: usize,
    differences: Vec<Difference>,
    /// Where the streams have rows.
    partitions: BTreeSet<String>,
    /// Streams whose rows differ and that changed a moment ago: not judged.
    underway: usize,
}

impl Findings {
    fn note(&mut self, stream: impl ToString, what: impl Into<String>, todo: impl Into<String>) {
        self.differences.push(Difference {
            stream: stream.to_string(),
            what: what.into(),
            todo: todo.into(),
        });
    }

    fn join(&mut self, mut other: Self) {
        self.streams += other.streams;
        self.rows += other.rows;
        self.underway += other.underway;
        self.differences.append(&mut other.differences);
        self.partitions.append(&mut other.partitions);
    }
}

impl Upkeep {
    pub(super) async fn fsck(&self, asked: Fsck) -> Result<Value, DirectError> {
        let most = asked.most.unwrap_or(A_PAGE).clamp(1, MOST);
        let (found, next) = match asked.after.unwrap_or(Place::Streams { at: super::walk::EARLIEST }) {
            Place::Streams { at } => self.check_streams(at, most).await?,
            Place::Rows { partitions, row } => self.check_rows(partitions, row, most).await?,
        };
        let Findings { commits, streams, rows, differences, partitions, underway } = found;
        Ok(json!({
            "commits": commits, "streams": streams, "rows": rows, "differences": differences,
            "partitions": partitions, "underway": underway, "next": next,
        }))
    }
}

/// What helps when rows are wrong.
fn rebuild(view: &str) -> String {
    format!("rebuild the view: polyctl replay --view {view} --into <a new name>")
}
