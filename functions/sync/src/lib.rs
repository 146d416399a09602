//! The sync context: deals as rows of the firm's spreadsheet. See `README.md` beside this crate.

use std::sync::Arc;

use event_store::{EventStore, Ops, StreamId, Views};
use kernel::{Actor, Aggregate, Clock, CorrelationId, IdSource, Provenance, Tenant};
use resilience::{Breaker, BreakerSettings, Limiter, Rate};
use sync_domain::{Connection, DealId, DealRows, Policy};

pub mod adapters;
pub mod catalogue;
pub mod commands;
pub mod config;
pub mod conflict_view;
pub mod direct;
pub mod hook;
pub mod http;
pub mod ports;
pub mod projections;
pub mod queries;
pub mod reactions;
pub mod row_view;
pub mod status;
pub mod tab_status;
pub mod upkeep;
pub mod worker;

/// This context's name, in keys, queues and envelopes.
pub const CONTEXT: &str = "sync";

/// The one connection there is: its name in paths, queues and keys.
pub const CONNECTION: &str = "main";

/// When the breaker of the spreadsheet opens: Google asks to be left alone for a minute at most, and a flush that failed costs
/// nobody anything but time.
pub const BREAKER: BreakerSettings =
    BreakerSettings { threshold: 5, open_ms: 15_000, longest_open_ms: 300_000, probe_ms: 30_000 };

/// Calls that write: at most 50 in any minute, ten of them at once. Google counts 60 a minute and user
/// (<https://developers.google.com/workspace/sheets/api/limits>); the rest is left to people who use the same account.
pub const WRITES: Rate = Rate { burst: 10, every_ms: 1_500 };

/// What every use case of this context works with.
#[derive(Clone)]
pub struct Sheets {
    /// Whose rows they are.
    pub tenant: Tenant,
    /// The rows and the connection.
    pub store: EventStore,
    /// Lists of rows, and what is known of products.
    pub views: Arc<dyn Views>,
    /// When calls were written, and how the last ones went.
    pub ops: Arc<dyn Ops>,
    /// The spreadsheet.
    pub spreadsheet: Arc<dyn ports::Spreadsheet>,
    /// The queue of what has to be done in the spreadsheet, one thing of a group at a time.
    pub work: Arc<dyn ports::WorkQueue>,
    /// The tabs of the same spreadsheet that mirror what other contexts have.
    pub tabs: Arc<dyn ports::Tabs>,
    /// What those contexts have.
    pub listings: Arc<dyn ports::Listings>,
    /// The inventory context, asked where its facts have not arrived yet.
    pub products: Arc<dyn ports::ProductDesk>,
    /// The deal context, asked to take what people typed.
    pub deals: Arc<dyn ports::DealDesk>,
    /// Whether the spreadsheet is called at all.
    pub breaker: Breaker,
    /// How often it is written to.
    pub limiter: Limiter,
    /// Whose word counts where people changed a cell, until somebody has chosen for the connection.
    pub policy: Policy,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// New identities.
    pub ids: Arc<dyn IdSource>,
}

impl Sheets {
    /// The rows of a firm: whoever acts sees and touches nothing else.
    #[must_use]
    pub fn of(&self, tenant: &Tenant) -> Self {
        Self { tenant: tenant.clone(), ..self.clone() }
    }

    /// The same, where the policy that was chosen for the connection decides.
    pub(crate) fn under(&self, connection: &Connection) -> Self {
        Self { policy: connection.policy.unwrap_or(self.policy), ..self.clone() }
    }

    /// Where what this context does by itself comes from.
    pub(crate) fn by_itself(&self, correlation: CorrelationId) -> Provenance {
        Provenance {
            tenant: self.tenant.clone(),
            actor: Actor::system(CONTEXT),
            correlation,
            causation: None,
            traceparent: None,
        }
    }
}

impl std::fmt::Debug for Sheets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sheets").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

/// Who people are that type into the sheet: Google does not tell.
pub(crate) fn sheet_actor() -> Actor {
    Actor::system("sheet")
}

/// The stream of the rows of a deal.
#[must_use]
pub fn rows_stream(tenant: &Tenant, deal: DealId) -> StreamId {
    StreamId::new(tenant.clone(), DealRows::KIND, deal)
}

/// The stream of the connection.
#[must_use]
pub fn connection_stream(tenant: &Tenant) -> StreamId {
    StreamId::new(tenant.clone(), Connection::KIND, CONNECTION)
}
