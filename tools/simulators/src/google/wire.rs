//! Which method of the Sheets API a request is. The methods' names hang on paths after a colon, so they are told apart here.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Query, State as Extracted};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, Method, header};
use serde_json::{Value, json};

use super::error::GoogleError;
use super::{Spreadsheet, World, batch, values};

/// The query string, in which a name may come more than once.
pub(super) type Params = Vec<(String, String)>;

/// The first value of a parameter.
pub(super) fn param<'p>(params: &'p Params, name: &str) -> Option<&'p str> {
    params.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

pub(super) async fn call(
    Extracted(world): Extracted<World>,
    method: Method,
    Path(rest): Path<String>,
    Query(params): Query<Params>,
    headers: HeaderMap,
    body: String,
) -> Response {
    match answer(&world, &method, &rest, &params, &headers, &body) {
        Ok(body) => Json(body).into_response(),
        Err(error) => error.into_response(),
    }
}

fn answer(
    world: &World,
    method: &Method,
    rest: &str,
    params: &Params,
    headers: &HeaderMap,
    body: &str,
) -> Result<Value, GoogleError> {
    let mut state = world.lock();
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if !token
        .and_then(|value| value.strip_prefix("Bearer "))
        .is_some_and(|token| state.tokens.contains(token))
    {
        return Err(GoogleError::unauthenticated());
    }
    let body: Value = if body.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(body).map_err(|_| GoogleError::invalid("Invalid JSON payload received."))?
    };
    let get = method == Method::GET;
    let post = method == Method::POST;
    let (id, below) = rest.split_once('/').map_or((rest, None), |(id, below)| (id, Some(below)));
    match below {
        None => match id.split_once(':') {
            None if get => Ok(described(id, state.open(id, false)?)),
            Some((id, "batchUpdate")) if post => batch::update(id, state.open(id, true)?, &body),
            _ => Err(GoogleError::not_simulated(rest)),
        },
        Some("values:batchGet") if get => values::batch_get(id, state.open(id, false)?, params),
        Some("values:batchUpdate") if post => values::batch_update(id, state.open(id, true)?, &body),
        Some(below) => {
            let range = below.strip_prefix("values/").ok_or_else(|| GoogleError::not_simulated(rest))?;
            match range.strip_suffix(":append") {
                Some(range) if post => values::append(id, state.open(id, true)?, range, params, &body),
                None if get => values::get(state.open(id, false)?, range, params),
                None if method == Method::PUT => {
                    values::update(id, state.open(id, true)?, range, params, &body)
                }
                _ => Err(GoogleError::not_simulated(rest)),
            }
        }
    }
}

/// `spreadsheets.get`, without cells.
fn described(id: &str, sheet: &Spreadsheet) -> Value {
    let tabs: Vec<Value> = (0_u32..)
        .zip(&sheet.tabs)
        .map(|(index, tab)| {
            json!({ "properties": {
                "sheetId": tab.id, "title": tab.title, "index": index, "sheetType": "GRID",
                "gridProperties": { "rowCount": tab.row_count, "columnCount": tab.column_count },
            }})
        })
        .collect();
    let properties: BTreeMap<&str, &str> =
        [("title", "Simulated sheet"), ("locale", "en_US"), ("timeZone", "Asia/Kolkata")].into();
    json!({ "spreadsheetId": id, "properties": properties, "sheets": tabs })
}
