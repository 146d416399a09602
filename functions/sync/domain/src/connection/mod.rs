//! A connection to a spreadsheet: flowing, or paused by somebody.

use std::convert::Infallible;

use kernel::{Aggregate, Recorded, Timestamp};
use serde::{Deserialize, Serialize};

/// What can be asked of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Write nothing until it is resumed; rows wait.
    Pause,
    /// Write what waits.
    Resume,
}

/// What can have happened to a connection, as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// It was paused.
    ConnectionPaused,
    /// It was resumed.
    ConnectionResumed,
}

/// A connection; it flows until somebody pauses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Connection {
    /// Since when it is paused, if it is.
    pub paused_at: Option<Timestamp>,
}

impl Aggregate for Connection {
    const KIND: &'static str = "sheet-connection";

    type Command = Command;
    type Event = Event;
    type Refusal = Infallible;

    fn decide(&self, command: &Command) -> Result<Vec<Event>, Infallible> {
        Ok(match (command, self.paused_at) {
            (Command::Pause, None) => vec![Event::ConnectionPaused],
            (Command::Resume, Some(_)) => vec![Event::ConnectionResumed],
            (Command::Pause, Some(_)) | (Command::Resume, None) => vec![],
        })
    }

    fn evolve(self, recorded: &Recorded<Event>) -> Self {
        match recorded.event {
            Event::ConnectionPaused => Self { paused_at: Some(recorded.at) },
            Event::ConnectionResumed => Self { paused_at: None },
        }
    }
}

#[cfg(test)]
mod tests {
    use testkit::given_nothing;

    use super::*;

    #[test]
    fn a_connection_is_paused_and_resumed_and_asking_twice_changes_nothing() {
        let paused = given_nothing::<Connection>().when(&Command::Pause).then([Event::ConnectionPaused]);
        assert_eq!(paused.state().paused_at, Some(testkit::NOON));
        let paused = paused.when(&Command::Pause).then_nothing();
        let flowing = paused.when(&Command::Resume).then([Event::ConnectionResumed]);
        flowing.when(&Command::Resume).then_nothing();
    }
}
