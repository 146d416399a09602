//! What this context needs from outside besides its own tables.

mod tabs;

use async_trait::async_trait;
use event_store::BoxError;
use kernel::{Actor, CorrelationId, Tenant, Timestamp};
use resilience::{FaultClass, Report};
use serde::{Deserialize, Serialize};
use sync_domain::amendment::Amendment;
use sync_domain::{Cell, Column, DealId, ProductId, ProductWords, RowKey, RunId, Tab};

use crate::CONNECTION;

pub use tabs::{Listed, Listings, Role, Tabs};

/// Why a call to the spreadsheet had no effect, or may have had none.
#[derive(Debug, thiserror::Error)]
pub enum SheetFault {
    /// No answer, or a server fault. What a write did is unknown: whoever tries again reads first.
    #[error("the spreadsheet did not answer")]
    Unavailable(#[source] BoxError),
    /// Too many calls; nothing was done.
    #[error("the spreadsheet takes no more calls for now")]
    Limited {
        /// When to come back, where it said so.
        retry_after_ms: Option<u64>,
    },
    /// There is no tab of that name. Nothing was done.
    #[error("the spreadsheet cannot be used: {0}")]
    NoTab(String),
    /// Somebody has to set something right: the key, the sharing, the columns. Nothing was done.
    #[error("the spreadsheet cannot be used: {0}")]
    Denied(String),
    /// The call makes no sense to it, and never will. Nothing was done.
    #[error("the spreadsheet refused the call: {0}")]
    Refused(String),
}

impl SheetFault {
    /// What it says about the next call.
    #[must_use]
    pub const fn class(&self) -> FaultClass {
        match self {
            Self::Unavailable(_) => FaultClass::Transient,
            Self::Limited { retry_after_ms } => FaultClass::Rate { retry_after_ms: *retry_after_ms },
            Self::NoTab(_) | Self::Denied(_) => FaultClass::Config,
            Self::Refused(_) => FaultClass::Permanent,
        }
    }

    /// What it says about the provider.
    #[must_use]
    pub fn report(&self) -> Report {
        match self {
            Self::Unavailable(_) | Self::Limited { .. } => Report::Fails(self.to_string()),
            Self::NoTab(_) | Self::Denied(_) => Report::Broken(self.to_string()),
            Self::Refused(_) => Report::Works,
        }
    }
}

/// What is to be written at once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Writes {
    /// Lines to add below everything, from A on.
    pub append: Vec<Vec<Cell>>,
    /// Keys to put into the first column: line number from 1, key.
    pub keys: Vec<(u32, RowKey)>,
    /// Cells to replace: line number from 1, column, content.
    pub update: Vec<(u32, Column, Cell)>,
    /// Notes to put at cells, for whoever opens them: line number from 1, column, text; an empty one takes the note away.
    pub notes: Vec<(u32, Column, String)>,
}

impl Writes {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.append.is_empty() && self.keys.is_empty() && self.update.is_empty() && self.notes.is_empty()
    }

    /// Adds other writes behind these.
    pub fn extend(&mut self, other: &Self) {
        self.append.extend(other.append.iter().cloned());
        self.keys.extend(other.keys.iter().copied());
        self.update.extend(other.update.iter().cloned());
        self.notes.extend(other.notes.iter().cloned());
    }

    /// How many cells change; notes are beside them.
    #[must_use]
    pub fn cells(&self) -> usize {
        let appended: usize = self.append.iter().map(Vec::len).sum();
        appended.saturating_add(self.keys.len()).saturating_add(self.update.len())
    }
}

/// The tab that shows deals.
#[async_trait]
pub trait Spreadsheet: Send + Sync {
    /// All lines of the tab from A to N, the first one first; trailing empty cells and lines may be missing.
    async fn read(&self) -> Result<Vec<Vec<Cell>>, SheetFault>;

    /// Carries out all writes or none, in one call. Text must be stored as it is and never be computed.
    async fn write(&self, writes: &Writes) -> Result<(), SheetFault>;

    /// What people know it by.
    fn place(&self) -> Place;
}

/// Where a tab is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The identity of the spreadsheet, as its address has it; empty when none is configured.
    pub spreadsheet_id: String,
    /// The name of the tab.
    pub tab: String,
}

/// Something to do in the spreadsheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "work", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Work {
    /// Write the rows that wait.
    Flush,
    /// Look at what people did.
    Pull,
    /// Look at every row again, some at a time.
    Run {
        /// Which run.
        run_id: RunId,
        /// Whether rows that are held go in too.
        release: bool,
        /// Whether rows that people deleted are written again.
        #[serde(default)]
        restore: bool,
        /// The position of the last row that was looked at; the beginning when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<event_store::Position>,
    },
    /// Compare a tab with what it mirrors, and write what differs.
    Mirror {
        /// Which tab.
        tab: Tab,
        /// A comparison that began before does not count, and none begins before.
        due: Timestamp,
    },
}

impl Work {
    /// What it is done in order with: work of other groups goes on beside it. One group for deals, one for each tab that mirrors.
    #[must_use]
    pub const fn group(&self) -> &'static str {
        match self {
            Self::Flush | Self::Pull | Self::Run { .. } => CONNECTION,
            Self::Mirror { tab, .. } => tab.name(),
        }
    }
}

/// A queue whose messages of one group are handled strictly one after the other.
#[async_trait]
pub trait WorkQueue: Send + Sync {
    /// Asks for something to be done. The same key again within minutes may be dropped, and must be harmless otherwise.
    async fn ask(&self, work: &Work, key: &str) -> Result<(), BoxError>;

    /// Lets the message of this receipt, and all of its group behind it, wait so long before it comes again.
    async fn later(&self, receipt: &str, wait_ms: u64) -> Result<(), BoxError>;
}

/// The inventory context, asked directly. Off the usual path: products are known from published facts.
#[async_trait]
pub trait ProductDesk: Send + Sync {
    /// What a product is called now. Must return `None` when there is no such product.
    async fn words(&self, product: ProductId) -> Result<Option<ProductWords>, BoxError>;
}

/// A change of a deal's terms that people made in its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amending {
    /// Whose deal.
    pub tenant: Tenant,
    /// Which deal.
    pub deal: DealId,
    /// Who changed it.
    pub actor: Actor,
    /// What it belongs to.
    pub correlation: CorrelationId,
    /// Makes it recognizable when it comes again.
    pub key: String,
    /// What the row showed before.
    pub seen: Amendment,
    /// What people typed.
    pub terms: Amendment,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amended {
    /// The deal took it, or was changed by somebody else first: it now stands like this.
    Stands {
        /// Version of the deal.
        version: u64,
        /// The deal, in the shape of the fact `deal.amended`.
        deal: serde_json::Value,
        /// Whether it took it; otherwise somebody else was first.
        taken: bool,
    },
    /// The deal does not take it, for this reason.
    Refused(String),
}

/// The deal context, asked directly to take what people typed.
#[async_trait]
pub trait DealDesk: Send + Sync {
    /// Amends a deal that still reads as `seen` says. The same key again must be answered and not done again.
    async fn amend(&self, amending: &Amending) -> Result<Amended, BoxError>;
}

/// Where a secret lies.
#[async_trait]
pub trait KeySource: Send + Sync {
    /// The secret: of the service account its key file, JSON as Google hands it out.
    async fn key(&self) -> Result<String, BoxError>;
}
