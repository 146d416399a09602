//! What has to be written into a tab so that it mirrors some rows, from what stands there.

use std::collections::{BTreeMap, BTreeSet};

use super::{Tab, TabRow};
use crate::Cell;

/// Most lines that one call appends.
const MOST_APPENDED: usize = 1_000;
/// Most cells that one call changes.
const MOST_CHANGED: usize = 2_000;
/// Most lines that one call deletes.
const MOST_REMOVED: usize = 500;

/// A line with a key of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    /// From 1. Good for the call that follows at once, and for nothing later.
    number: u32,
    /// Our columns, from B on.
    cells: Vec<Cell>,
    /// Whether people put something to the right of them.
    has_more: bool,
}

/// What stands above the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Header {
    /// Nothing, in a tab that is empty: it gets a header.
    Absent,
    /// What has to stand there.
    Right,
    /// Something else, which this says: nothing may be written.
    Wrong(String),
}

/// The lines of a tab, by key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TabLines {
    /// What stands above the columns.
    pub header: Header,
    /// Lines that have content and no key of ours.
    pub foreign: usize,
    lines: BTreeMap<String, Vec<Line>>,
}

impl TabLines {
    /// From all lines of the tab, each from A on. What stands above the header is people's own.
    pub fn of(tab: Tab, lines: impl IntoIterator<Item = Vec<Cell>>) -> Self {
        let width = tab.headers().len();
        let (mut above, mut foreign) = (Vec::new(), 0_usize);
        let mut found: BTreeMap<String, Vec<Line>> = BTreeMap::new();
        for (number, cells) in (1_u32..).zip(lines) {
            if number < tab.header_line() {
                continue;
            }
            let mut cells = cells.into_iter();
            let key = cells.next().unwrap_or_default().meaning().trim().to_owned();
            let ours: Vec<Cell> = (0..width).map(|_| cells.next().unwrap_or_default()).collect();
            let has_more = cells.any(|cell| cell != Cell::Empty);
            if number == tab.header_line() {
                above = ours;
            } else if tab.is_key(&key) {
                found.entry(key).or_default().push(Line { number, cells: ours, has_more });
            } else if has_more || !key.is_empty() || ours.iter().any(|cell| *cell != Cell::Empty) {
                foreign = foreign.saturating_add(1);
            }
        }
        let is_empty = found.is_empty() && foreign == 0;
        Self { header: header(tab, &above, is_empty), foreign, lines: found }
    }

    /// How many rows of ours stand there.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.lines.len()
    }
}

fn header(tab: Tab, found: &[Cell], is_empty: bool) -> Header {
    if is_empty && found.iter().all(|cell| *cell == Cell::Empty) {
        return Header::Absent;
    }
    let texts = found.iter().map(Cell::meaning).chain(std::iter::repeat(String::new()));
    let wrong: Vec<String> = ('B'..)
        .zip(tab.headers().iter().zip(texts))
        .filter(|(_, (wanted, found))| !found.trim().eq_ignore_ascii_case(wanted))
        .map(|(letter, (wanted, found))| {
            format!("{letter}{} has {found:?} instead of {wanted:?}", tab.header_line())
        })
        .collect();
    if wrong.is_empty() {
        Header::Right
    } else {
        Header::Wrong(format!("columns moved: {}", wrong.join("; ")))
    }
}

/// A cell to replace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TabCell {
    /// Its line, from 1.
    pub line: u32,
    /// Its column, from 0 for A.
    pub column: u32,
    /// What it shall hold.
    pub cell: Cell,
}

/// What has to be written, in one call: first the cells, then what is appended, then what is deleted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TabPlan {
    /// Cells to replace.
    pub cells: Vec<TabCell>,
    /// Lines to add below everything, from A on.
    pub append: Vec<Vec<Cell>>,
    /// Lines to delete, the lowest first, so that each is where its number says.
    pub remove: Vec<u32>,
    /// Whether there is more to write than goes into one call.
    pub more: bool,
}

impl TabPlan {
    /// Whether everything stands there as it should.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty() && self.append.is_empty() && self.remove.is_empty()
    }

    /// How many cells are written.
    #[must_use]
    pub fn count(&self) -> usize {
        self.append.iter().map(Vec::len).sum::<usize>().saturating_add(self.cells.len())
    }

    /// No more than goes into one call.
    fn within_a_call(mut self) -> Self {
        self.more = self.append.len() > MOST_APPENDED
            || self.cells.len() > MOST_CHANGED
            || self.remove.len() > MOST_REMOVED;
        self.append.truncate(MOST_APPENDED);
        self.cells.truncate(MOST_CHANGED);
        self.remove.truncate(MOST_REMOVED);
        self
    }
}

/// What makes the tab mirror `rows`. A row that stands there is changed in the cells that differ, and only on its topmost line:
/// further ones are copies that people made. One that does not stand there is appended. A line whose key is in no row any more
/// is deleted, copies with it; where people put something beside it, our cells are emptied and the line stays.
#[must_use]
pub fn plan(tab: Tab, found: &TabLines, rows: &[TabRow]) -> TabPlan {
    let mut plan = TabPlan::default();
    if found.header == Header::Absent && !rows.is_empty() {
        let above = std::iter::once("Key").chain(tab.headers().iter().copied()).map(Cell::text);
        plan.cells.extend((0_u32..).zip(above).map(|(column, cell)| TabCell {
            line: tab.header_line(),
            column,
            cell,
        }));
    }
    let mut wanted = BTreeSet::new();
    for row in rows.iter().filter(|row| tab.is_key(&row.key)) {
        // Twice in the list is once in the tab: it moved from one page to the next while they were read.
        if !wanted.insert(row.key.as_str()) {
            continue;
        }
        let Some(line) = found.lines.get(&row.key).and_then(|lines| lines.first()) else {
            plan.append
                .push(std::iter::once(Cell::text(&row.key)).chain(row.cells.iter().cloned()).collect());
            continue;
        };
        let pairs = (1_u32..).zip(row.cells.iter().zip(&line.cells));
        plan.cells.extend(
            pairs.filter(|(_, (wanted, stands))| wanted != stands).map(|(column, (wanted, _))| TabCell {
                line: line.number,
                column,
                cell: wanted.clone(),
            }),
        );
    }
    let gone = found.lines.iter().filter(|(key, _)| !wanted.contains(key.as_str()));
    for line in gone.flat_map(|(_, lines)| lines) {
        if !line.has_more {
            plan.remove.push(line.number);
            continue;
        }
        let filled = (1_u32..).zip(&line.cells).filter(|(_, cell)| **cell != Cell::Empty);
        let columns = std::iter::once(0).chain(filled.map(|(column, _)| column));
        let empty = |column| TabCell { line: line.number, column, cell: Cell::Empty };
        plan.cells.extend(columns.map(empty));
    }
    plan.remove.sort_unstable_by(|one, other| other.cmp(one));
    plan.within_a_call()
}
