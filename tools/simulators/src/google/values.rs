//! `spreadsheets.values`: `get`, `batchGet`, `update`, `append`, `batchUpdate`.

use serde_json::{Value, json};

use super::Spreadsheet;
use super::a1::{self, Range};
use super::error::GoogleError;
use super::grid::Tab;
use super::wire::{Params, param};

/// The range and the position of its tab.
fn located(sheet: &Spreadsheet, text: &str) -> Result<(usize, Range), GoogleError> {
    let unknown = || GoogleError::invalid(format!("Unable to parse range: {text}"));
    let tab = |name: &str| sheet.tabs.iter().position(|tab| tab.title == name);
    let range = a1::parse(text, |name| tab(name).is_some()).ok_or_else(unknown)?;
    let index = range.tab.as_deref().map_or(Some(0), tab).ok_or_else(unknown)?;
    Ok((index, range))
}

fn value_range(tab: &Tab, range: &Range, params: &Params) -> Result<Value, GoogleError> {
    if range.rows.0 >= tab.row_count {
        let named = tab.name(range);
        return Err(GoogleError::invalid(format!(
            "Range ({named}) exceeds grid limits. Max rows: {}",
            tab.row_count
        )));
    }
    let formatted = match param(params, "valueRenderOption") {
        None | Some("FORMATTED_VALUE") => true,
        Some("UNFORMATTED_VALUE") => false,
        Some(other) => return Err(GoogleError::not_simulated(other)),
    };
    let values = tab.read(range, formatted);
    let mut answer = json!({ "range": tab.name(range), "majorDimension": "ROWS" });
    if !values.is_empty() {
        answer["values"] = json!(values);
    }
    Ok(answer)
}

pub(super) fn get(sheet: &Spreadsheet, range: &str, params: &Params) -> Result<Value, GoogleError> {
    let (index, range) = located(sheet, range)?;
    value_range(&sheet.tabs[index], &range, params)
}

pub(super) fn batch_get(id: &str, sheet: &Spreadsheet, params: &Params) -> Result<Value, GoogleError> {
    let ranges =
        params.iter().filter(|(name, _)| name == "ranges").map(|(_, range)| get(sheet, range, params));
    let ranges = ranges.collect::<Result<Vec<_>, _>>()?;
    Ok(json!({ "spreadsheetId": id, "valueRanges": ranges }))
}

/// Values go in as they are: text stays text.
fn raw(option: Option<&str>) -> Result<(), GoogleError> {
    match option {
        Some("RAW") => Ok(()),
        Some("USER_ENTERED") => Err(GoogleError::not_simulated("USER_ENTERED")),
        _ => Err(GoogleError::invalid("'valueInputOption' is required but not specified")),
    }
}

fn rows_of(body: &Value) -> Result<Vec<Vec<Value>>, GoogleError> {
    let rows: Vec<Vec<Value>> = serde_json::from_value(body["values"].clone())
        .map_err(|_| GoogleError::invalid("Invalid value at 'data.values'"))?;
    let plain = |cell: &Value| !cell.is_array() && !cell.is_object();
    if rows.iter().flatten().all(plain) {
        Ok(rows)
    } else {
        Err(GoogleError::invalid("Invalid data[0]: Invalid values[0][0]: struct_value"))
    }
}

/// Writes from the upper left corner of a range on; `null` leaves a cell alone.
fn write(tab: &mut Tab, range: &Range, rows: Vec<Vec<Value>>) -> Result<Value, GoogleError> {
    let height = rows.len();
    let width = rows.iter().map(Vec::len).max().unwrap_or_default();
    let fits = |(from, to): (usize, Option<usize>), size: usize| to.is_none_or(|to| size <= to - from);
    if !fits(range.rows, height) || !fits(range.columns, width) {
        let named = tab.name(range);
        return Err(GoogleError::invalid(format!(
            "Requested writing within range [{named}], but tried writing outside"
        )));
    }
    let mut cells = 0_usize;
    for (row, values) in rows.into_iter().enumerate() {
        for (column, cell) in values.into_iter().enumerate().filter(|(_, cell)| !cell.is_null()) {
            cells += 1;
            tab.put(range.rows.0 + row, range.columns.0 + column, cell);
        }
    }
    let written = Range {
        rows: (range.rows.0, Some(range.rows.0 + height.max(1))),
        columns: (range.columns.0, Some(range.columns.0 + width.max(1))),
        ..range.clone()
    };
    Ok(json!({
        "updatedRange": tab.name(&written), "updatedRows": height, "updatedColumns": width, "updatedCells": cells,
    }))
}

pub(super) fn update(
    id: &str,
    sheet: &mut Spreadsheet,
    range: &str,
    params: &Params,
    body: &Value,
) -> Result<Value, GoogleError> {
    raw(param(params, "valueInputOption"))?;
    let (index, range) = located(sheet, range)?;
    let mut answer = write(&mut sheet.tabs[index], &range, rows_of(body)?)?;
    answer["spreadsheetId"] = json!(id);
    Ok(answer)
}

pub(super) fn append(
    id: &str,
    sheet: &mut Spreadsheet,
    range: &str,
    params: &Params,
    body: &Value,
) -> Result<Value, GoogleError> {
    raw(param(params, "valueInputOption"))?;
    let (index, range) = located(sheet, range)?;
    let tab = &mut sheet.tabs[index];
    let below = Range { rows: (tab.used(), None), columns: (range.columns.0, None), ..range.clone() };
    let mut updates = write(tab, &below, rows_of(body)?)?;
    tab.row_count = tab.row_count.max(tab.rows.len());
    updates["spreadsheetId"] = json!(id);
    Ok(json!({ "spreadsheetId": id, "tableRange": tab.name(&range), "updates": updates }))
}

/// All ranges, or none when one of them is wrong.
pub(super) fn batch_update(id: &str, sheet: &mut Spreadsheet, body: &Value) -> Result<Value, GoogleError> {
    raw(body["valueInputOption"].as_str())?;
    let mut draft = sheet.clone();
    let mut responses = Vec::new();
    for part in body["data"].as_array().into_iter().flatten() {
        let (index, range) = located(&draft, part["range"].as_str().unwrap_or_default())?;
        responses.push(write(&mut draft.tabs[index], &range, rows_of(part)?)?);
    }
    *sheet = draft;
    Ok(json!({ "spreadsheetId": id, "responses": responses }))
}
