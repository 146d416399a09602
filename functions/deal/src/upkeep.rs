//! What upkeep must know of this context: its views, and how its streams are folded.

use std::sync::Arc;

use assembly::{Examined, Upkept};
use deal_domain::Deal;
use event_store::{BoxError, Commit, CommitLog, Stream, StreamId, View, Views};
use messaging::OwnCommits;

use crate::Deals;
use crate::projections::Projections;

/// The views of this context: name, families of rows, and what they are made from. A view that is not here is rebuilt and
/// checked by nobody.
pub const VIEWS: &[View] = &[
    View::of_log("deals", &["deals"], "deal", "deal_"),
    View::of_log("figures", &["deal-figures"], "deal", "deal_"),
    View::of_facts("catalogue", &["catalogue"], "inventory"),
    View::of_facts("parties", &["parties"], "customer"),
];

/// The deals, for upkeep.
#[derive(Debug, Clone)]
pub struct DealUpkeep(Deals);

impl DealUpkeep {
    /// Upkeep of `deals`.
    #[must_use]
    pub const fn new(deals: Deals) -> Self {
        Self(deals)
    }
}

impl Upkept for DealUpkeep {
    fn projections(&self, log: Arc<dyn CommitLog>, views: Arc<dyn Views>) -> Arc<dyn OwnCommits> {
        Arc::new(Projections::new(Deals { store: self.0.store.over(log), views, ..self.0.clone() }))
    }

    fn examine(&self, stream: &StreamId, commits: &[Commit]) -> Result<Examined, BoxError> {
        let (_, wrong_snapshots) = Stream::<Deal>::examine(stream.clone(), commits)?;
        Ok(Examined { wrong_snapshots, guards: Vec::new() })
    }
}
