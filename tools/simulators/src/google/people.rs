//! What people do in the sheet, and what tests ask about it: sort, insert rows, edit a cell, delete a row.
//!
//! | request below `/_sim/sheets/{id}/tabs/{tab}` | does |
//! |---|---|
//! | `GET` | all rows, numbers as numbers |
//! | `GET notes` | `{A1: text}`: the notes at cells, which go where their cells go |
//! | `POST sort` | `{column, descending?}`: sorts everything below the first row, empty cells last |
//! | `POST rows` | `{before, rows}`: inserts rows above the row with that number |
//! | `DELETE rows/{number}` | deletes the row; those below move up |
//! | `PUT cells/{A1}` | `{value}`: types into a cell |

use std::cmp::Ordering;
use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State as Extracted};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::a1::{Range, corner, letters};
use super::grid::Tab;
use super::{Access, Settings, Spreadsheet, State, World};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Replacement {
    /// The rows of each tab.
    tabs: BTreeMap<String, Vec<Vec<Value>>>,
    #[serde(default)]
    access: Access,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sorting {
    column: String,
    #[serde(default)]
    descending: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Insertion {
    /// Row number, from 1.
    before: usize,
    rows: Vec<Vec<Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    value: Value,
}

pub(super) async fn list(Extracted(world): Extracted<World>) -> Response {
    let tab = |tab: &Tab| json!({ "id": tab.id, "title": tab.title, "rowCount": tab.row_count, "columnCount": tab.column_count });
    let state = world.lock();
    let listed = state.spreadsheets.iter().map(|(id, sheet)| {
        let tabs: Vec<Value> = sheet.tabs.iter().map(tab).collect();
        json!({ "id": id, "access": sheet.access, "tabs": tabs })
    });
    Json(listed.collect::<Vec<Value>>()).into_response()
}

pub(super) async fn forget(Extracted(world): Extracted<World>) -> StatusCode {
    let settings = world.lock().settings.clone();
    *world.lock() = State { settings, ..State::default() };
    StatusCode::NO_CONTENT
}

pub(super) async fn settings(Extracted(world): Extracted<World>) -> Json<Settings> {
    Json(world.lock().settings.clone())
}

pub(super) async fn set(Extracted(world): Extracted<World>, Json(settings): Json<Settings>) -> StatusCode {
    world.lock().settings = settings;
    StatusCode::NO_CONTENT
}

pub(super) async fn calls(Extracted(world): Extracted<World>) -> Response {
    Json(world.lock().calls.clone()).into_response()
}

pub(super) async fn replace(
    Extracted(world): Extracted<World>,
    Path(id): Path<String>,
    Json(replacement): Json<Replacement>,
) -> StatusCode {
    let tabs = (0_u32..).zip(replacement.tabs).map(|(id, (title, rows))| {
        let rows = rows.into_iter().map(|row| row.into_iter().map(emptied).collect());
        Tab::new(id, &title, rows.collect())
    });
    let sheet = Spreadsheet { tabs: tabs.collect(), access: replacement.access };
    world.lock().spreadsheets.insert(id, sheet);
    StatusCode::NO_CONTENT
}

pub(super) async fn read(
    Extracted(world): Extracted<World>,
    Path((id, tab)): Path<(String, String)>,
) -> Response {
    let everything = Range { tab: None, rows: (0, None), columns: (0, None) };
    in_tab(&world, &id, &tab, |tab| Some(Json(tab.read(&everything, false)).into_response()))
}

pub(super) async fn notes(
    Extracted(world): Extracted<World>,
    Path((id, tab)): Path<(String, String)>,
) -> Response {
    in_tab(&world, &id, &tab, |tab| {
        let named = |((row, column), text): (&(usize, usize), &String)| {
            (format!("{}{}", letters(*column), row + 1), text.clone())
        };
        Some(Json(tab.notes.iter().map(named).collect::<BTreeMap<String, String>>()).into_response())
    })
}

pub(super) async fn sort(
    Extracted(world): Extracted<World>,
    Path((id, tab)): Path<(String, String)>,
    Json(sorting): Json<Sorting>,
) -> Response {
    in_tab(&world, &id, &tab, |tab| {
        let (Some(column), None) = corner(&sorting.column)? else { return None };
        let mut order: Vec<usize> = (1..tab.used()).collect();
        order.sort_by(|one, other| {
            let (one, other) = (tab.rows[*one].get(column), tab.rows[*other].get(column));
            let order = compared(one, other);
            let both = one.is_some_and(filled) && other.is_some_and(filled);
            if sorting.descending && both { order.reverse() } else { order }
        });
        let sorted: Vec<Vec<Value>> = order.iter().map(|row| std::mem::take(&mut tab.rows[*row])).collect();
        for (row, cells) in (1..).zip(sorted) {
            tab.rows[row] = cells;
        }
        let places: BTreeMap<usize, usize> = order.into_iter().zip(1..).collect();
        tab.move_notes(|row| Some(places.get(&row).copied().unwrap_or(row)));
        done()
    })
}

pub(super) async fn insert(
    Extracted(world): Extracted<World>,
    Path((id, tab)): Path<(String, String)>,
    Json(insertion): Json<Insertion>,
) -> Response {
    in_tab(&world, &id, &tab, |tab| {
        let at = insertion.before.checked_sub(1).filter(|at| *at <= tab.rows.len())?;
        let count = insertion.rows.len();
        tab.row_count += count;
        tab.move_notes(|row| Some(if row < at { row } else { row + count }));
        let rows = insertion.rows.into_iter().map(|row| row.into_iter().map(emptied).collect());
        tab.rows.splice(at..at, rows.collect::<Vec<_>>());
        done()
    })
}

pub(super) async fn remove(
    Extracted(world): Extracted<World>,
    Path((id, tab, number)): Path<(String, String, usize)>,
) -> Response {
    in_tab(&world, &id, &tab, |tab| {
        let at = number.checked_sub(1).filter(|at| *at < tab.rows.len())?;
        tab.delete_rows(at, at + 1);
        done()
    })
}

pub(super) async fn edit(
    Extracted(world): Extracted<World>,
    Path((id, tab, cell)): Path<(String, String, String)>,
    Json(typed): Json<Typed>,
) -> Response {
    in_tab(&world, &id, &tab, |tab| {
        let (Some(column), Some(row)) = corner(&cell)? else { return None };
        tab.put(row, column, typed.value);
        done()
    })
}

/// Does something in a tab: 404 where there is no such spreadsheet or tab, 422 where it makes no sense there.
fn in_tab(world: &World, id: &str, title: &str, act: impl FnOnce(&mut Tab) -> Option<Response>) -> Response {
    let mut state = world.lock();
    let sheet = state.spreadsheets.get_mut(id);
    let Some(tab) = sheet.and_then(|sheet| sheet.tabs.iter_mut().find(|tab| tab.title == title)) else {
        return (StatusCode::NOT_FOUND, "no such spreadsheet or tab").into_response();
    };
    act(tab).unwrap_or_else(|| {
        (StatusCode::UNPROCESSABLE_ENTITY, "there is no such place in the tab").into_response()
    })
}

fn done() -> Option<Response> {
    Some(StatusCode::NO_CONTENT.into_response())
}

fn emptied(cell: Value) -> Value {
    if cell == "" { Value::Null } else { cell }
}

fn filled(cell: &Value) -> bool {
    !cell.is_null()
}

/// Numbers before text, text by its letters, what is empty last.
fn compared(one: Option<&Value>, other: Option<&Value>) -> Ordering {
    match (one.filter(|cell| filled(cell)), other.filter(|cell| filled(cell))) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(one), Some(other)) => match (one.as_f64(), other.as_f64()) {
            (Some(one), Some(other)) => one.total_cmp(&other),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => one.to_string().cmp(&other.to_string()),
        },
    }
}
