//! The smallest aggregate that notices when something is done twice.

use event_store::Stream;
use kernel::{Aggregate, Recorded};
use serde::{Deserialize, Serialize};

/// Collects entries up to a limit. `SCHEMA` selects its snapshots: none for 0, `tally-<SCHEMA>` for 1 and 2. Schema 3
/// writes snapshots that it cannot read, schema 4 huge ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally<const SCHEMA: u8> {
    pub entries: Vec<String>,
    /// Where the entries came from: folded events, or a snapshot.
    pub folded: usize,
}

/// Enter something unless that makes more than `most` entries.
#[derive(Debug, Clone)]
pub struct Enter {
    pub entry: String,
    pub most: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "entered")]
pub struct Entered {
    pub entry: String,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the tally is full")]
pub struct Full;

pub fn enter(entry: &str) -> Enter {
    Enter { entry: entry.to_owned(), most: usize::MAX }
}

impl<const SCHEMA: u8> Aggregate for Tally<SCHEMA> {
    const KIND: &'static str = "tally";
    const SNAPSHOT_SCHEMA: Option<&'static str> = match SCHEMA {
        0 => None,
        1 => Some("tally-1"),
        2 => Some("tally-2"),
        3 => Some("tally-3"),
        _ => Some("tally-4"),
    };
    type Command = Enter;
    type Event = Entered;
    type Refusal = Full;

    /// An empty entry changes nothing.
    fn decide(&self, command: &Enter) -> Result<Vec<Entered>, Full> {
        match self.entries.len() {
            full if full >= command.most => Err(Full),
            _ if command.entry.is_empty() => Ok(Vec::new()),
            _ => Ok(vec![Entered { entry: command.entry.clone() }]),
        }
    }

    fn evolve(mut self, recorded: &Recorded<Entered>) -> Self {
        self.entries.push(recorded.event.entry.clone());
        self.folded += 1;
        self
    }

    fn to_snapshot(&self) -> Option<serde_json::Value> {
        match SCHEMA {
            4 => Some(serde_json::json!("x".repeat(500_000))),
            _ => serde_json::to_value(&self.entries).ok(),
        }
    }

    fn from_snapshot(snapshot: serde_json::Value) -> Option<Self> {
        if SCHEMA == 3 {
            return None;
        }
        Some(Self { entries: serde_json::from_value(snapshot).ok()?, folded: 0 })
    }
}

/// The entries of a stream.
pub fn entries<const SCHEMA: u8>(stream: &Stream<Tally<SCHEMA>>) -> Vec<&str> {
    stream.state().entries.iter().map(String::as_str).collect()
}
