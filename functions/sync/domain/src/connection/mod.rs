//! A connection to a spreadsheet: flowing, or paused by somebody, and whose word counts in it.

use std::convert::Infallible;

use kernel::{Aggregate, Recorded, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Policy;

/// What can be asked of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Write nothing until it is resumed; rows wait.
    Pause,
    /// Write what waits.
    Resume,
    /// From now on this policy decides where people and deals disagree.
    SetPolicy(Policy),
}

/// What can have happened to a connection, as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// It was paused.
    ConnectionPaused,
    /// It was resumed.
    ConnectionResumed,
    /// Another policy decides.
    PolicySet {
        /// Which one.
        policy: Policy,
    },
}

/// A connection; it flows until somebody pauses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Connection {
    /// Since when it is paused, if it is.
    pub paused_at: Option<Timestamp>,
    /// Which policy decides; that of the deployment until somebody has chosen one.
    pub policy: Option<Policy>,
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
            (Command::SetPolicy(policy), _) if self.policy != Some(*policy) => {
                vec![Event::PolicySet { policy: *policy }]
            }
            (Command::Pause, Some(_)) | (Command::Resume, None) | (Command::SetPolicy(_), _) => vec![],
        })
    }

    fn evolve(self, recorded: &Recorded<Event>) -> Self {
        match recorded.event {
            Event::ConnectionPaused => Self { paused_at: Some(recorded.at), ..self },
            Event::ConnectionResumed => Self { paused_at: None, ..self },
            Event::PolicySet { policy } => Self { policy: Some(policy), ..self },
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

    #[test]
    fn a_policy_stays_through_pauses_and_setting_it_twice_changes_nothing() {
        let set = Command::SetPolicy(Policy::Manual);
        let chosen = given_nothing::<Connection>()
            .when(&set)
            .then([Event::PolicySet { policy: Policy::Manual }])
            .when(&set)
            .then_nothing();
        let paused = chosen.when(&Command::Pause).then([Event::ConnectionPaused]);
        let flowing = paused.when(&Command::Resume).then([Event::ConnectionResumed]);
        assert_eq!(flowing.state().policy, Some(Policy::Manual));
    }
}
