//! Tabs that live in memory: for tests.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use sync_domain::mirror::{TabCell, TabPlan};
use sync_domain::{Cell, Tab};

use super::Mishap;
use crate::ports::{SheetFault, Tabs};

/// Tabs of a spreadsheet, all of them there and empty at first.
#[derive(Debug)]
pub struct MemoryTabs {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    tabs: BTreeMap<Tab, Vec<Vec<Cell>>>,
    reads: usize,
    writes: usize,
    cells: usize,
    mishap: Option<Mishap>,
    refuses: bool,
}

impl Default for MemoryTabs {
    fn default() -> Self {
        let tabs = Tab::ALL.into_iter().map(|tab| (tab, Vec::new())).collect();
        let state = State { tabs, reads: 0, writes: 0, cells: 0, mishap: None, refuses: false };
        Self { state: Mutex::new(state) }
    }
}

impl MemoryTabs {
    /// All lines of a tab; none of one that is missing.
    #[must_use]
    pub fn lines(&self, tab: Tab) -> Vec<Vec<Cell>> {
        self.lock().tabs.get(&tab).cloned().unwrap_or_default()
    }

    /// Lets people do something to the lines of a tab; one that was missing is there from now on.
    pub fn people(&self, tab: Tab, act: impl FnOnce(&mut Vec<Vec<Cell>>)) {
        act(self.lock().tabs.entry(tab).or_default());
    }

    /// Lets people delete a tab.
    pub fn drop_tab(&self, tab: Tab) {
        self.lock().tabs.remove(&tab);
    }

    /// Calls that read, calls that wrote, and cells they wrote.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize) {
        let state = self.lock();
        (state.reads, state.writes, state.cells)
    }

    /// Lets the next write go wrong.
    pub fn fail_next(&self, mishap: Mishap) {
        self.lock().mishap = Some(mishap);
    }

    /// Refuses every write from now on, quoting what is to be written.
    pub fn refuse(&self) {
        self.lock().refuses = true;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Index of a line or column; a number too large for this machine is out of every tab.
fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn carry_out(lines: &mut Vec<Vec<Cell>>, plan: &TabPlan) {
    for TabCell { line, column, cell } in &plan.cells {
        if lines.len() < index(*line) {
            lines.resize(index(*line), Vec::new());
        }
        let Some(cells) = lines.get_mut(index(*line).saturating_sub(1)) else { continue };
        if cells.len() <= index(*column) {
            cells.resize(index(*column).saturating_add(1), Cell::Empty);
        }
        if let Some(place) = cells.get_mut(index(*column)) {
            *place = cell.clone();
        }
    }
    lines.extend(plan.append.iter().cloned());
    for line in &plan.remove {
        lines.remove(index(*line).saturating_sub(1));
    }
}

#[async_trait]
impl Tabs for MemoryTabs {
    async fn read_tab(&self, tab: Tab) -> Result<Vec<Vec<Cell>>, SheetFault> {
        let mut state = self.lock();
        state.reads = state.reads.saturating_add(1);
        let lines = state.tabs.get(&tab).cloned();
        lines.ok_or_else(|| SheetFault::NoTab(format!("400 Unable to parse range: {}", tab.title())))
    }

    async fn write_tab(&self, tab: Tab, plan: &TabPlan) -> Result<(), SheetFault> {
        let mut state = self.lock();
        let lost = || SheetFault::Unavailable("the answer was lost".into());
        let mishap = state.mishap.take();
        match mishap {
            Some(Mishap::Before) => return Err(lost()),
            Some(Mishap::Limited) => return Err(SheetFault::Limited { retry_after_ms: None }),
            Some(Mishap::Denied) => return Err(SheetFault::Denied("read-only".to_owned())),
            Some(Mishap::After) | None => {}
        }
        if state.refuses {
            return Err(SheetFault::Refused(format!("400 {:?} is too large", plan.append)));
        }
        let lines = state.tabs.get_mut(&tab);
        carry_out(lines.ok_or_else(|| SheetFault::NoTab(tab.title().to_owned()))?, plan);
        state.writes = state.writes.saturating_add(1);
        state.cells = state.cells.saturating_add(plan.count());
        if mishap == Some(Mishap::After) { Err(lost()) } else { Ok(()) }
    }
}
