//! A tab: rows of cells.

use std::collections::BTreeMap;

use serde_json::Value;

use super::a1::{Range, letters};

/// Rows and columns that a new tab has.
const SIZE: (usize, usize) = (1_000, 26);

/// One tab of a spreadsheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tab {
    pub(super) id: u32,
    pub(super) title: String,
    /// Ragged: what is missing is empty.
    pub(super) rows: Vec<Vec<Value>>,
    /// How many rows it has, with content or without.
    pub(super) row_count: usize,
    pub(super) column_count: usize,
    /// Notes at cells, by row and column from 0; they go where their cells go.
    pub(super) notes: BTreeMap<(usize, usize), String>,
}

impl Tab {
    pub(super) fn new(id: u32, title: &str, rows: Vec<Vec<Value>>) -> Self {
        let row_count = rows.len().max(SIZE.0);
        Self { id, title: title.to_owned(), rows, row_count, column_count: SIZE.1, notes: BTreeMap::new() }
    }

    /// Puts a cell; the grid grows to hold it.
    pub(super) fn put(&mut self, row: usize, column: usize, cell: Value) {
        if self.rows.len() <= row {
            self.rows.resize(row + 1, Vec::new());
        }
        let cells = &mut self.rows[row];
        if cells.len() <= column {
            cells.resize(column + 1, Value::Null);
        }
        cells[column] = if cell == "" { Value::Null } else { cell };
    }

    /// Takes notes along with their rows: `to` says where a row went, from 0; `None` where it is gone.
    pub(super) fn move_notes(&mut self, to: impl Fn(usize) -> Option<usize>) {
        let notes = std::mem::take(&mut self.notes).into_iter();
        self.notes = notes.filter_map(|((row, column), text)| Some(((to(row)?, column), text))).collect();
    }

    /// Deletes the rows from `from` to `to`, from 0, the end excluded, with their notes; those below move up.
    pub(super) fn delete_rows(&mut self, from: usize, to: usize) {
        let filled = self.rows.len();
        self.rows.drain(from.min(filled)..to.min(filled));
        self.row_count -= to - from;
        self.move_notes(|row| match row {
            row if row < from => Some(row),
            row if row < to => None,
            row => Some(row - (to - from)),
        });
    }

    /// How many rows have content or stand above one that has.
    pub(super) fn used(&self) -> usize {
        let filled = |row: &Vec<Value>| row.iter().any(|cell| !cell.is_null());
        self.rows.iter().rposition(filled).map_or(0, |last| last + 1)
    }

    /// The cells of a range, without trailing empty cells and rows, as `values.get` answers them.
    pub(super) fn read(&self, range: &Range, formatted: bool) -> Vec<Vec<Value>> {
        let last = range.rows.1.unwrap_or(usize::MAX).min(self.used());
        let mut rows: Vec<Vec<Value>> = (range.rows.0..last.max(range.rows.0))
            .map(|row| {
                let cells = self.rows.get(row).map(Vec::as_slice).unwrap_or_default();
                let end = range.columns.1.unwrap_or(usize::MAX).min(cells.len());
                let mut cells = cells.get(range.columns.0..end).unwrap_or_default().to_vec();
                while cells.last().is_some_and(Value::is_null) {
                    cells.pop();
                }
                cells.into_iter().map(|cell| shown(cell, formatted)).collect()
            })
            .collect();
        while rows.last().is_some_and(Vec::is_empty) {
            rows.pop();
        }
        rows
    }

    /// The range as it is named in answers: with its tab and both corners.
    pub(super) fn name(&self, range: &Range) -> String {
        let plain = self.title.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let title = if plain { self.title.clone() } else { format!("'{}'", self.title.replace('\'', "''")) };
        let last_row = range.rows.1.unwrap_or(self.row_count).min(self.row_count);
        let last_column = range.columns.1.unwrap_or(self.column_count).min(self.column_count);
        let corner = |row: usize, column: usize| format!("{}{}", letters(column), row + 1);
        let first = corner(range.rows.0, range.columns.0);
        let last = corner(last_row.saturating_sub(1), last_column.saturating_sub(1));
        if first == last { format!("{title}!{first}") } else { format!("{title}!{first}:{last}") }
    }
}

/// An empty cell between others is an empty text; formatted, everything is text.
fn shown(cell: Value, formatted: bool) -> Value {
    match cell {
        Value::Null => Value::from(""),
        Value::Number(number) if formatted => Value::from(number.to_string()),
        Value::Bool(truth) if formatted => Value::from(if truth { "TRUE" } else { "FALSE" }),
        other => other,
    }
}
