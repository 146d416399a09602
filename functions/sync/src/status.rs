//! How the last dealings with the spreadsheet went, for people to look at.

use event_store::{BoxError, OpsItem};
use kernel::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{CONNECTION, Sheets};

/// How it went last.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// When a flush last went through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flushed_at: Option<Timestamp>,
    /// When it last did not, if that was later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_at: Option<Timestamp>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

fn place(sheets: &Sheets) -> (String, String) {
    (format!("T#{}#SHEET-STATUS", sheets.tenant), CONNECTION.to_owned())
}

/// How it went last; empty before anything happened.
///
/// # Errors
/// When the table does not answer.
pub async fn read(sheets: &Sheets) -> Result<Status, BoxError> {
    let (pk, sk) = place(sheets);
    match sheets.ops.get(&pk, &sk).await? {
        Some(item) => Ok(serde_json::from_str(&item.body)?),
        None => Ok(Status::default()),
    }
}

/// Notes how it went: `None` when well, else why not.
///
/// # Errors
/// When the table does not answer.
pub async fn note(sheets: &Sheets, fault: Option<String>) -> Result<(), BoxError> {
    let now = sheets.clock.now();
    let status = match fault {
        None => Status { flushed_at: Some(now), failed_at: None, fault: None },
        Some(fault) => Status { failed_at: Some(now), fault: Some(fault), ..read(sheets).await? },
    };
    let (pk, sk) = place(sheets);
    let body = serde_json::to_string(&status)?;
    sheets.ops.put(OpsItem { pk, sk, body, expires: None }).await?;
    Ok(())
}
