//! `spreadsheets.batchUpdate`: `appendCells` and `updateCells` of values or notes, `deleteDimension` of rows, all requests or none
//! (<https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/request>).

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::Spreadsheet;
use super::error::GoogleError;
use super::grid::Tab;

/// Longest text of a cell, in characters.
const LONGEST_TEXT: usize = 50_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AppendCells {
    #[serde(default)]
    sheet_id: u32,
    #[serde(default)]
    rows: Vec<RowData>,
    #[serde(default)]
    fields: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateCells {
    start: GridCoordinate,
    #[serde(default)]
    rows: Vec<RowData>,
    #[serde(default)]
    fields: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GridCoordinate {
    #[serde(default)]
    sheet_id: u32,
    #[serde(default)]
    row_index: usize,
    #[serde(default)]
    column_index: usize,
}

#[derive(Deserialize)]
struct RowData {
    #[serde(default)]
    values: Vec<CellData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CellData {
    #[serde(default)]
    user_entered_value: Option<ExtendedValue>,
    #[serde(default)]
    note: Option<String>,
}

#[derive(Deserialize)]
enum ExtendedValue {
    #[serde(rename = "numberValue")]
    Number(f64),
    #[serde(rename = "stringValue")]
    Text(String),
    #[serde(rename = "boolValue")]
    Truth(bool),
    #[serde(rename = "formulaValue")]
    Formula(IgnoredAny),
}

#[derive(Deserialize)]
struct DeleteDimension {
    range: DimensionRange,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DimensionRange {
    #[serde(default)]
    sheet_id: u32,
    dimension: String,
    #[serde(default)]
    start_index: usize,
    end_index: usize,
}

pub(super) fn update(id: &str, sheet: &mut Spreadsheet, body: &Value) -> Result<Value, GoogleError> {
    let requests = body["requests"].as_array().filter(|requests| !requests.is_empty());
    let requests = requests.ok_or_else(|| GoogleError::invalid("Must specify at least one request."))?;
    let mut draft = sheet.clone();
    for (position, request) in requests.iter().enumerate() {
        carry_out(&mut draft, position, request)?;
    }
    *sheet = draft;
    Ok(json!({ "spreadsheetId": id, "replies": vec![json!({}); requests.len()] }))
}

fn carry_out(sheet: &mut Spreadsheet, position: usize, request: &Value) -> Result<(), GoogleError> {
    let (kind, body) = request
        .as_object()
        .and_then(|members| members.iter().next())
        .ok_or_else(|| GoogleError::invalid(format!("Invalid requests[{position}]: No request set.")))?;
    let invalid =
        |message: String| GoogleError::invalid(format!("Invalid requests[{position}].{kind}: {message}"));
    let malformed = |error: serde_json::Error| {
        GoogleError::invalid(format!(
            "Invalid JSON payload received. {error} at 'requests[{position}].{kind}'"
        ))
    };
    if kind == "deleteDimension" {
        let asked = DeleteDimension::deserialize(body).map_err(malformed)?;
        return delete(sheet, &asked.range, invalid);
    }
    let (sheet_id, start, rows, fields) = match kind.as_str() {
        "appendCells" => {
            let asked = AppendCells::deserialize(body).map_err(malformed)?;
            (asked.sheet_id, None, asked.rows, asked.fields)
        }
        "updateCells" => {
            let asked = UpdateCells::deserialize(body).map_err(malformed)?;
            (
                asked.start.sheet_id,
                Some((asked.start.row_index, asked.start.column_index)),
                asked.rows,
                asked.fields,
            )
        }
        other => return Err(GoogleError::not_simulated(other)),
    };
    match fields.as_str() {
        "userEnteredValue" | "*" | "note" => {}
        "" => {
            let words = "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)";
            return Err(invalid(words.to_owned()));
        }
        other => return Err(GoogleError::not_simulated(other)),
    }
    let tab = sheet.tabs.iter_mut().find(|tab| tab.id == sheet_id);
    let tab = tab.ok_or_else(|| invalid(format!("No grid with id: {sheet_id}")))?;
    let (row, column) = start.unwrap_or((tab.used(), 0));
    if start.is_some() && row + rows.len() > tab.row_count {
        let last = tab.row_count;
        return Err(invalid(format!(
            "Attempting to write row: {row}, beyond the last requested row of: {last}"
        )));
    }
    if fields == "note" {
        note(tab, row, column, rows);
        return Ok(());
    }
    put(tab, row, column, rows)?;
    tab.row_count = tab.row_count.max(tab.rows.len());
    Ok(())
}

/// Deletes rows; those below move up. A tab keeps one row at least.
fn delete(
    sheet: &mut Spreadsheet,
    range: &DimensionRange,
    invalid: impl Fn(String) -> GoogleError,
) -> Result<(), GoogleError> {
    if range.dimension != "ROWS" {
        return Err(GoogleError::not_simulated(&range.dimension));
    }
    let tab = sheet.tabs.iter_mut().find(|tab| tab.id == range.sheet_id);
    let tab = tab.ok_or_else(|| invalid(format!("No grid with id: {}", range.sheet_id)))?;
    let (from, to) = (range.start_index, range.end_index);
    if from >= to {
        return Err(invalid(format!("endIndex {to} must be greater than startIndex {from}")));
    }
    if to > tab.row_count {
        return Err(invalid(format!(
            "Cannot delete a row that doesn't exist. Tried to delete row index {} but there are only {} rows.",
            to - 1,
            tab.row_count
        )));
    }
    if to - from == tab.row_count {
        return Err(invalid("You can't delete all the rows on the sheet.".to_owned()));
    }
    tab.delete_rows(from, to);
    Ok(())
}

/// Notes stand beside the cells; an empty one is none.
fn note(tab: &mut Tab, row: usize, column: usize, rows: Vec<RowData>) {
    for (down, data) in rows.into_iter().enumerate() {
        for (right, cell) in data.values.into_iter().enumerate() {
            let place = (row + down, column + right);
            match cell.note.filter(|text| !text.is_empty()) {
                Some(text) => tab.notes.insert(place, text),
                None => tab.notes.remove(&place),
            };
        }
    }
}

fn put(tab: &mut Tab, row: usize, column: usize, rows: Vec<RowData>) -> Result<(), GoogleError> {
    for (down, data) in rows.into_iter().enumerate() {
        for (right, cell) in data.values.into_iter().enumerate() {
            let value = match cell.user_entered_value {
                None => Value::Null,
                // <https://support.google.com/drive/answer/37603>
                Some(ExtendedValue::Text(text)) if text.chars().count() > LONGEST_TEXT => {
                    return Err(GoogleError::invalid(format!(
                        "Your input contains more than the maximum of {LONGEST_TEXT} characters in a single cell."
                    )));
                }
                Some(ExtendedValue::Text(text)) => json!(text),
                Some(ExtendedValue::Number(number)) => json!(number),
                Some(ExtendedValue::Truth(truth)) => json!(truth),
                Some(ExtendedValue::Formula(_)) => {
                    return Err(GoogleError::not_simulated("formulaValue"));
                }
            };
            tab.put(row + down, column + right, whole(value));
        }
    }
    Ok(())
}

/// Google answers a whole number without decimals.
fn whole(value: Value) -> Value {
    let text = value.as_f64().map(|number| format!("{number}"));
    text.and_then(|text| text.parse::<i64>().ok()).map_or(value, Value::from)
}
