//! The deal context: registering, deciding, cancelling and listing deals. See `README.md` beside this crate.

use std::sync::Arc;

use deal_domain::{Deal, DealId, PartyId};
use directory::Directory;
use event_store::{EventStore, StreamId, Views};
use kernel::{Aggregate, Clock, IdSource, Tenant, Timer};

pub mod adapters;
mod amending;
pub mod catalogue;
pub mod commands;
pub mod config;
pub mod deal_view;
pub mod direct;
mod finding;
pub mod http;
mod importing;
pub mod ports;
pub mod projections;
pub mod queries;
pub mod reactions;
pub mod upkeep;
mod withdrawing;

/// This context's name, in keys, queues and envelopes.
pub const CONTEXT: &str = "deal";

/// What the directory of parties is called in this context's views.
pub const PARTIES: &str = "parties";

/// What every use case of this context works with.
#[derive(Clone)]
pub struct Deals {
    /// Whose deals they are.
    pub tenant: Tenant,
    /// The deals.
    pub store: EventStore,
    /// Lists of deals, and what is known of products and parties.
    pub views: Arc<dyn Views>,
    /// The inventory context, asked where its facts have not arrived yet.
    pub stock_desk: Arc<dyn ports::StockDesk>,
    /// The parties as this context knows them, with the customer context behind them.
    pub parties: Directory<PartyId>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// New identities, for correlation where a caller brought none.
    pub ids: Arc<dyn IdSource>,
    /// Waiting for a decision.
    pub timer: Arc<dyn Timer>,
}

impl Deals {
    /// The deals of a firm: whoever acts sees and touches nothing else.
    #[must_use]
    pub fn of(&self, tenant: &Tenant) -> Self {
        Self { tenant: tenant.clone(), ..self.clone() }
    }
}

impl std::fmt::Debug for Deals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Deals").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

/// The stream of a deal.
#[must_use]
pub fn deal_stream(tenant: &Tenant, deal: DealId) -> StreamId {
    StreamId::new(tenant.clone(), Deal::KIND, deal)
}
