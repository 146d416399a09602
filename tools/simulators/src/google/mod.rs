//! Google, as far as a service account that keeps a spreadsheet can tell: the OAuth token endpoint
//! (<https://developers.google.com/identity/protocols/oauth2/service-account>) and Sheets v4
//! (<https://developers.google.com/workspace/sheets/api/reference/rest>).
//!
//! | request | answer |
//! |---|---|
//! | `POST /google/token` | an access token for a signed assertion, or an error with the real one's words |
//! | `… /google/v4/spreadsheets/{id}…` | `get`, `batchUpdate`, and `values` `get`, `update`, `append`, `batchGet`, `batchUpdate` |
//! | `GET`, `PUT /_sim/sheets/settings` | the quotas ([`Settings`]) |
//! | `GET /_sim/sheets/calls` | how many reads, writes and tokens were asked for, and how many were refused |
//! | `GET /_sim/sheets` | the spreadsheets: `[{id, access, tabs: [{id, title, rowCount, columnCount}]}]` |
//! | `PUT /_sim/sheets/{id}` | `{tabs: {name: [[cell]]}, access?}`: replaces a spreadsheet |
//! | `GET`, `POST …`, `PUT …`, `DELETE …` below `/_sim/sheets/{id}/tabs/{tab}` | what people do in a tab (`people.rs`) |
//! | `DELETE /_sim/sheets` | back to one sheet of the firm, `sim-sheet`, with nothing but headers in its five tabs |
//!
//! A cell holds text, a number or a truth; there are no formulas, and `USER_ENTERED` is refused, because nothing here may
//! ever ask for it. The one service account is in `service-account.json`: its key opens nothing but this simulator.

mod a1;
mod batch;
mod error;
mod grid;
mod oauth;
mod people;
mod values;
mod wire;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::routing::{any, delete, get, post, put};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::Instant;

pub use oauth::service_account;

use crate::faults::Faults;
use error::GoogleError;
use grid::Tab;

/// The spreadsheet that is there from the beginning.
pub const SPREADSHEET: &str = "sim-sheet";
/// What the firm has above its columns, from A on.
const HEADERS: [&str; 13] = [
    "",
    "Date",
    "Sale Party",
    "Quantity Sold",
    "Sale Rate",
    "Delivery Terms",
    "Product Code",
    "Grade",
    "Company",
    "Specific Grade",
    "Purchase Party",
    "Purchase Quantity",
    "Purchase Rate",
];

/// The firm's other tabs, each with the lines that are there from the beginning.
const TABS: [(u32, &str, &[&[&str]]); 4] = [
    (
        1,
        "Inventory",
        &[&[
            "",
            "Product Code",
            "Grade",
            "Company",
            "Specific Grade",
            "Quantity",
            "Rate",
            "Supplier",
            "Date Added",
        ]],
    ),
    (
        2,
        "Product Database",
        &[
            &["", "Product Database"],
            &[],
            &["", "Product Code", "Grade", "Company", "Specific Grade", "Added At"],
        ],
    ),
    (3, "Sale Parties", &[&["Id", "Name", "Contact", "Phone", "Email", "Address"]]),
    (4, "Purchase Parties", &[&["Id", "Name", "Contact", "Phone", "Email", "Address"]]),
];

/// The quotas, per minute and user (<https://developers.google.com/workspace/sheets/api/limits>).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Settings {
    /// Calls that read.
    pub reads_per_minute: u32,
    /// Calls that write.
    pub writes_per_minute: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { reads_per_minute: 60, writes_per_minute: 60 }
    }
}

/// What the service account may do with a spreadsheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Access {
    /// It was not shared with it.
    None,
    /// Look.
    Read,
    /// Look and write.
    #[default]
    Write,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Spreadsheet {
    tabs: Vec<Tab>,
    access: Access,
}

/// Calls of one kind within a minute.
#[derive(Debug, Default)]
struct Quota {
    window: Option<(Instant, u32)>,
}

impl Quota {
    /// Whether one more call is within the limit; the minute begins with its first call.
    fn takes(&mut self, limit: u32) -> bool {
        let now = Instant::now();
        let (since, count) = match self.window {
            Some((since, count)) if now.duration_since(since) < Duration::from_secs(60) => (since, count),
            _ => (now, 0),
        };
        let fits = count < limit;
        self.window = Some((since, count + u32::from(fits)));
        fits
    }
}

/// How often what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
struct Calls {
    tokens: u64,
    reads: u64,
    writes: u64,
    refused: u64,
}

#[derive(Debug)]
struct State {
    settings: Settings,
    spreadsheets: BTreeMap<String, Spreadsheet>,
    tokens: BTreeSet<String>,
    reads: Quota,
    writes: Quota,
    calls: Calls,
}

impl Default for State {
    fn default() -> Self {
        let line = |texts: &[&str]| -> Vec<Value> {
            texts.iter().map(|text| if text.is_empty() { Value::Null } else { json!(text) }).collect()
        };
        let main = Tab::new(0, "Main", vec![line(&HEADERS)]);
        let others = TABS
            .map(|(id, title, lines)| Tab::new(id, title, lines.iter().map(|texts| line(texts)).collect()));
        let sheet =
            Spreadsheet { tabs: std::iter::once(main).chain(others).collect(), access: Access::Write };
        Self {
            settings: Settings::default(),
            spreadsheets: BTreeMap::from([(SPREADSHEET.to_owned(), sheet)]),
            tokens: BTreeSet::new(),
            reads: Quota::default(),
            writes: Quota::default(),
            calls: Calls::default(),
        }
    }
}

/// The provider's side.
#[derive(Debug, Clone, Default)]
struct World {
    state: Arc<Mutex<State>>,
}

impl World {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The spreadsheet, for a caller who may read or write it and has quota left.
    fn open(&mut self, id: &str, writes: bool) -> Result<&mut Spreadsheet, GoogleError> {
        let within = if writes {
            self.writes.takes(self.settings.writes_per_minute)
        } else {
            self.reads.takes(self.settings.reads_per_minute)
        };
        if !within {
            self.calls.refused += 1;
            return Err(GoogleError::quota(writes));
        }
        self.calls.writes += u64::from(writes);
        self.calls.reads += u64::from(!writes);
        let sheet = self.spreadsheets.get_mut(id).ok_or_else(GoogleError::not_found)?;
        match sheet.access {
            Access::None => Err(GoogleError::forbidden()),
            Access::Read if writes => Err(GoogleError::forbidden()),
            Access::Read | Access::Write => Ok(sheet),
        }
    }
}

/// The provider behind its fault switches, and the routes for tests.
pub fn router() -> Router {
    let world = World::default();
    let provider = Router::new()
        .route("/google/token", post(oauth::token))
        .route("/google/v4/spreadsheets/{*rest}", any(wire::call))
        .with_state(world.clone());
    let people = Router::new()
        .route("/_sim/sheets", get(people::list).delete(people::forget))
        .route("/_sim/sheets/settings", get(people::settings).put(people::set))
        .route("/_sim/sheets/calls", get(people::calls))
        .route("/_sim/sheets/{id}", put(people::replace))
        .route("/_sim/sheets/{id}/tabs/{tab}", get(people::read))
        .route("/_sim/sheets/{id}/tabs/{tab}/notes", get(people::notes))
        .route("/_sim/sheets/{id}/tabs/{tab}/sort", post(people::sort))
        .route("/_sim/sheets/{id}/tabs/{tab}/rows", post(people::insert))
        .route("/_sim/sheets/{id}/tabs/{tab}/rows/{number}", delete(people::remove))
        .route("/_sim/sheets/{id}/tabs/{tab}/cells/{cell}", put(people::edit))
        .with_state(world);
    Faults::default().around("sheets", provider).merge(people)
}
