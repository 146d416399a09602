use async_trait::async_trait;
use event_store::{BoxError, Position};
use kernel::Tenant;
use sync_domain::mirror::{ListedLot, ListedParty, ListedProduct, TabPlan};
use sync_domain::{Cell, Tab};

use super::SheetFault;

/// The tabs that mirror what other contexts have.
#[async_trait]
pub trait Tabs: Send + Sync {
    /// All lines of a tab with everything that stands in them, the first one first; trailing empty cells and lines may be
    /// missing. Must answer [`SheetFault::NoTab`] when there is no such tab.
    async fn read_tab(&self, tab: Tab) -> Result<Vec<Vec<Cell>>, SheetFault>;

    /// Carries out all of a plan or none, in one call. Text must be stored as it is and never be computed.
    async fn write_tab(&self, tab: Tab, plan: &TabPlan) -> Result<(), SheetFault>;
}

/// What a party is to the firm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Buys from it.
    Customer,
    /// Sells to it.
    Supplier,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// Its entries.
    pub rows: Vec<T>,
    /// Where to go on; `None` on the last page. A page may be empty and still have a next one.
    pub next: Option<Position>,
}

/// The lists of other contexts, asked directly, page by page. What is told of parties is personal: no error may quote it.
#[async_trait]
pub trait Listings: Send + Sync {
    /// Products that are traded.
    async fn products(
        &self,
        tenant: &Tenant,
        after: Option<Position>,
    ) -> Result<Listed<ListedProduct>, BoxError>;

    /// Lots of which something is available.
    async fn lots(&self, tenant: &Tenant, after: Option<Position>) -> Result<Listed<ListedLot>, BoxError>;

    /// Active parties with this role. Must leave out merged and erased ones.
    async fn parties(
        &self,
        tenant: &Tenant,
        role: Role,
        after: Option<Position>,
    ) -> Result<Listed<ListedParty>, BoxError>;
}
