//! The smallest aggregate there is, for the documentation's examples.

use kernel::{Aggregate, Recorded};
use serde::{Deserialize, Serialize};

/// Counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counter {
    total: u32,
}

/// It was counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "counted")]
pub struct Counted {
    /// By how much.
    pub by: u32,
}

/// Count further.
#[derive(Debug, Clone)]
pub struct Count {
    /// By how much.
    pub by: u32,
    /// How far at most.
    pub most: u32,
}

/// It would be counted too far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooMany;

impl std::fmt::Display for TooMany {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("too many")
    }
}

impl std::error::Error for TooMany {}

impl Aggregate for Counter {
    const KIND: &'static str = "counter";
    type Command = Count;
    type Event = Counted;
    type Refusal = TooMany;

    fn decide(&self, command: &Count) -> Result<Vec<Counted>, TooMany> {
        match self.total.checked_add(command.by) {
            Some(total) if total <= command.most => Ok(vec![Counted { by: command.by }]),
            _ => Err(TooMany),
        }
    }

    fn evolve(self, recorded: &Recorded<Counted>) -> Self {
        Self { total: self.total.saturating_add(recorded.event.by) }
    }
}
