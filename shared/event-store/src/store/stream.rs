use std::collections::{BTreeMap, VecDeque};

use kernel::{Aggregate, Recorded, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::log::{Commit, Hash, LogError, StoredEvent, StreamId, verify};

/// How long a request's key is remembered in the folded state, in days: longer than any queue can hold a duplicate.
const KEYS_LIVE_DAYS: i64 = 35;
/// How many commit ids are remembered: more than can be appended by others within one request's attempts.
const RECENT_COMMITS: usize = 64;

/// An aggregate with its place in the log.
#[derive(Debug, Clone)]
pub struct Stream<A> {
    id: StreamId,
    state: A,
    version: u64,
    head: Hash,
    /// Requests answered, by key.
    answered: BTreeMap<String, Answered>,
    /// Ids of the newest commits, for recognizing an own earlier attempt.
    recent: VecDeque<Uuid>,
    since_snapshot: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Answered {
    fingerprint: String,
    at: Timestamp,
}

/// What a snapshot holds besides the aggregate.
#[derive(Serialize, Deserialize)]
struct Folded {
    state: Value,
    answered: BTreeMap<String, Answered>,
    recent: VecDeque<Uuid>,
}

impl<A: Aggregate> Stream<A> {
    /// A stream that does not exist yet.
    #[must_use]
    pub fn empty(id: StreamId) -> Self {
        Self {
            id,
            state: A::default(),
            version: 0,
            head: Hash::GENESIS,
            answered: BTreeMap::new(),
            recent: VecDeque::new(),
            since_snapshot: 0,
        }
    }

    /// Folds verified commits, starting at the newest snapshot among them that can be read.
    ///
    /// # Errors
    /// [`LogError::Broken`] when the commits do not form a chain, start after a missing beginning, or hold an event that
    /// cannot be read.
    pub fn fold(id: StreamId, commits: &[Commit], now: Timestamp) -> Result<Self, LogError> {
        let broken = |source: crate::BoxError| LogError::Broken { stream: id.to_string(), source };
        verify(commits).map_err(|e| broken(e.into()))?;
        let mut stream = Self::empty(id.clone());
        let resumed = commits.iter().enumerate().rev().find_map(|(at, commit)| {
            let snapshot =
                commit.snapshot.as_ref().filter(|s| Some(s.schema.as_str()) == A::SNAPSHOT_SCHEMA)?;
            let folded = Folded::deserialize(&snapshot.state).ok()?;
            Some((at, commit, A::from_snapshot(folded.state)?, folded.answered, folded.recent))
        });
        let mut rest = commits;
        if let Some((at, commit, state, answered, recent)) = resumed {
            (stream.state, stream.answered, stream.recent) = (state, answered, recent);
            (stream.version, stream.head) = (commit.last, commit.hash);
            rest = commits.get(at + 1..).unwrap_or_default();
        }
        for commit in rest {
            if commit.first != stream.version.saturating_add(1) {
                return Err(broken("the beginning of the stream was not read".into()));
            }
            let events = commit
                .events
                .iter()
                .map(StoredEvent::decode)
                .collect::<Result<Vec<A::Event>, _>>()
                .map_err(|e| broken(e.into()))?;
            stream.apply(commit, events.into_iter());
        }
        let horizon = now.plus_days(-KEYS_LIVE_DAYS);
        stream.answered.retain(|_, answered| answered.at >= horizon);
        Ok(stream)
    }

    /// Folds a whole stream from its events alone, and compares each snapshot of the present schema on the way. Gives the
    /// stream, and the first sequences of the commits whose snapshot is not what the events say.
    ///
    /// # Errors
    /// [`LogError::Broken`] when the commits are not a whole stream, or hold an event that cannot be read.
    pub fn examine(id: StreamId, commits: &[Commit]) -> Result<(Self, Vec<u64>), LogError> {
        let broken = |source: crate::BoxError| LogError::Broken { stream: id.to_string(), source };
        verify(commits).map_err(|e| broken(e.into()))?;
        let mut stream = Self::empty(id.clone());
        let mut wrong = Vec::new();
        for commit in commits {
            if commit.first != stream.version.saturating_add(1) {
                return Err(broken("the beginning of the stream is missing".into()));
            }
            let events = commit.events.iter().map(StoredEvent::decode);
            let events = events.collect::<Result<Vec<A::Event>, _>>().map_err(|e| broken(e.into()))?;
            stream.apply(commit, events.into_iter());
            let own = commit.snapshot.as_ref().filter(|s| Some(s.schema.as_str()) == A::SNAPSHOT_SCHEMA);
            if own.is_some_and(|snapshot| !stream.is_shown_by(&snapshot.state)) {
                wrong.push(commit.first);
            }
        }
        Ok((stream, wrong))
    }

    /// Whether a snapshot says what the events say. It may remember fewer requests: those that were old when it was taken.
    fn is_shown_by(&self, snapshot: &Value) -> bool {
        let Ok(folded) = Folded::deserialize(snapshot) else { return false };
        let known = |(key, answered)| self.answered.get(key) == Some(answered);
        self.state.to_snapshot().as_ref() == Some(&folded.state)
            && self.recent == folded.recent
            && folded.answered.iter().all(known)
    }

    /// Folds one more commit whose events are already decoded.
    pub(super) fn apply(&mut self, commit: &Commit, events: impl Iterator<Item = A::Event>) {
        let mut sequence = commit.first;
        let mut state = std::mem::take(&mut self.state);
        for event in events {
            state = state.evolve(&Recorded { sequence, at: commit.at, event });
            sequence = sequence.saturating_add(1);
        }
        self.state = state;
        self.version = commit.last;
        self.head = commit.hash;
        if self.recent.len() >= RECENT_COMMITS {
            self.recent.pop_front();
        }
        self.recent.push_back(commit.id);
        self.since_snapshot = self.since_snapshot.saturating_add(1);
        if let Some(request) = &commit.idempotency {
            let answered = Answered { fingerprint: request.fingerprint.clone(), at: commit.at };
            self.answered.insert(request.key.clone(), answered);
        }
    }
}

impl<A> Stream<A> {
    /// Which stream.
    pub const fn id(&self) -> &StreamId {
        &self.id
    }

    /// The aggregate.
    pub const fn state(&self) -> &A {
        &self.state
    }

    /// Sequence of the last event; 0 when the stream does not exist.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Hash of the last commit.
    pub const fn head(&self) -> Hash {
        self.head
    }

    /// Whether anything has happened.
    pub const fn exists(&self) -> bool {
        self.version > 0
    }

    /// The fingerprint of the request that used this key, if one did.
    pub fn answered(&self, key: &str) -> Option<&str> {
        self.answered.get(key).map(|answered| answered.fingerprint.as_str())
    }

    /// Whether this commit is among the newest of the stream.
    pub fn holds(&self, commit: Uuid) -> bool {
        self.recent.contains(&commit)
    }

    pub(super) const fn commits_since_snapshot(&self) -> usize {
        self.since_snapshot
    }

    pub(super) const fn snapshot_taken(&mut self) {
        self.since_snapshot = 0;
    }
}

impl<A: Aggregate> Stream<A> {
    pub(super) fn snapshot(&self) -> Option<Value> {
        let folded = Folded {
            state: self.state.to_snapshot()?,
            answered: self.answered.clone(),
            recent: self.recent.clone(),
        };
        serde_json::to_value(folded).ok()
    }
}
