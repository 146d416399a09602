use event_store::BoxError;
use kernel::Timestamp;
use resilience::BreakerState;
use schemars::JsonSchema;
use serde::Serialize;
use sync_domain::{Connection, Policy, Tab};

use crate::status::Status;
use crate::tab_status::TabStatus;
use crate::{CONNECTION, Sheets, connection_stream, status, tab_status};

/// A connection to a spreadsheet.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionView {
    /// Its name in paths.
    pub id: &'static str,
    /// The identity of the spreadsheet, as its address has it; empty when none is configured.
    pub spreadsheet_id: String,
    /// The name of the tab of deals.
    pub tab: String,
    /// Whose word counts where people changed a cell.
    pub policy: Policy,
    /// Whether nothing is written until it is resumed.
    pub paused: bool,
    /// Since when, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused_at: Option<Timestamp>,
    /// `closed`: it is called. `open`: it is left alone for a while. `half-open`: one call is on its way to see.
    pub breaker: &'static str,
    /// How it went last.
    #[serde(flatten)]
    pub status: Status,
    /// The tabs that mirror stock, products and parties.
    pub tabs: Vec<TabView>,
}

/// A tab that mirrors what the database has.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TabView {
    /// Which one.
    pub id: Tab,
    /// What people call it.
    pub tab: &'static str,
    /// How its last comparison went.
    #[serde(flatten)]
    pub status: TabStatus,
}

/// The connection as it is.
///
/// # Errors
/// When own tables do not answer.
pub async fn connection(sheets: &Sheets) -> Result<ConnectionView, BoxError> {
    let stream = sheets.store.load::<Connection>(&connection_stream(&sheets.tenant)).await?;
    let place = sheets.spreadsheet.place();
    let paused_at = stream.state().paused_at;
    let mut tabs = Vec::with_capacity(Tab::ALL.len());
    for tab in Tab::ALL {
        let status = tab_status::read(sheets, tab).await?;
        tabs.push(TabView { id: tab, tab: tab.title(), status });
    }
    Ok(ConnectionView {
        id: CONNECTION,
        spreadsheet_id: place.spreadsheet_id,
        tab: place.tab,
        policy: sheets.under(stream.state()).policy,
        paused: paused_at.is_some(),
        paused_at,
        breaker: match sheets.breaker.state().await? {
            BreakerState::Closed { .. } => "closed",
            BreakerState::Open { .. } => "open",
            BreakerState::HalfOpen { .. } => "half-open",
        },
        status: status::read(sheets).await?,
        tabs,
    })
}
