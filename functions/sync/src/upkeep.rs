//! What upkeep must know of this context: its views, and how its streams are folded.

use std::sync::Arc;

use assembly::{Examined, Upkept};
use event_store::{BoxError, Commit, CommitLog, Stream, StreamId, View, Views};
use kernel::Aggregate as _;
use messaging::OwnCommits;
use sync_domain::{Connection, DealRows};

use crate::Sheets;
use crate::projections::{ForeignStream, Lists};

/// The views of this context: name, families of rows, and what they are made from. A view that is not here is rebuilt and
/// checked by nobody. The connection is in none, because every read of it folds its log.
pub const VIEWS: &[View] = &[
    View::of_log("rows", &["sheet-rows"], "deal-rows", "deal_"),
    View::of_log("conflicts", &["sheet-conflicts"], "deal-rows", "deal_"),
    View::of_facts("catalogue", &["catalogue"], "inventory"),
];

/// The rows of the sheet, for upkeep: nothing is written into it.
#[derive(Debug, Clone)]
pub struct SyncUpkeep(Sheets);

impl SyncUpkeep {
    /// Upkeep of `sheets`.
    #[must_use]
    pub const fn new(sheets: Sheets) -> Self {
        Self(sheets)
    }
}

impl Upkept for SyncUpkeep {
    fn projections(&self, log: Arc<dyn CommitLog>, views: Arc<dyn Views>) -> Arc<dyn OwnCommits> {
        Arc::new(Lists::new(Sheets { store: self.0.store.over(log), views, ..self.0.clone() }))
    }

    /// Nothing of this context guards anything.
    fn examine(&self, stream: &StreamId, commits: &[Commit]) -> Result<Examined, BoxError> {
        let wrong_snapshots = match stream.kind() {
            DealRows::KIND => Stream::<DealRows>::examine(stream.clone(), commits)?.1,
            Connection::KIND => Stream::<Connection>::examine(stream.clone(), commits)?.1,
            other => return Err(ForeignStream(other.to_owned()).into()),
        };
        Ok(Examined { wrong_snapshots, guards: Vec::new() })
    }
}
