//! The customer context: whom the firm sells to and buys from. See `README.md` beside this crate.

use std::sync::Arc;

use customer_domain::{NameKey, PartyId, party::Party};
use event_store::{EventStore, Guard, Ops, StreamId, Views};
use kernel::{Aggregate, Clock, IdSource, Tenant};

pub mod adapters;
pub mod card;
pub mod commands;
pub mod config;
pub mod direct;
pub mod http;
mod parties;
pub mod party_view;
pub mod personal;
pub mod ports;
pub mod projections;
pub mod queries;
pub mod reactions;
pub mod supply;
pub mod trade;
pub mod upkeep;
pub mod vault;

pub use parties::Found;

use vault::KeyRing;

/// This context's name, in keys, queues and envelopes.
pub const CONTEXT: &str = "customer";

/// What every use case of this context works with.
#[derive(Clone)]
pub struct Customers {
    /// Whose parties they are.
    pub tenant: Tenant,
    /// The parties.
    pub store: EventStore,
    /// Lists of parties, names to find them by, their deals.
    pub views: Arc<dyn Views>,
    /// Wrapped keys and the blind index.
    pub ops: Arc<dyn Ops>,
    /// The keys of personal data.
    pub keys: KeyRing,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// New identities, for correlation where a caller brought none.
    pub ids: Arc<dyn IdSource>,
}

impl Customers {
    /// The parties of a firm: whoever acts sees and touches nothing else.
    #[must_use]
    pub fn of(&self, tenant: &Tenant) -> Self {
        Self { tenant: tenant.clone(), ..self.clone() }
    }
}

impl std::fmt::Debug for Customers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Customers").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

/// The stream of a party.
#[must_use]
pub fn party_stream(tenant: &Tenant, party: PartyId) -> StreamId {
    StreamId::new(tenant.clone(), Party::KIND, party)
}

/// What makes a name belong to one party.
#[must_use]
pub fn name_guard(name: &NameKey, party: PartyId) -> Guard {
    Guard::taken(guard_key(name), party.to_string())
}

fn guard_key(name: &NameKey) -> String {
    format!("party-name#{name}")
}
