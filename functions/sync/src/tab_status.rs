//! How the last comparison of each tab went, for people to look at. Nothing of what stands in a tab is in here.

use event_store::{BoxError, OpsItem};
use kernel::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sync_domain::Tab;

use crate::Sheets;

/// Where a tab stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TabState {
    /// It was not looked at yet.
    #[default]
    Unknown,
    /// It is as the last comparison left it: a mirror.
    Current,
    /// The spreadsheet has no such tab. It is looked for every hour and by every run.
    Missing,
    /// Something else stands above its columns: it is left alone until that is put right.
    ColumnsMoved,
    /// The last comparison did not come to its end; it is tried again.
    Failing,
}

/// How it went last.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TabStatus {
    /// Where it stands.
    pub state: TabState,
    /// When the last comparison began that came to an end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared_at: Option<Timestamp>,
    /// When something was last written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written_at: Option<Timestamp>,
    /// Rows of ours that stood there after it.
    #[serde(default)]
    pub rows: usize,
    /// Lines with content and no key of ours.
    #[serde(default)]
    pub foreign_lines: usize,
    /// What is wrong, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

fn place(sheets: &Sheets, tab: Tab) -> (String, String) {
    (format!("T#{}#SHEET-STATUS", sheets.tenant), format!("tab#{}", tab.name()))
}

/// How it went last; [`TabState::Unknown`] before anything happened.
///
/// # Errors
/// When the table does not answer.
pub async fn read(sheets: &Sheets, tab: Tab) -> Result<TabStatus, BoxError> {
    let (pk, sk) = place(sheets, tab);
    match sheets.ops.get(&pk, &sk).await? {
        Some(item) => Ok(serde_json::from_str(&item.body)?),
        None => Ok(TabStatus::default()),
    }
}

/// Notes how it went.
///
/// # Errors
/// When the table does not answer.
pub async fn note(sheets: &Sheets, tab: Tab, status: &TabStatus) -> Result<(), BoxError> {
    let (pk, sk) = place(sheets, tab);
    let body = serde_json::to_string(status)?;
    sheets.ops.put(OpsItem { pk, sk, body, expires: None }).await?;
    Ok(())
}
