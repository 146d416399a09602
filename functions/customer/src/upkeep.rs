//! What upkeep must know of this context: its views, and how its streams are folded.

use std::sync::Arc;

use assembly::{Examined, Upkept};
use customer_domain::PartyId;
use customer_domain::party::Party;
use event_store::{BoxError, Commit, CommitLog, Stream, StreamId, View, Views};
use messaging::OwnCommits;

use crate::projections::Lists;
use crate::{Customers, name_guard};

/// The views of this context: name, families of rows, and what they are made from. A view that is not here is rebuilt and
/// checked by nobody. Names say when a party last bought, which is read from `trade` as it stands.
pub const VIEWS: &[View] = &[
    View::of_log("parties", &["party", "parties", "merged"], "party", "party_"),
    View::of_log("names", &["names"], "party", "party_"),
    View::of_facts("trade", &["deals-of", "traded", "supplied-by", "suppliers-of"], "deal"),
];

/// The parties, for upkeep. What is personal stays sealed: neither lists nor names show it, and the blind index is no view.
#[derive(Debug, Clone)]
pub struct CustomerUpkeep(Customers);

impl CustomerUpkeep {
    /// Upkeep of `customers`.
    #[must_use]
    pub const fn new(customers: Customers) -> Self {
        Self(customers)
    }
}

impl Upkept for CustomerUpkeep {
    fn projections(&self, log: Arc<dyn CommitLog>, views: Arc<dyn Views>) -> Arc<dyn OwnCommits> {
        Arc::new(Lists::new(Customers { store: self.0.store.over(log), views, ..self.0.clone() }))
    }

    /// Every name a party has or had is guarded for it.
    fn examine(&self, stream: &StreamId, commits: &[Commit]) -> Result<Examined, BoxError> {
        let (folded, wrong_snapshots) = Stream::<Party>::examine(stream.clone(), commits)?;
        let party: PartyId = stream.key().parse()?;
        let guards = folded.state().keys().iter().map(|name| name_guard(name, party)).collect();
        Ok(Examined { wrong_snapshots, guards })
    }
}
