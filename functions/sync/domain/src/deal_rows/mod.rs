//! The rows of one deal: what they should show, what was last written, and where each stands.
//!
//! ```text
//! held ──release──▶ pending ──flush──▶ written ──deal changes, recheck──▶ pending
//!                      ├──── people changed cells, policy manual ──▶ conflict ──deal changes, recheck──▶ pending
//!                      ├──── the sheet refuses it ──▶ refused ──deal changes, recheck──▶ pending
//!                      └──── people deleted it ──▶ orphaned ──people bring it back, or a run restores it──▶ pending
//! ```
//!
//! All rows of a deal are one stream, because they change together. A flush tells what it wanted when it looked: where the
//! deal has changed since, the row stays pending and the next flush brings it up to date.

mod command;
mod error;
mod event;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use kernel::{Aggregate, Recorded, Timestamp};

pub use command::{Command, Settled};
pub use error::Refusal;
pub use event::{Event, Origin, Seen, SettledRow};

use crate::conflict::{Conflict, Outcome};
use crate::difference::{Edit, Policy};
use crate::layout::rows;
use crate::{Cell, Column, ConflictId, Content, SheetDeal};

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowState {
    /// Waits until somebody releases it.
    Held,
    /// Waits for the next flush.
    Pending,
    /// Stands in the sheet as wanted.
    Written,
    /// Stands in the sheet with cells that people changed.
    Conflict,
    /// Was deleted from the sheet by people. The deal is as it was.
    Orphaned,
    /// Is not taken by the spreadsheet, for a reason that stays.
    Refused,
}

impl RowState {
    /// As it is shown and filtered by.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Pending => "pending",
            Self::Written => "written",
            Self::Conflict => "conflict",
            Self::Orphaned => "orphaned",
            Self::Refused => "refused",
        }
    }
}

/// Rows that are looked at again when somebody asks for it.
const RECHECKED: [RowState; 3] = [RowState::Written, RowState::Conflict, RowState::Refused];

/// One row of a deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tracked {
    /// What it should show.
    pub wanted: Content,
    /// What was last known to stand there by our hand; `None` until a flush has seen it there.
    pub written: Option<Content>,
    /// What it should show earlier, since it was last settled: a flush may have written it and died before that was remembered.
    pub offered: Vec<Content>,
    /// Where it stands.
    pub state: RowState,
    /// Cells that people changed and that were left alone.
    pub edits: Vec<Edit>,
    /// What changed cells came to, the last in each.
    pub conflicts: Vec<Conflict>,
    /// What somebody said about a cell and what stood in it, until the next flush has acted on it.
    pub takes: Vec<(Column, Cell, Policy)>,
    /// Why the spreadsheet refuses it, if it does.
    pub refused: Option<String>,
    /// When a flush last saw it as wanted.
    pub written_at: Option<Timestamp>,
}

/// The rows of a deal that is known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Sequence in the deal's own stream up to which they are current.
    pub as_of: u64,
    /// What they show.
    pub deal: SheetDeal,
    /// Whose change of the deal that is, where it is known.
    pub origin: Option<Origin>,
    /// Each row by its part, from 1.
    pub rows: BTreeMap<u32, Tracked>,
}

/// The state of the stream; `None` inside before anything was wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DealRows(Option<Known>);

impl DealRows {
    /// What is known; `None` before anything was wanted.
    #[must_use]
    pub const fn known(&self) -> Option<&Known> {
        self.0.as_ref()
    }

    /// The rows that wait for a flush, with what is wanted of each.
    pub fn pending(&self) -> impl Iterator<Item = (u32, &Tracked)> {
        let rows = self.0.iter().flat_map(|known| &known.rows);
        rows.filter(|(_, row)| row.state == RowState::Pending).map(|(part, row)| (*part, row))
    }
}

impl Aggregate for DealRows {
    const KIND: &'static str = "deal-rows";

    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn decide(&self, command: &Command) -> Result<Vec<Event>, Refusal> {
        match (command, &self.0) {
            (Command::Show { as_of, deal, held, origin }, None) => Ok(vec![Event::RowsWanted {
                as_of: *as_of,
                deal: deal.clone(),
                held: *held,
                origin: origin.clone(),
            }]),
            (Command::Show { as_of, .. }, Some(known)) if *as_of <= known.as_of => Ok(vec![]),
            (Command::Show { as_of, deal, held, origin }, Some(known)) => {
                let deal = known.with_its_own_words(deal);
                let (as_of, held, origin) = (*as_of, *held, origin.clone());
                Ok(vec![Event::RowsWanted { as_of, deal, held, origin }])
            }
            (_, None) => Err(Refusal::Unknown),
            (Command::Release, Some(known)) => {
                let held = known.rows.values().any(|row| row.state == RowState::Held);
                Ok(if held { vec![Event::RowsReleased] } else { vec![] })
            }
            (Command::Recheck, Some(known)) => {
                let settled = |row: &Tracked| RECHECKED.contains(&row.state);
                Ok(if known.rows.values().any(settled) { vec![Event::RowsRechecked] } else { vec![] })
            }
            (Command::Restore, Some(known)) => {
                let orphaned = known.rows.values().any(|row| row.state == RowState::Orphaned);
                Ok(if orphaned { vec![Event::RowsRestored] } else { vec![] })
            }
            (Command::Return { parts }, Some(known)) => {
                let gone =
                    |part: &&u32| known.rows.get(part).is_some_and(|row| row.state == RowState::Orphaned);
                let parts: Vec<u32> = parts.iter().filter(gone).copied().collect();
                Ok(if parts.is_empty() { vec![] } else { vec![Event::RowsReturned { parts }] })
            }
            (Command::Resolve { id, take }, Some(known)) => known.resolve(*id, *take),
            (Command::Settle { seen }, Some(known)) => Ok(known.settle(seen)),
        }
    }

    fn evolve(self, recorded: &Recorded<Event>) -> Self {
        match (&recorded.event, self.0) {
            (Event::RowsWanted { as_of, deal, held, origin }, known) => {
                let before = known.map(|known| known.rows).unwrap_or_default();
                let rows = wanted(before, deal, *held);
                Self(Some(Known { as_of: *as_of, deal: deal.clone(), origin: origin.clone(), rows }))
            }
            (_, None) => Self(None),
            (Event::RowsReleased, Some(mut known)) => {
                known.turn(&[RowState::Held]);
                Self(Some(known))
            }
            (Event::RowsRechecked, Some(mut known)) => {
                known.turn(&RECHECKED);
                Self(Some(known))
            }
            (Event::RowsRestored, Some(mut known)) => {
                for row in known.rows.values_mut().filter(|row| row.state == RowState::Orphaned) {
                    (row.state, row.written) = (RowState::Pending, None);
                }
                Self(Some(known))
            }
            (Event::RowsReturned { parts }, Some(mut known)) => {
                for part in parts {
                    if let Some(row) = known.rows.get_mut(part) {
                        row.state = RowState::Pending;
                    }
                }
                Self(Some(known))
            }
            (Event::ConflictResolved { id, part, column, take }, Some(mut known)) => {
                if let Some(row) = known.rows.get_mut(part) {
                    row.resolved(*id, *column, *take);
                }
                Self(Some(known))
            }
            (Event::RowsSettled { rows }, Some(mut known)) => {
                for settled in rows {
                    if let Some(row) = known.rows.get_mut(&settled.part) {
                        row.settled(settled, recorded.at);
                    }
                }
                Self(Some(known))
            }
        }
    }
}

/// The rows after the deal changed to `deal`. A part that it has no more says so, where it was ever written.
fn wanted(mut before: BTreeMap<u32, Tracked>, deal: &SheetDeal, held: bool) -> BTreeMap<u32, Tracked> {
    let mut after = BTreeMap::new();
    for (part, content) in (1_u32..).zip(rows(deal)) {
        let row = match before.remove(&part) {
            Some(row) => row.wanting(content),
            None => Tracked {
                wanted: content,
                written: None,
                offered: Vec::new(),
                state: if held { RowState::Held } else { RowState::Pending },
                edits: Vec::new(),
                conflicts: Vec::new(),
                takes: Vec::new(),
                refused: None,
                written_at: None,
            },
        };
        after.insert(part, row);
    }
    let surplus = before.into_iter().filter(|(_, row)| row.state != RowState::Held);
    after.extend(surplus.map(|(part, row)| (part, row.wanting(Content::withdrawn()))));
    after
}

impl Tracked {
    /// The same row with other content to show. One that people deleted stays deleted; one that is held stays held.
    fn wanting(self, content: Content) -> Self {
        let state = match self.state {
            RowState::Held | RowState::Orphaned => self.state,
            RowState::Written if self.written.as_ref() == Some(&content) => RowState::Written,
            RowState::Pending | RowState::Written | RowState::Conflict | RowState::Refused => {
                RowState::Pending
            }
        };
        let edits = if state == RowState::Conflict { self.edits } else { Vec::new() };
        let mut offered = self.offered;
        if self.state == RowState::Pending {
            offered.push(self.wanted);
        }
        Self { wanted: content, offered, state, edits, ..self }
    }

    fn settled(&mut self, settled: &SettledRow, at: Timestamp) {
        let current = self.wanted == settled.content;
        self.edits.clear();
        self.takes.clear();
        self.offered.clear();
        self.refused = None;
        self.met(&settled.conflicts);
        match &settled.seen {
            Seen::Written => {
                self.written = Some(settled.content.clone());
                self.written_at = Some(at);
                self.state = if current { RowState::Written } else { RowState::Pending };
            }
            Seen::Edited { edits } => {
                self.written = Some(left_alone(&settled.content, edits));
                self.edits = if current { edits.clone() } else { Vec::new() };
                self.state = if current { RowState::Conflict } else { RowState::Pending };
            }
            Seen::Deleted => self.state = RowState::Orphaned,
            Seen::Refused { reason } => {
                self.state = if current { RowState::Refused } else { RowState::Pending };
                self.refused = current.then(|| reason.clone());
            }
        }
    }

    /// Remembers what cells came to, the last of each. One that was open and is not met again has come to an agreement.
    fn met(&mut self, conflicts: &[Conflict]) {
        let met = |one: &Conflict| conflicts.iter().any(|conflict| conflict.id == one.id);
        let elsewhere = |one: &Conflict| !conflicts.iter().any(|conflict| conflict.column == one.column);
        self.conflicts.retain(|one| !met(one) && elsewhere(one));
        for earlier in self.conflicts.iter_mut().filter(|one| one.outcome == Outcome::Open) {
            earlier.outcome = Outcome::Settled;
        }
        self.conflicts.extend(conflicts.iter().cloned());
    }

    fn resolved(&mut self, id: ConflictId, column: Column, take: Policy) {
        let mut open = self.conflicts.iter_mut();
        if let Some(conflict) = open.find(|conflict| conflict.id == id) {
            conflict.outcome = outcome(take);
            self.takes.retain(|(at, ..)| *at != column);
            self.takes.push((column, conflict.sheet.value.clone(), take));
        }
        if self.state == RowState::Conflict {
            self.state = RowState::Pending;
        }
    }
}

/// What is known to stand in a row by our hand: what was wanted, except for cells that people changed, where it is still what
/// was written before they did.
fn left_alone(wanted: &Content, edits: &[Edit]) -> Content {
    let edited = |column| edits.iter().find(|edit| edit.column == column);
    Content::of(
        wanted.cells().map(|(column, cell)| edited(column).map_or(cell, |edit| &edit.written).clone()),
    )
}

/// Which value stands when a policy decides.
#[must_use]
pub const fn outcome(policy: Policy) -> Outcome {
    match policy {
        Policy::DatabaseWins => Outcome::Database,
        Policy::SheetWins => Outcome::Sheet,
        Policy::Manual => Outcome::Open,
    }
}

impl Known {
    /// Only an open conflict is resolved, and to one of the two values.
    fn resolve(&self, id: ConflictId, take: Policy) -> Result<Vec<Event>, Refusal> {
        let conflicts =
            self.rows.iter().flat_map(|(part, row)| row.conflicts.iter().map(move |one| (*part, one)));
        let mut found = conflicts.filter(|(_, conflict)| conflict.id == id);
        match found.next() {
            _ if take == Policy::Manual => Err(Refusal::NoConflict),
            Some((part, conflict)) if conflict.outcome == Outcome::Open => {
                Ok(vec![Event::ConflictResolved { id, part, column: conflict.column, take }])
            }
            Some((_, conflict)) if conflict.outcome == outcome(take) => Ok(vec![]),
            _ => Err(Refusal::NoConflict),
        }
    }

    /// A deal keeps the words of its product that it was first shown with: a renamed grade does not rewrite history.
    fn with_its_own_words(&self, deal: &SheetDeal) -> SheetDeal {
        let mut deal = deal.clone();
        if deal.product.code == self.deal.product.code {
            deal.product = self.deal.product.clone();
        }
        deal
    }

    fn turn(&mut self, from: &[RowState]) {
        for row in self.rows.values_mut().filter(|row| from.contains(&row.state)) {
            row.state = RowState::Pending;
        }
    }

    /// Only rows that wait are settled, and each once: a flush that comes late, or twice, says nothing new.
    fn settle(&self, seen: &[(u32, Settled)]) -> Vec<Event> {
        let waits = |part: &u32| self.rows.get(part).is_some_and(|row| row.state == RowState::Pending);
        let rows: Vec<SettledRow> = seen
            .iter()
            .filter(|(part, _)| waits(part))
            .map(|(part, settled)| SettledRow {
                part: *part,
                content: settled.wanted.clone(),
                seen: settled.seen.clone(),
                conflicts: settled.conflicts.clone(),
            })
            .collect();
        if rows.is_empty() { Vec::new() } else { vec![Event::RowsSettled { rows }] }
    }
}
