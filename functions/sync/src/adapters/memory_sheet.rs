//! A spreadsheet and a queue of work that live in memory: for tests and the simulation.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use event_store::BoxError;
use sync_domain::{Cell, Column};

use crate::ports::{Place, SheetFault, Spreadsheet, Work, WorkQueue, Writes};

/// What goes wrong with the next write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// Nothing was done, and nobody heard so.
    Before,
    /// Everything was done, and nobody heard so.
    After,
    /// There were too many.
    Limited,
    /// It was not allowed.
    Denied,
}

/// A tab.
#[derive(Debug, Default)]
pub struct MemorySheet {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    lines: Vec<Vec<Cell>>,
    writes: usize,
    cells: usize,
    mishap: Option<Mishap>,
    notes: Vec<(u32, Column, String)>,
    refuses: Option<String>,
}

impl MemorySheet {
    /// All lines.
    #[must_use]
    pub fn lines(&self) -> Vec<Vec<Cell>> {
        self.lock().lines.clone()
    }

    /// Lets people do something to the lines.
    pub fn people(&self, act: impl FnOnce(&mut Vec<Vec<Cell>>)) {
        act(&mut self.lock().lines);
    }

    /// Calls that wrote, and cells they wrote.
    #[must_use]
    pub fn written(&self) -> (usize, usize) {
        let state = self.lock();
        (state.writes, state.cells)
    }

    /// The notes that were put at cells, in their order: line, column, text.
    #[must_use]
    pub fn notes(&self) -> Vec<(u32, Column, String)> {
        self.lock().notes.clone()
    }

    /// Refuses every write from now on that has this text in a cell.
    pub fn refuse(&self, text: &str) {
        self.lock().refuses = Some(text.to_owned());
    }

    /// Lets the next write go wrong.
    pub fn fail_next(&self, mishap: Mishap) {
        self.lock().mishap = Some(mishap);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Puts a cell into a line, into its first column without another.
    fn put(&mut self, line: u32, column: Option<Column>, cell: &Cell) -> Option<()> {
        let line = self.lines.get_mut(usize::try_from(line).ok()?.checked_sub(1)?)?;
        let place = |column| Column::ALL.iter().position(|one| *one == column)?.checked_add(1);
        let at = column.map_or(Some(0), place)?;
        if line.len() <= at {
            line.resize(at.checked_add(1)?, Cell::Empty);
        }
        *line.get_mut(at)? = cell.clone();
        Some(())
    }
}

#[async_trait]
impl Spreadsheet for MemorySheet {
    async fn read(&self) -> Result<Vec<Vec<Cell>>, SheetFault> {
        Ok(self.lines())
    }

    async fn write(&self, writes: &Writes) -> Result<(), SheetFault> {
        let mut state = self.lock();
        let lost = || SheetFault::Unavailable("the answer was lost".into());
        let mishap = state.mishap.take();
        match mishap {
            Some(Mishap::Before) => return Err(lost()),
            Some(Mishap::Limited) => return Err(SheetFault::Limited { retry_after_ms: None }),
            Some(Mishap::Denied) => return Err(SheetFault::Denied("read-only".to_owned())),
            Some(Mishap::After) | None => {}
        }
        let cells = writes.append.iter().flatten().chain(writes.update.iter().map(|(.., cell)| cell));
        let refuses = |cell: &Cell| state.refuses.as_ref().is_some_and(|text| cell.meaning() == *text);
        if cells.into_iter().any(refuses) {
            return Err(SheetFault::Refused("400 a cell is too large".to_owned()));
        }
        state.notes.extend(writes.notes.iter().cloned());
        let nowhere = || SheetFault::Refused("no such line".to_owned());
        for (line, key) in &writes.keys {
            state.put(*line, None, &Cell::text(&key.to_string())).ok_or_else(nowhere)?;
        }
        for (line, column, cell) in &writes.update {
            state.put(*line, Some(*column), cell).ok_or_else(nowhere)?;
        }
        state.lines.extend(writes.append.iter().cloned());
        state.writes = state.writes.saturating_add(1);
        state.cells = state.cells.saturating_add(writes.cells());
        if mishap == Some(Mishap::After) { Err(lost()) } else { Ok(()) }
    }

    fn place(&self) -> Place {
        Place { spreadsheet_id: "memory".to_owned(), tab: "Main".to_owned() }
    }
}

/// A queue that drops keys it has seen.
#[derive(Debug, Default)]
pub struct MemoryWork {
    state: Mutex<(Vec<Work>, BTreeSet<String>)>,
    waits_ms: Mutex<Option<u64>>,
}

impl MemoryWork {
    /// How long the last message that was put off has to wait, in milliseconds.
    #[must_use]
    pub fn waits_ms(&self) -> Option<u64> {
        *self.waits_ms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what waits.
    pub fn take(&self) -> Vec<Work> {
        std::mem::take(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner).0)
    }
}

#[async_trait]
impl WorkQueue for MemoryWork {
    async fn ask(&self, work: &Work, key: &str) -> Result<(), BoxError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.1.insert(key.to_owned()) {
            state.0.push(work.clone());
        }
        Ok(())
    }

    async fn later(&self, _: &str, wait_ms: u64) -> Result<(), BoxError> {
        *self.waits_ms.lock().unwrap_or_else(PoisonError::into_inner) = Some(wait_ms);
        Ok(())
    }
}
