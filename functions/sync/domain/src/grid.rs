//! What stands in the tab of deals: lines with our keys, copies, and what is people's own.

use std::collections::BTreeMap;

use crate::{Cell, Column, Content, RowKey};

/// A line of the sheet that has a key in its first column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number now, from 1. Good for the call that follows at once, and for nothing later.
    pub number: u32,
    /// Its cells from B on.
    pub content: Content,
}

/// The lines of a tab.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grid {
    /// The first line, from B on; `None` when the tab is empty.
    pub header: Option<Content>,
    lines: BTreeMap<RowKey, Line>,
    /// Keys that stand on more than one line, with the numbers of the further ones: somebody copied a row.
    pub copies: BTreeMap<RowKey, Vec<u32>>,
    /// Lines that have content but no key of ours, by number.
    pub foreign: Vec<u32>,
    /// Those of them whose first column is empty, with what they show.
    unkeyed: BTreeMap<u32, Content>,
}

impl Grid {
    /// From all lines of the tab, the header first, each from A on.
    pub fn of(lines: impl IntoIterator<Item = Vec<Cell>>) -> Self {
        let mut grid = Self::default();
        for (number, cells) in (1_u32..).zip(lines) {
            let mut cells = cells.into_iter();
            let key = cells.next().unwrap_or_default();
            let content = Content::of(cells);
            if number == 1 {
                grid.header = (content != Content::default()).then_some(content);
                continue;
            }
            match key.meaning().trim().parse::<RowKey>() {
                Ok(key) => match grid.lines.entry(key) {
                    std::collections::btree_map::Entry::Vacant(place) => {
                        place.insert(Line { number, content });
                    }
                    std::collections::btree_map::Entry::Occupied(_) => {
                        grid.copies.entry(key).or_default().push(number);
                    }
                },
                Err(_) if key == Cell::Empty && content == Content::default() => {}
                Err(_) => {
                    grid.foreign.push(number);
                    if key == Cell::Empty {
                        grid.unkeyed.insert(number, content);
                    }
                }
            }
        }
        grid
    }

    /// The line with this key; the topmost where somebody copied it.
    #[must_use]
    pub fn line(&self, key: RowKey) -> Option<&Line> {
        self.lines.get(&key)
    }

    /// The topmost line without a key that shows what is wanted: somebody wrote the row before us, by hand or with the system before
    /// this one. A line whose note is empty may be given one.
    pub(crate) fn alike(&self, wanted: &Content) -> Option<(u32, &Content)> {
        let same = |found: &Content| {
            wanted.cells().zip(found.cells()).all(|((column, wanted), (_, found))| {
                let (wanted, found) = (wanted.meaning(), found.meaning());
                wanted.trim() == found.trim() || (column == Column::Note && found.is_empty())
            })
        };
        self.unkeyed.iter().find(|(_, found)| same(found)).map(|(number, found)| (*number, found))
    }

    /// Takes a line that a row adopts away from the others.
    pub fn adopt(&mut self, line: u32) {
        self.unkeyed.remove(&line);
    }

    /// Whether nothing stands in the tab, not even a header.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.header.is_none() && self.lines.is_empty() && self.foreign.is_empty()
    }

    /// Every key in the sheet.
    pub fn keys(&self) -> impl Iterator<Item = RowKey> {
        self.lines.keys().copied()
    }
}
