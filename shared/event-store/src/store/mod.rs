//! Aggregates on a log: load, decide, append; read to settle what is ambiguous; decide again after a conflict.

mod stream;

use std::sync::Arc;

use kernel::{Aggregate, Clock, IdSource, Provenance, Timer};

pub use stream::Stream;

use crate::log::{
    AppendError, COMMITS_PER_SNAPSHOT, Cause, Commit, CommitLog, Guard, Idempotency, LoadFrom, LogError,
    Snapshot, StoredEvent, StreamId,
};

/// How often a decision is taken anew before the caller is told to try later. With full jitter this outlasts dozens of
/// writers meeting on one stream; more would only hold the request longer.
const MOST_ATTEMPTS: u32 = 12;
/// Upper bound of the first pause between attempts, in milliseconds; it doubles up to [`LONGEST_PAUSE_MS`].
const FIRST_PAUSE_MS: u64 = 10;
/// Upper bound of any pause between attempts, in milliseconds.
const LONGEST_PAUSE_MS: u64 = 640;

/// An event that is about to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed<E> {
    /// What happens.
    pub event: E,
    /// The fact that led to it, where one commit answers several.
    pub cause: Option<Cause>,
}

impl<E> Proposed<E> {
    /// An event caused by the command of its commit.
    pub const fn new(event: E) -> Self {
        Self { event, cause: None }
    }
}

/// Who asks for a change, and under which conditions it may happen.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where it comes from.
    pub provenance: Provenance,
    /// What makes it recognizable when it comes again.
    pub idempotency: Option<Idempotency>,
    /// The version it is based on; any other is refused as [`ExecuteError::Stale`].
    pub expected: Option<u64>,
    /// What it must be the first to hold, and what it gives up.
    pub guards: Vec<Guard>,
}

impl Request {
    /// A request without conditions.
    #[must_use]
    pub const fn new(provenance: Provenance) -> Self {
        Self { provenance, idempotency: None, expected: None, guards: Vec::new() }
    }
}

/// What a command led to.
#[derive(Debug, Clone)]
pub struct Outcome<A: Aggregate> {
    /// The stream after it.
    pub stream: Stream<A>,
    /// The commit it wrote; `None` when it had already had its effect.
    pub commit: Option<Commit>,
    /// Whether this very request had been answered before.
    pub replayed: bool,
}

/// Why a command had no effect (or none that could be established).
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError<R: std::error::Error + 'static> {
    /// A rule forbids it: a domain answer.
    #[error("refused")]
    Refused(#[source] R),
    /// The stream is not at the version the request is based on.
    #[error("version {expected} was expected, {found} found")]
    Stale {
        /// The version named.
        expected: u64,
        /// The version there is.
        found: u64,
    },
    /// The idempotency key was used for another request.
    #[error("the idempotency key belongs to another request")]
    KeyReused,
    /// A uniqueness guard is held by somebody else.
    #[error("guard {0} is taken")]
    GuardTaken(usize),
    /// The stream stayed contended, or its outcome unknown, for all attempts. Trying again is safe.
    #[error("the stream stayed busy for {MOST_ATTEMPTS} attempts")]
    Busy(#[source] Option<crate::BoxError>),
    /// The stream cannot be read.
    #[error("the stream cannot be read")]
    Log(#[from] LogError),
    /// The commit cannot be stored.
    #[error("the commit cannot be stored")]
    Append(#[source] AppendError),
    /// An event cannot be written as JSON.
    #[error("an event cannot be encoded")]
    Encode(#[source] crate::BoxError),
}

/// Loads and changes aggregates.
#[derive(Clone)]
pub struct EventStore {
    log: Arc<dyn CommitLog>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    timer: Arc<dyn Timer>,
}

impl std::fmt::Debug for EventStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventStore").finish_non_exhaustive()
    }
}

impl EventStore {
    /// Puts a store on a log.
    #[must_use]
    pub fn new(
        log: Arc<dyn CommitLog>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
        timer: Arc<dyn Timer>,
    ) -> Self {
        Self { log, clock, ids, timer }
    }

    /// The log beneath.
    #[must_use]
    pub fn log(&self) -> &Arc<dyn CommitLog> {
        &self.log
    }

    /// The same store on another log: for reading what this one has by other means.
    #[must_use]
    pub fn over(&self, log: Arc<dyn CommitLog>) -> Self {
        Self { log, ..self.clone() }
    }

    /// The current state of a stream, verified; version 0 when it does not exist.
    ///
    /// # Errors
    /// [`LogError`] when the log cannot be read or the stream is broken.
    pub async fn load<A: Aggregate>(&self, id: &StreamId) -> Result<Stream<A>, LogError> {
        let from = A::SNAPSHOT_SCHEMA.map_or(LoadFrom::Beginning, LoadFrom::Snapshot);
        let commits = self.log.load(id, from).await?;
        let partial = commits.first().is_some_and(|commit| commit.first > 1);
        match Stream::fold(id.clone(), &commits, self.clock.now()) {
            Err(LogError::Broken { source, .. }) if partial => {
                tracing::warn!(stream = %id, error = %source, "cannot resume from a snapshot: folding everything");
                let commits = self.log.load(id, LoadFrom::Beginning).await?;
                Stream::fold(id.clone(), &commits, self.clock.now())
            }
            folded => folded,
        }
    }

    /// All commits of a stream from its beginning, verified.
    ///
    /// # Errors
    /// [`LogError`] when the log cannot be read or the stream is broken.
    pub async fn history(&self, id: &StreamId) -> Result<Vec<Commit>, LogError> {
        let commits = self.log.load(id, LoadFrom::Beginning).await?;
        let broken = |source| LogError::Broken { stream: id.to_string(), source };
        crate::log::verify(&commits).map_err(|e| broken(e.into()))?;
        match commits.first() {
            Some(commit) if commit.first > 1 => Err(broken("the beginning of the stream is missing".into())),
            _ => Ok(commits),
        }
    }

    /// Runs one command: load, decide, append, and again when somebody else was faster.
    ///
    /// # Errors
    /// See [`ExecuteError`].
    pub async fn execute<A: Aggregate>(
        &self,
        id: &StreamId,
        request: &Request,
        command: &A::Command,
    ) -> Result<Outcome<A>, ExecuteError<A::Refusal>> {
        let decide = |stream: &Stream<A>| {
            let events = stream.state().decide(command)?;
            Ok(events.into_iter().map(Proposed::new).collect())
        };
        self.change(id, request, None, decide).await
    }

    /// Like [`EventStore::execute`] for a stream that is expected not to exist: the first attempt appends without
    /// reading, so that a creation costs one write. A repeated request meets its own first commit and is replayed.
    ///
    /// # Errors
    /// See [`ExecuteError`].
    pub async fn create<A: Aggregate>(
        &self,
        id: &StreamId,
        request: &Request,
        command: &A::Command,
    ) -> Result<Outcome<A>, ExecuteError<A::Refusal>> {
        let decide = |stream: &Stream<A>| {
            let events = stream.state().decide(command)?;
            Ok(events.into_iter().map(Proposed::new).collect())
        };
        self.change(id, request, Some(Stream::empty(id.clone())), decide).await
    }

    /// Appends what `decide` proposes, deciding anew on the fresh state after every conflict. `decide` may be called
    /// several times and must not have effects of its own.
    ///
    /// # Errors
    /// See [`ExecuteError`].
    pub async fn change<A, R, F>(
        &self,
        id: &StreamId,
        request: &Request,
        known: Option<Stream<A>>,
        mut decide: F,
    ) -> Result<Outcome<A>, ExecuteError<R>>
    where
        A: Aggregate,
        R: std::error::Error + 'static,
        F: FnMut(&Stream<A>) -> Result<Vec<Proposed<A::Event>>, R> + Send,
    {
        let mut known = known;
        let mut mine: Vec<Commit> = Vec::new();
        let mut last_fault = None;
        for attempt in 0..MOST_ATTEMPTS {
            let stream = match known.take() {
                Some(stream) => stream,
                None => self.load(id).await?,
            };
            // An earlier attempt of ours may have been stored although its answer was lost, or only after we looked.
            if let Some(at) = mine.iter().position(|commit| stream.holds(commit.id)) {
                return Ok(Outcome { stream, commit: Some(mine.swap_remove(at)), replayed: false });
            }
            if let Some(asked) = &request.idempotency
                && let Some(earlier) = stream.answered(&asked.key)
            {
                if earlier != asked.fingerprint {
                    return Err(ExecuteError::KeyReused);
                }
                return Ok(Outcome { stream, commit: None, replayed: true });
            }
            if let Some(expected) = request.expected
                && expected != stream.version()
            {
                // What is not there is missing rather than changed (RFC 9110, 13.2.1).
                if stream.version() == 0 {
                    decide(&stream).map_err(ExecuteError::Refused)?;
                }
                return Err(ExecuteError::Stale { expected, found: stream.version() });
            }
            let proposed = decide(&stream).map_err(ExecuteError::Refused)?;
            if proposed.is_empty() {
                return Ok(Outcome { stream, commit: None, replayed: false });
            }
            let (mut commit, after) = self.next_commit(&stream, request, proposed)?;
            let appended = self.append(&mut commit, &request.guards).await;
            if appended.is_ok() {
                return Ok(Outcome { stream: after, commit: Some(commit), replayed: false });
            }
            mine.push(commit);
            match appended {
                Ok(()) | Err(AppendError::Conflict) => {}
                Err(AppendError::Ambiguous(fault)) => last_fault = Some(fault),
                // An earlier attempt of ours, or of this request's, may hold the guard: the stream tells.
                Err(AppendError::GuardTaken(guard)) => {
                    let stream: Stream<A> = self.load(id).await?;
                    let asked = request.idempotency.as_ref();
                    let answered = asked.is_some_and(|asked| stream.answered(&asked.key).is_some());
                    if !answered && !mine.iter().any(|commit| stream.holds(commit.id)) {
                        return Err(ExecuteError::GuardTaken(guard));
                    }
                    known = Some(stream);
                    continue;
                }
                Err(fault @ (AppendError::TooLarge { .. } | AppendError::Rejected(_))) => {
                    return Err(ExecuteError::Append(fault));
                }
            }
            self.pause(attempt).await;
        }
        Err(ExecuteError::Busy(last_fault))
    }

    /// Appends, without the snapshot where the commit has only become too large by it: no stream stops at its own size.
    async fn append(&self, commit: &mut Commit, guards: &[Guard]) -> Result<(), AppendError> {
        loop {
            let appended = if guards.is_empty() {
                self.log.append(commit).await
            } else {
                self.log.append_guarded(commit, guards).await
            };
            match appended {
                Err(AppendError::TooLarge { bytes }) if commit.snapshot.take().is_some() => {
                    tracing::warn!(stream = %commit.stream, bytes, "the snapshot does not fit: left out");
                }
                settled => return settled,
            }
        }
    }

    fn next_commit<A: Aggregate, R: std::error::Error + 'static>(
        &self,
        stream: &Stream<A>,
        request: &Request,
        proposed: Vec<Proposed<A::Event>>,
    ) -> Result<(Commit, Stream<A>), ExecuteError<R>> {
        let events = proposed
            .iter()
            .map(|p| {
                let data = serde_json::to_value(&p.event).map_err(|e| ExecuteError::Encode(e.into()))?;
                Ok(StoredEvent { cause: p.cause.clone(), data })
            })
            .collect::<Result<Vec<_>, ExecuteError<R>>>()?;
        let first = stream.version().saturating_add(1);
        let span = u64::try_from(events.len()).unwrap_or(u64::MAX);
        let mut commit = Commit {
            stream: stream.id().clone(),
            first,
            last: first.saturating_add(span.saturating_sub(1)),
            events,
            id: self.ids.uuid(),
            at: self.clock.now(),
            provenance: request.provenance.clone(),
            idempotency: request.idempotency.clone(),
            prev: stream.head(),
            hash: stream.head(),
            snapshot: None,
        };
        commit.hash = commit.compute_hash().map_err(ExecuteError::Encode)?;
        let mut after = stream.clone();
        after.apply(&commit, proposed.into_iter().map(|p| p.event));
        if let Some(schema) = A::SNAPSHOT_SCHEMA
            && after.commits_since_snapshot() >= usize::from(COMMITS_PER_SNAPSHOT)
        {
            commit.snapshot = after.snapshot().map(|state| Snapshot { schema: schema.to_owned(), state });
            if commit.snapshot.is_some() {
                after.snapshot_taken();
            }
        }
        Ok((commit, after))
    }

    /// Full jitter: uniform between nothing and a bound that doubles (AWS Architecture Blog, "Exponential Backoff And
    /// Jitter"). The random bits of a fresh id serve as the dice.
    async fn pause(&self, attempt: u32) {
        let bound = FIRST_PAUSE_MS.saturating_mul(1 << attempt.min(16)).min(LONGEST_PAUSE_MS);
        let (_, low) = self.ids.uuid().as_u64_pair();
        self.timer.sleep(low % bound.saturating_add(1)).await;
    }
}
