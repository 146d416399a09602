//! Google Sheets v4, as a service account (<https://developers.google.com/workspace/sheets/api/reference/rest>).
//!
//! A flush, and a comparison of a tab, is one `values.get` and one `spreadsheets.batchUpdate`, which Google carries out whole or not at all. Cells are
//! written as `stringValue` and `numberValue`: a `stringValue` is text whatever it begins with, as with the input option RAW.

mod token;
mod wire;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use cloud::{OutsideAnswer, OutsideHttp, OutsideRequest};
use kernel::Clock;
use serde_json::Value;
use sync_domain::mirror::TabPlan;
use sync_domain::{Cell, Tab};

use crate::ports::{KeySource, Place, SheetFault, Spreadsheet, Tabs, Writes};
use token::Tokens;

/// How long a call may take. Google asks for patience up to 180 s, a function has 15: what takes longer is looked at again.
const CALL_TIMEOUT: Duration = Duration::from_secs(8);

/// Which tab of which spreadsheet, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoogleSettings {
    /// Where the API is: `https://sheets.googleapis.com`.
    pub sheets_url: String,
    /// The spreadsheet, as its address has it.
    pub spreadsheet_id: String,
    /// The tab of deals.
    pub tab: String,
}

/// The tabs of a Google spreadsheet.
pub struct GoogleSheet {
    outside: Arc<OutsideHttp>,
    settings: GoogleSettings,
    tokens: Tokens,
    /// Google's numbers for tabs, by name; people may delete a tab and make another of that name.
    tab_ids: Mutex<BTreeMap<String, u64>>,
}

impl std::fmt::Debug for GoogleSheet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GoogleSheet").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl GoogleSheet {
    /// Reaches the spreadsheet with keys from `keys`. No call is made yet.
    #[must_use]
    pub fn new(
        outside: Arc<OutsideHttp>,
        settings: GoogleSettings,
        keys: Arc<dyn KeySource>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let tokens = Tokens::new(Arc::clone(&outside), keys, clock);
        Self { outside, settings, tokens, tab_ids: Mutex::default() }
    }

    fn url(&self, rest: &str) -> String {
        format!("{}/v4/spreadsheets/{}{rest}", self.settings.sheets_url, self.settings.spreadsheet_id)
    }

    async fn call(&self, method: &'static str, url: &str, body: Option<String>) -> Result<Value, SheetFault> {
        let token = self.tokens.current().await?;
        let request = OutsideRequest {
            method,
            url: url.to_owned(),
            headers: vec![
                ("authorization", format!("Bearer {token}")),
                ("content-type", "application/json".to_owned()),
            ],
            body: body.unwrap_or_default().into_bytes(),
            timeout: CALL_TIMEOUT,
        };
        let answer =
            self.outside.send(request).await.map_err(|error| SheetFault::Unavailable(error.into()))?;
        if answer.status == 401 {
            self.tokens.forget();
        }
        read(&answer)
    }

    /// Google's number for a tab. One call, and none while it is remembered.
    async fn tab_id(&self, title: &str) -> Result<u64, SheetFault> {
        let remembered = self.tab_ids.lock().unwrap_or_else(PoisonError::into_inner).get(title).copied();
        if let Some(id) = remembered {
            return Ok(id);
        }
        let described = self.call("GET", &self.url("?fields=sheets.properties"), None).await?;
        let id = wire::tab_id(&described, title)
            .ok_or_else(|| SheetFault::NoTab(format!("there is no tab {title:?}")))?;
        self.tab_ids.lock().unwrap_or_else(PoisonError::into_inner).insert(title.to_owned(), id);
        Ok(id)
    }

    /// The cells of these columns of a tab.
    async fn values(&self, title: &str, columns: &str) -> Result<Vec<Vec<Cell>>, SheetFault> {
        let range = wire::range(title, columns);
        let url = self.url(&format!("/values/{range}?valueRenderOption=UNFORMATTED_VALUE"));
        Ok(wire::lines(&self.call("GET", &url, None).await?))
    }

    /// Sends the body that `batch` makes for the number of a tab.
    async fn update(
        &self,
        title: &str,
        batch: impl FnOnce(u64) -> Result<String, serde_json::Error>,
    ) -> Result<(), SheetFault> {
        let tab = self.tab_id(title).await?;
        let body = batch(tab).map_err(|error| SheetFault::Refused(error.to_string()))?;
        let outcome = self.call("POST", &self.url(":batchUpdate"), Some(body)).await;
        if let Err(SheetFault::Refused(_)) = &outcome {
            // Perhaps the tab is another one by now.
            self.tab_ids.lock().unwrap_or_else(PoisonError::into_inner).remove(title);
        }
        outcome.map(drop)
    }
}

/// The body of an answer that went well; the fault that another one is.
fn read(answer: &OutsideAnswer) -> Result<Value, SheetFault> {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    let said = || {
        let message = body.pointer("/error/message").and_then(Value::as_str);
        format!("{} {}", answer.status, message.unwrap_or("without a message"))
    };
    match answer.status {
        200..=299 if body.is_object() => Ok(body),
        200..=299 => Err(SheetFault::Unavailable("the answer is no JSON object".into())),
        429 => Err(SheetFault::Limited {
            retry_after_ms: answer.retry_after_s.map(|seconds| u64::from(seconds).saturating_mul(1_000)),
        }),
        // A range that cannot be parsed is a tab that is not there.
        400 if said().contains("Unable to parse range") => Err(SheetFault::NoTab(said())),
        401 | 403 | 404 => Err(SheetFault::Denied(said())),
        408 | 500.. => Err(SheetFault::Unavailable(said().into())),
        _ => Err(SheetFault::Refused(said())),
    }
}

#[async_trait]
impl Spreadsheet for GoogleSheet {
    async fn read(&self) -> Result<Vec<Vec<Cell>>, SheetFault> {
        self.values(&self.settings.tab, "A:N").await
    }

    async fn write(&self, writes: &Writes) -> Result<(), SheetFault> {
        self.update(&self.settings.tab, |tab| wire::batch(tab, writes)).await
    }

    fn place(&self) -> Place {
        Place { spreadsheet_id: self.settings.spreadsheet_id.clone(), tab: self.settings.tab.clone() }
    }
}

#[async_trait]
impl Tabs for GoogleSheet {
    /// Far to the right of our columns too: a line beside which people wrote something is not deleted.
    async fn read_tab(&self, tab: Tab) -> Result<Vec<Vec<Cell>>, SheetFault> {
        self.values(tab.title(), "A:ZZ").await
    }

    async fn write_tab(&self, tab: Tab, plan: &TabPlan) -> Result<(), SheetFault> {
        self.update(tab.title(), |id| wire::tab_batch(id, plan)).await
    }
}
