//! Google Sheets v4, as a service account (<https://developers.google.com/workspace/sheets/api/reference/rest>).
//!
//! A flush is one `values.get` and one `spreadsheets.batchUpdate`, which Google carries out whole or not at all. Cells are
//! written as `stringValue` and `numberValue`: a `stringValue` is text whatever it begins with, as with the input option RAW.

mod token;
mod wire;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use cloud::{OutsideAnswer, OutsideHttp, OutsideRequest};
use kernel::Clock;
use serde_json::Value;
use sync_domain::Cell;

use crate::ports::{KeySource, Place, SheetFault, Spreadsheet, Writes};
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
    /// The tab.
    pub tab: String,
}

/// A tab of a Google spreadsheet.
pub struct GoogleSheet {
    outside: Arc<OutsideHttp>,
    settings: GoogleSettings,
    tokens: Tokens,
    /// Google's number for the tab; people may delete the tab and make another of that name.
    tab_id: Mutex<Option<u64>>,
}

impl std::fmt::Debug for GoogleSheet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GoogleSheet").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl GoogleSheet {
    /// Reaches the tab with keys from `keys`. No call is made yet.
    #[must_use]
    pub fn new(
        outside: Arc<OutsideHttp>,
        settings: GoogleSettings,
        keys: Arc<dyn KeySource>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let tokens = Tokens::new(Arc::clone(&outside), keys, clock);
        Self { outside, settings, tokens, tab_id: Mutex::new(None) }
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

    /// Google's number for the tab. One call, and none while it is remembered.
    async fn tab_id(&self) -> Result<u64, SheetFault> {
        let remembered = *self.tab_id.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = remembered {
            return Ok(id);
        }
        let described = self.call("GET", &self.url("?fields=sheets.properties"), None).await?;
        let id = wire::tab_id(&described, &self.settings.tab)
            .ok_or_else(|| SheetFault::Denied(format!("there is no tab {:?}", self.settings.tab)))?;
        *self.tab_id.lock().unwrap_or_else(PoisonError::into_inner) = Some(id);
        Ok(id)
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
        400 if said().contains("Unable to parse range") => Err(SheetFault::Denied(said())),
        401 | 403 | 404 => Err(SheetFault::Denied(said())),
        408 | 500.. => Err(SheetFault::Unavailable(said().into())),
        _ => Err(SheetFault::Refused(said())),
    }
}

#[async_trait]
impl Spreadsheet for GoogleSheet {
    async fn read(&self) -> Result<Vec<Vec<Cell>>, SheetFault> {
        let range = wire::range(&self.settings.tab);
        let url = self.url(&format!("/values/{range}?valueRenderOption=UNFORMATTED_VALUE"));
        Ok(wire::lines(&self.call("GET", &url, None).await?))
    }

    async fn write(&self, writes: &Writes) -> Result<(), SheetFault> {
        let tab = self.tab_id().await?;
        let body = wire::batch(tab, writes).map_err(|error| SheetFault::Refused(error.to_string()))?;
        let outcome = self.call("POST", &self.url(":batchUpdate"), Some(body)).await;
        if let Err(SheetFault::Refused(_)) = &outcome {
            // Perhaps the tab is another one by now.
            *self.tab_id.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        outcome.map(drop)
    }

    fn place(&self) -> Place {
        Place { spreadsheet_id: self.settings.spreadsheet_id.clone(), tab: self.settings.tab.clone() }
    }
}
