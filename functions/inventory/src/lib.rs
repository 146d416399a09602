//! The inventory context: products, lots, reservations. See `README.md` beside this crate.

use std::sync::Arc;

use directory::Directory;
use event_store::{EventStore, StreamId, Views};
use inventory_domain::{PartyId, ProductId, product::Product, stock::Stock};
use kernel::{Aggregate, Clock, IdSource, Tenant};

pub mod commands;
pub mod config;
pub mod direct;
pub mod http;
mod importing;
pub mod lot_view;
pub mod product_view;
pub mod projections;
pub mod queries;
pub mod reactions;
pub mod stock_view;
pub mod upkeep;
mod withdrawing;

/// This context's name, in keys, queues and envelopes.
pub const CONTEXT: &str = "inventory";

/// What the directory of parties is called in this context's views.
pub const PARTIES: &str = "parties";

/// What every use case of this context works with.
#[derive(Clone)]
pub struct Inventory {
    /// Whose inventory it is.
    pub tenant: Tenant,
    /// Products and stocks.
    pub store: EventStore,
    /// Lists of products and lots.
    pub views: Arc<dyn Views>,
    /// The parties as this context knows them, with the customer context behind them.
    pub parties: Directory<PartyId>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// New identities, for correlation where a caller brought none.
    pub ids: Arc<dyn IdSource>,
}

impl Inventory {
    /// The inventory of a firm: whoever acts sees and touches nothing else.
    #[must_use]
    pub fn of(&self, tenant: &Tenant) -> Self {
        Self { tenant: tenant.clone(), ..self.clone() }
    }
}

impl std::fmt::Debug for Inventory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inventory").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

/// The stream of a product.
#[must_use]
pub fn product_stream(tenant: &Tenant, product: ProductId) -> StreamId {
    StreamId::new(tenant.clone(), Product::KIND, product)
}

/// The stream of a product's stock.
#[must_use]
pub fn stock_stream(tenant: &Tenant, product: ProductId) -> StreamId {
    StreamId::new(tenant.clone(), Stock::KIND, product)
}
