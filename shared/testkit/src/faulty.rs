use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use event_store::log::{CommitLog, CommitRef, Guard, LoadFrom, LogError};
use event_store::{AppendError, BoxError, Commit, StreamId};
use kernel::{Tenant, Timestamp};

/// What kind of call the log received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// [`CommitLog::load`].
    Load,
    /// [`CommitLog::append`] or [`CommitLog::append_guarded`].
    Append,
    /// [`CommitLog::guard_holder`].
    GuardHolder,
    /// [`CommitLog::committed_between`].
    CommittedBetween,
    /// [`CommitLog::read`].
    Read,
}

/// One call on the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its number among all calls, from 1.
    pub number: usize,
    /// Its number among the calls of its kind, from 1.
    pub nth: usize,
    /// Its kind.
    pub operation: Operation,
    /// The stream it concerns, if it concerns one.
    pub stream: Option<StreamId>,
}

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It works.
    Pass,
    /// It fails and nothing has happened; the caller of an append cannot know that.
    FailBefore,
    /// It happens, and the answer is lost.
    FailAfter,
    /// It is carried out twice, and the answer is the second one's: a client's own retry after a lost answer. For reads the
    /// same as [`Fate::Pass`].
    Twice,
    /// It fails now and happens later, right before the log's n-th call from here: a write that was under way.
    /// For reads the same as [`Fate::FailBefore`].
    Late(usize),
}

type Decide = Box<dyn FnMut(&Call) -> Fate + Send>;

/// A log whose calls fail as a test decides, call by call.
pub struct FaultyLog {
    inner: Arc<dyn CommitLog>,
    decide: Mutex<Decide>,
    traffic: Mutex<Traffic>,
}

#[derive(Debug, Default)]
struct Traffic {
    calls: Vec<Call>,
    counts: HashMap<Operation, usize>,
    under_way: Vec<(usize, Commit, Vec<Guard>)>,
}

/// What a lost call looks like to its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Injected(pub Fate);

impl fmt::Display for Injected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "injected fault: {:?}", self.0)
    }
}

impl std::error::Error for Injected {}

impl fmt::Debug for FaultyLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultyLog").field("traffic", &self.traffic).finish_non_exhaustive()
    }
}

impl FaultyLog {
    /// Wraps a log; `decide` is asked once per call, before it.
    pub fn new(inner: Arc<dyn CommitLog>, decide: impl FnMut(&Call) -> Fate + Send + 'static) -> Self {
        Self { inner, decide: Mutex::new(Box::new(decide)), traffic: Mutex::default() }
    }

    /// Wraps a log whose n-th append (from 1) has this fate; everything else works.
    pub fn nth_append(inner: Arc<dyn CommitLog>, nth: usize, fate: Fate) -> Self {
        Self::new(inner, move |call| {
            if call.operation == Operation::Append && call.nth == nth { fate } else { Fate::Pass }
        })
    }

    /// The calls so far, in order.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.traffic().calls.clone()
    }

    /// How many calls of a kind there were.
    #[must_use]
    pub fn count(&self, operation: Operation) -> usize {
        self.traffic().counts.get(&operation).copied().unwrap_or_default()
    }

    /// Lets every write land that is still under way. Those that meet another commit in their place are lost, as on a
    /// real log.
    pub async fn settle(&self) {
        self.land(usize::MAX).await;
    }

    fn traffic(&self) -> MutexGuard<'_, Traffic> {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call and decides its fate.
    async fn enter(&self, operation: Operation, stream: Option<&StreamId>) -> (usize, Fate) {
        let call = {
            let mut traffic = self.traffic();
            let count = traffic.counts.entry(operation).or_default();
            *count += 1;
            let nth = *count;
            let call = Call { number: traffic.calls.len() + 1, nth, operation, stream: stream.cloned() };
            traffic.calls.push(call.clone());
            call
        };
        self.land(call.number).await;
        let fate = (self.decide.lock().unwrap_or_else(PoisonError::into_inner))(&call);
        (call.number, fate)
    }

    async fn land(&self, number: usize) {
        let due: Vec<_> = self.traffic().under_way.extract_if(.., |(due, ..)| *due <= number).collect();
        for (_, commit, guards) in due {
            // Nobody waits for the answer any more.
            drop(self.write(&commit, &guards).await);
        }
    }

    async fn write(&self, commit: &Commit, guards: &[Guard]) -> Result<(), AppendError> {
        if guards.is_empty() {
            self.inner.append(commit).await
        } else {
            self.inner.append_guarded(commit, guards).await
        }
    }

    async fn fallible_write(&self, commit: &Commit, guards: &[Guard]) -> Result<(), AppendError> {
        let (number, fate) = self.enter(Operation::Append, Some(&commit.stream)).await;
        match fate {
            Fate::Pass => return self.write(commit, guards).await,
            Fate::Twice => {
                drop(self.write(commit, guards).await);
                return self.write(commit, guards).await;
            }
            Fate::FailBefore => {}
            // The answer is lost, whatever it was.
            Fate::FailAfter => drop(self.write(commit, guards).await),
            Fate::Late(calls) => {
                let due = number.saturating_add(calls.max(1));
                self.traffic().under_way.push((due, commit.clone(), guards.to_vec()));
            }
        }
        Err(AppendError::Ambiguous(injected(fate)))
    }

    /// Whether a read may go on.
    async fn readable(&self, operation: Operation, stream: Option<&StreamId>) -> Result<(), LogError> {
        match self.enter(operation, stream).await.1 {
            Fate::Pass | Fate::Twice => Ok(()),
            fate => Err(LogError::Unavailable(injected(fate))),
        }
    }
}

fn injected(fate: Fate) -> BoxError {
    Box::new(Injected(fate))
}

#[async_trait]
impl CommitLog for FaultyLog {
    async fn load(&self, stream: &StreamId, from: LoadFrom<'_>) -> Result<Vec<Commit>, LogError> {
        self.readable(Operation::Load, Some(stream)).await?;
        self.inner.load(stream, from).await
    }

    async fn append(&self, commit: &Commit) -> Result<(), AppendError> {
        self.fallible_write(commit, &[]).await
    }

    async fn append_guarded(&self, commit: &Commit, guards: &[Guard]) -> Result<(), AppendError> {
        self.fallible_write(commit, guards).await
    }

    async fn guard_holder(&self, tenant: &Tenant, key: &str) -> Result<Option<String>, LogError> {
        self.readable(Operation::GuardHolder, None).await?;
        self.inner.guard_holder(tenant, key).await
    }

    async fn committed_between(
        &self,
        from: Timestamp,
        to: Timestamp,
        limit: usize,
    ) -> Result<Vec<CommitRef>, LogError> {
        self.readable(Operation::CommittedBetween, None).await?;
        self.inner.committed_between(from, to, limit).await
    }

    async fn read(&self, stream: &StreamId, first: u64) -> Result<Option<Commit>, LogError> {
        self.readable(Operation::Read, Some(stream)).await?;
        self.inner.read(stream, first).await
    }
}
