//! What operators ask of every context that stores something: to rebuild its views, and to look whether its tables agree.
//! By direct invocation, page by page; IAM says who may. Nothing is published and no message is sent.
//!
//! | event | answer |
//! |---|---|
//! | `{"kind":"views"}` | `{views: [{name, fedBy, live, kept}]}` |
//! | `{"kind":"replay-step", view, into, after?, from?, limit?, dryRun?}` | `{commits, streams, rows, from, next}`: builds a page of a generation; again with `next` as `after` until that is `null` |
//! | `{"kind":"replay-compare", view, into, after?}` | `{live: {rows, sum}, into: {rows, sum}, next}`: of the rows that the streams of a page have; sums of pages are added up modulo 2¹²⁸ |
//! | `{"kind":"replay-switch", view, into}` | `{live, before}`: what is read from now on, and what was until now |
//! | `{"kind":"replay-drop", view, generation, after?}` | `{deleted, next}`; again with `next` as `after` until that is `null` |
//! | `{"kind":"fsck", after?, most?}` | `{commits, streams, rows, differences: [{stream, what, todo}], partitions, underway, next}`; then `after` of `{"part":"rows", partitions}` for partitions that pages named |
//!
//! A context says what is its own by [`Upkept`]: how commits are projected, and what else a stream implies. Everything here
//! follows from it, so a view or a row that is added to the projections is rebuilt and checked with the others.

mod content;
mod fsck;
mod replay;
mod shown;
mod walk;

use std::sync::Arc;

use async_trait::async_trait;
use event_store::views::Fed;
use event_store::{
    BoxError, Commit, CommitLog, Generations, Guard, Ops, StorageError, StreamId, View, Views,
};
use kernel::Clock;
use lambda_entry::{DirectError, DirectHandler};
use messaging::OwnCommits;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// What a context tells about its streams.
pub trait Upkept: Send + Sync {
    /// Its projections, reading from this log and writing to these views, and with no other effect whatever.
    fn projections(&self, log: Arc<dyn CommitLog>, views: Arc<dyn Views>) -> Arc<dyn OwnCommits>;

    /// Folds a whole stream from its events.
    ///
    /// # Errors
    /// When it is no stream of this context, or cannot be folded.
    fn examine(&self, stream: &StreamId, commits: &[Commit]) -> Result<Examined, BoxError>;
}

/// What the events of a stream say about what stands beside them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Examined {
    /// First sequences of the commits whose snapshot says something else.
    pub wrong_snapshots: Vec<u64>,
    /// What the stream must be the holder of.
    pub guards: Vec<Guard>,
}

/// Answers operators, and hands everything else on to the context itself.
#[derive(Clone)]
pub struct Upkeep {
    log: Arc<dyn CommitLog>,
    ops: Arc<dyn Ops>,
    generations: Arc<Generations>,
    clock: Arc<dyn Clock>,
    upkept: Arc<dyn Upkept>,
    rest: Arc<dyn DirectHandler>,
}

impl std::fmt::Debug for Upkeep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upkeep").field("generations", &self.generations).finish_non_exhaustive()
    }
}

impl Upkeep {
    /// Upkeep of these tables; `rest` answers what is no upkeep.
    #[must_use]
    pub fn new(
        log: Arc<dyn CommitLog>,
        ops: Arc<dyn Ops>,
        generations: Arc<Generations>,
        clock: Arc<dyn Clock>,
        upkept: Arc<dyn Upkept>,
        rest: Arc<dyn DirectHandler>,
    ) -> Self {
        Self { log, ops, generations, clock, upkept, rest }
    }

    /// The view of this name.
    fn view(&self, name: &str) -> Result<&'static View, DirectError> {
        let declared = self.generations.declared();
        declared.iter().find(|view| view.name == name).ok_or_else(|| {
            let names: Vec<&str> = declared.iter().map(|view| view.name).collect();
            let there = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            DirectError::new("invalid", format!("no view is called {name:?}; there are: {there}"))
        })
    }

    /// The view of this name, if it can be made again from the log.
    fn rebuildable(&self, name: &str) -> Result<&'static View, DirectError> {
        let view = self.view(name)?;
        match view.fed {
            Fed::OwnLog { .. } => Ok(view),
            Fed::Facts { of } => Err(DirectError::new(
                "not-rebuildable",
                format!(
                    "the view {name} is made from facts of {of}, which are not in this context's log: it cannot be rebuilt here"
                ),
            )),
        }
    }

    async fn views(&self) -> Result<Value, DirectError> {
        let mut views = Vec::new();
        for view in self.generations.declared() {
            let pointer = self.generations.pointer(view).await.map_err(|e| failed(&e))?;
            let fed_by = match view.fed {
                Fed::OwnLog { kind, .. } => format!("log: {kind}"),
                Fed::Facts { of } => format!("facts: {of}"),
            };
            let (live, kept) = (pointer.live, pointer.kept);
            views.push(json!({ "name": view.name, "fedBy": fed_by, "live": live, "kept": kept }));
        }
        Ok(json!({ "views": views }))
    }
}

#[async_trait]
impl DirectHandler for Upkeep {
    async fn handle(&self, kind: &str, payload: Value) -> Result<Value, DirectError> {
        match kind {
            "views" => self.views().await,
            "replay-step" => self.step(read(payload)?).await,
            "replay-compare" => self.compare(read(payload)?).await,
            "replay-switch" => self.switch(read(payload)?).await,
            "replay-drop" => self.drop_generation(read(payload)?).await,
            "fsck" => self.fsck(read(payload)?).await,
            _ => self.rest.handle(kind, payload).await,
        }
    }
}

/// Reads what is asked, apart from its kind.
fn read<T: DeserializeOwned>(mut payload: Value) -> Result<T, DirectError> {
    if let Some(members) = payload.as_object_mut() {
        members.remove("kind");
    }
    serde_json::from_value(payload).map_err(|error| DirectError::new("invalid", error.to_string()))
}

fn failed(error: &(dyn std::error::Error + 'static)) -> DirectError {
    tracing::error!(error = kernel::error::chain(error), "upkeep failed");
    DirectError::new("failed", "a table could not be read or written; the reason is in the log")
}

/// A stream that cannot be served stops a rebuild; operators are told which.
fn broken(stream: &StreamId, error: &(dyn std::error::Error + 'static)) -> DirectError {
    let reason = kernel::error::chain(error);
    tracing::error!(stream = %stream, error = reason, "stream not folded");
    let unavailable = error.downcast_ref::<StorageError>().is_some()
        || matches!(error.downcast_ref(), Some(event_store::LogError::Unavailable(_)));
    if unavailable {
        return failed(error);
    }
    DirectError::new("broken", format!("{stream} cannot be projected: {reason}; run fsck"))
}
