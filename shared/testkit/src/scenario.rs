use std::fmt::Debug;

use kernel::{Aggregate, Recorded, Timestamp};

use crate::NOON;

/// Starts a scenario in which `events` have happened, all at [`NOON`].
///
/// # Panics
/// When an event is not the same after having been stored as JSON and read back.
pub fn given<A>(events: impl IntoIterator<Item = A::Event>) -> Given<A>
where
    A: Aggregate,
    A::Event: Debug + PartialEq,
{
    given_nothing().and_at(NOON, events)
}

/// Starts a scenario in which nothing has happened.
#[must_use]
pub fn given_nothing<A: Aggregate>() -> Given<A> {
    Given { state: A::default(), sequence: 0, at: NOON }
}

/// An aggregate to which something has happened.
#[derive(Debug, Clone)]
pub struct Given<A> {
    state: A,
    sequence: u64,
    at: Timestamp,
}

impl<A> Given<A>
where
    A: Aggregate,
    A::Event: Debug + PartialEq,
{
    /// More events, that happened at `at`.
    ///
    /// # Panics
    /// When an event is not the same after having been stored as JSON and read back.
    #[must_use]
    pub fn and_at(mut self, at: Timestamp, events: impl IntoIterator<Item = A::Event>) -> Self {
        self.at = at;
        for event in events {
            assert_stored_faithfully(&event);
            self.sequence = self.sequence.saturating_add(1);
            self.state = self.state.evolve(&Recorded { sequence: self.sequence, at, event });
        }
        self
    }

    /// The state so far.
    pub const fn state(&self) -> &A {
        &self.state
    }

    /// Decides `command`.
    ///
    /// An aggregate with snapshots decides twice, on its state and on the state restored from a snapshot of it.
    ///
    /// # Panics
    /// When the two decisions differ: the snapshot forgets something that matters.
    #[must_use = "a decision is worth nothing until it is compared: call `then`, `then_refused` or `then_nothing`"]
    pub fn when(self, command: &A::Command) -> Decided<A>
    where
        A::Refusal: PartialEq,
    {
        let decision = self.state.decide(command);
        if A::SNAPSHOT_SCHEMA.is_some()
            && let Some(snapshot) = self.state.to_snapshot()
        {
            let Some(restored) = A::from_snapshot(snapshot) else {
                panic!("the aggregate cannot read its own snapshot");
            };
            assert_eq!(restored.decide(command), decision, "a restored snapshot decides differently (left)");
        }
        Decided { before: self, decision }
    }
}

/// What a command led to.
#[derive(Debug)]
pub struct Decided<A: Aggregate> {
    before: Given<A>,
    decision: Result<Vec<A::Event>, A::Refusal>,
}

impl<A> Decided<A>
where
    A: Aggregate,
    A::Event: Debug + PartialEq,
    A::Refusal: PartialEq,
{
    /// Expects exactly these events, in this order. Returns the scenario after them, to go on or to look at its state.
    ///
    /// # Panics
    /// When anything else happened.
    #[track_caller]
    pub fn then(self, expected: impl IntoIterator<Item = A::Event>) -> Given<A> {
        let expected: Vec<A::Event> = expected.into_iter().collect();
        match self.decision {
            Ok(events) => {
                assert_eq!(events, expected, "other events happened (left) than expected (right)");
                let at = self.before.at;
                self.before.and_at(at, events)
            }
            Err(refusal) => panic!("refused with {refusal:?}, expected {expected:?}"),
        }
    }

    /// Expects that nothing happens: the command has already had its effect.
    ///
    /// # Panics
    /// When an event happened or the command was refused.
    #[track_caller]
    pub fn then_nothing(self) -> Given<A> {
        self.then([])
    }

    /// Expects this refusal.
    ///
    /// # Panics
    /// When the command was accepted or refused for another reason.
    #[track_caller]
    pub fn then_refused(self, expected: &A::Refusal) {
        match self.decision {
            Err(refusal) => {
                assert_eq!(&refusal, expected, "refused for another reason (left) than expected (right)");
            }
            Ok(events) => panic!("accepted with {events:?}, expected {expected:?}"),
        }
    }

    /// The bare decision, where a test wants to look at a part of it.
    ///
    /// # Errors
    /// The refusal, as the aggregate gave it.
    pub fn decision(self) -> Result<Vec<A::Event>, A::Refusal> {
        self.decision
    }
}

/// Events are stored as JSON, internally tagged with `type`.
fn assert_stored_faithfully<E>(event: &E)
where
    E: serde::Serialize + serde::de::DeserializeOwned + Debug + PartialEq,
{
    let stored = match serde_json::to_value(event) {
        Ok(stored) => stored,
        Err(error) => panic!("{event:?} cannot be stored: {error}"),
    };
    match serde_json::from_value::<E>(stored.clone()) {
        Ok(read) => assert_eq!(&read, event, "{stored} reads back as another event (left)"),
        Err(error) => panic!("{stored} cannot be read back: {error}"),
    }
}
