//! What goes over the wire, and what comes back.

use serde::Serialize;
use serde_json::{Number, Value};
use sync_domain::mirror::{TabCell, TabPlan};
use sync_domain::{Cell, Column, SheetNumber};

use crate::ports::Writes;

/// These columns of a tab, in A1 notation and ready for a path.
pub(super) fn range(tab: &str, columns: &str) -> String {
    let quoted = format!("'{}'!{columns}", tab.replace('\'', "''"));
    form_urlencoded::byte_serialize(quoted.as_bytes()).collect::<String>().replace('+', "%20")
}

/// The lines of a `ValueRange`.
pub(super) fn lines(answer: &Value) -> Vec<Vec<Cell>> {
    let rows = answer.get("values").and_then(Value::as_array);
    let cells = |row: &Value| row.as_array().into_iter().flatten().map(cell).collect();
    rows.into_iter().flatten().map(cells).collect()
}

/// A number with more decimals than the sheet is written with, and a truth, are read as the text they look like.
fn cell(value: &Value) -> Cell {
    match value {
        Value::String(text) if text.is_empty() => Cell::Empty,
        Value::String(text) => Cell::Text(text.clone()),
        Value::Number(number) => number
            .to_string()
            .parse::<SheetNumber>()
            .map_or_else(|_| Cell::Text(number.to_string()), Cell::Number),
        Value::Null => Cell::Empty,
        other => Cell::Text(other.to_string()),
    }
}

/// The number of the tab with this name.
pub(super) fn tab_id(spreadsheet: &Value, tab: &str) -> Option<u64> {
    let tabs = spreadsheet.get("sheets").and_then(Value::as_array)?;
    let named = tabs.iter().filter_map(|tab| tab.get("properties"));
    let mut named = named.filter(|properties| properties.get("title").and_then(Value::as_str) == Some(tab));
    let found = named.next()?;
    // The first tab has number 0, which may be left out.
    Some(found.get("sheetId").and_then(Value::as_u64).unwrap_or(0))
}

#[derive(Serialize)]
struct Batch {
    requests: Vec<Request>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Request {
    #[serde(rename_all = "camelCase")]
    AppendCells {
        sheet_id: u64,
        rows: Vec<RowData>,
        fields: &'static str,
    },
    UpdateCells {
        start: Start,
        rows: Vec<RowData>,
        fields: &'static str,
    },
    DeleteDimension {
        range: DimensionRange,
    },
}

/// Lines of a tab, from 0, the end excluded.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DimensionRange {
    sheet_id: u64,
    dimension: &'static str,
    start_index: u32,
    end_index: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Start {
    sheet_id: u64,
    row_index: u32,
    column_index: usize,
}

#[derive(Serialize)]
struct RowData {
    values: Vec<CellData>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CellData {
    /// Without a value the cell is emptied.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_entered_value: Option<ExtendedValue>,
    /// An empty one takes the note of the cell away.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum ExtendedValue {
    NumberValue(Number),
    StringValue(String),
}

const FIELDS: &str = "userEnteredValue";
const NOTE: &str = "note";

fn start(sheet_id: u64, line: u32, column: Column) -> Start {
    let column_index =
        Column::ALL.iter().position(|one| *one == column).map_or(0, |index| index.saturating_add(1));
    Start { sheet_id, row_index: line.saturating_sub(1), column_index }
}

/// The body of a `spreadsheets.batchUpdate`. Replacements come before additions: their lines are counted from above.
pub(super) fn batch(sheet_id: u64, writes: &Writes) -> Result<String, serde_json::Error> {
    let mut requests = Vec::new();
    for (line, key) in &writes.keys {
        requests.push(Request::UpdateCells {
            start: Start { sheet_id, row_index: line.saturating_sub(1), column_index: 0 },
            rows: vec![row(&[Cell::text(&key.to_string())])?],
            fields: FIELDS,
        });
    }
    for (line, column, cell) in &writes.update {
        requests.push(Request::UpdateCells {
            start: start(sheet_id, *line, *column),
            rows: vec![row(std::slice::from_ref(cell))?],
            fields: FIELDS,
        });
    }
    for (line, column, note) in &writes.notes {
        let values = vec![CellData { user_entered_value: None, note: Some(note.clone()) }];
        let start = start(sheet_id, *line, *column);
        requests.push(Request::UpdateCells { start, rows: vec![RowData { values }], fields: NOTE });
    }
    if !writes.append.is_empty() {
        let rows = writes.append.iter().map(|cells| row(cells)).collect::<Result<_, _>>()?;
        requests.push(Request::AppendCells { sheet_id, rows, fields: FIELDS });
    }
    serde_json::to_string(&Batch { requests })
}

/// The body of a `spreadsheets.batchUpdate` that carries a plan out. Lines are deleted last and from below, so that every number
/// means the line that was read.
pub(super) fn tab_batch(sheet_id: u64, plan: &TabPlan) -> Result<String, serde_json::Error> {
    let mut requests = Vec::new();
    for TabCell { line, column, cell } in &plan.cells {
        let column_index = usize::try_from(*column).unwrap_or(usize::MAX);
        requests.push(Request::UpdateCells {
            start: Start { sheet_id, row_index: line.saturating_sub(1), column_index },
            rows: vec![row(std::slice::from_ref(cell))?],
            fields: FIELDS,
        });
    }
    if !plan.append.is_empty() {
        let rows = plan.append.iter().map(|cells| row(cells)).collect::<Result<_, _>>()?;
        requests.push(Request::AppendCells { sheet_id, rows, fields: FIELDS });
    }
    for line in &plan.remove {
        let range = DimensionRange {
            sheet_id,
            dimension: "ROWS",
            start_index: line.saturating_sub(1),
            end_index: *line,
        };
        requests.push(Request::DeleteDimension { range });
    }
    serde_json::to_string(&Batch { requests })
}

fn row(cells: &[Cell]) -> Result<RowData, serde_json::Error> {
    let value = |cell: &Cell| {
        let user_entered_value = match cell {
            Cell::Empty => None,
            Cell::Text(text) => Some(ExtendedValue::StringValue(text.clone())),
            Cell::Number(number) => Some(ExtendedValue::NumberValue(number.to_string().parse()?)),
        };
        Ok(CellData { user_entered_value, note: None })
    };
    Ok(RowData { values: cells.iter().map(value).collect::<Result<_, serde_json::Error>>()? })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use sync_domain::{DealId, RowKey};

    use super::*;

    #[test]
    fn a_tab_is_named_as_a_path_may_have_it() {
        assert_eq!(range("Main", "A:N"), "%27Main%27%21A%3AN");
        assert_eq!(range("Ram's deals", "A:N"), "%27Ram%27%27s%20deals%27%21A%3AN");
    }

    #[test]
    fn replacements_and_additions_are_one_body() {
        let writes = Writes {
            append: vec![vec![
                Cell::text("k"),
                Cell::text("=1"),
                Cell::Empty,
                Cell::Number("27000.5".parse().unwrap()),
            ]],
            keys: vec![(9, RowKey::new(DealId::new(uuid::Uuid::from_u128(1)), 2))],
            update: vec![
                (7, Column::SaleRate, Cell::Number("95".parse().unwrap())),
                (7, Column::Note, Cell::Empty),
            ],
            notes: vec![],
        };
        let body: Value = serde_json::from_str(&batch(3, &writes).unwrap()).unwrap();
        let cells = |row: u32, column: u32, values: Value| {
            json!({ "updateCells": {
                "start": { "sheetId": 3, "rowIndex": row, "columnIndex": column },
                "rows": [{ "values": values }], "fields": "userEnteredValue",
            }})
        };
        assert_eq!(
            body["requests"],
            json!([
                cells(8, 0, json!([{ "userEnteredValue": { "stringValue": "row_00000000000000000000000000000001_2" } }])),
                cells(6, 4, json!([{ "userEnteredValue": { "numberValue": 95 } }])),
                cells(6, 13, json!([{}])),
                { "appendCells": { "sheetId": 3, "fields": "userEnteredValue", "rows": [{ "values": [
                    { "userEnteredValue": { "stringValue": "k" } },
                    { "userEnteredValue": { "stringValue": "'=1" } },
                    {},
                    { "userEnteredValue": { "numberValue": 27000.5 } },
                ]}]}},
            ])
        );
    }

    #[test]
    fn a_plan_is_carried_out_in_one_body_and_deletes_from_below() {
        let cells = vec![TabCell { line: 3, column: 0, cell: Cell::text("Key") }];
        let plan = TabPlan { cells, append: vec![vec![Cell::text("k")]], remove: vec![9, 4], more: false };
        let body: Value = serde_json::from_str(&tab_batch(7, &plan).unwrap()).unwrap();
        let lines = |from: u32| {
            let range =
                json!({ "sheetId": 7, "dimension": "ROWS", "startIndex": from, "endIndex": from + 1 });
            json!({ "deleteDimension": { "range": range } })
        };
        let text = |text: &str| json!([{ "values": [{ "userEnteredValue": { "stringValue": text } }] }]);
        let start = json!({ "sheetId": 7, "rowIndex": 2, "columnIndex": 0 });
        assert_eq!(
            body["requests"],
            json!([
                { "updateCells": { "start": start, "rows": text("Key"), "fields": "userEnteredValue" } },
                { "appendCells": { "sheetId": 7, "rows": text("k"), "fields": "userEnteredValue" } },
                lines(8),
                lines(3),
            ])
        );
    }

    #[test]
    fn what_people_may_type_is_read_without_complaint() {
        let answer = json!({ "values": [["k", 27000, 0.1, 1e300, 1.23456, true, "", null], []] });
        let read = lines(&answer);
        assert_eq!(read[0][1], Cell::Number("27000".parse().unwrap()));
        assert_eq!(read[0][2], Cell::Number("0.1".parse().unwrap()));
        assert_eq!(read[0][4], Cell::Text("1.23456".to_owned()));
        assert_eq!(read[0][5..], [Cell::Text("true".to_owned()), Cell::Empty, Cell::Empty]);
        assert!(matches!(read[0][3], Cell::Text(_)) && read[1].is_empty());
        assert!(lines(&json!({ "range": "x" })).is_empty());
    }
}
