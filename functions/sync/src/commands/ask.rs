//! Asking deals about what people typed into their rows, and what each changed cell comes to.

use event_store::{BoxError, Request};
use kernel::{Actor, CorrelationId, Timestamp};
use sync_domain::amendment::{Amendment, amendment};
use sync_domain::conflict::{Conflict, Outcome};
use sync_domain::deal_rows::{Known, Origin, Tracked};
use sync_domain::difference::Edit;
use sync_domain::{Cell, Column, Policy, RowKey, RowPlan};
use uuid::Uuid;

use super::show_deal;
use crate::ports::{Amended, Amending};
use crate::reactions::{Shown, stands};
use crate::{Sheets, sheet_actor};

/// A row that waits, and the deal it belongs to.
pub(super) struct Waits<'a> {
    pub(super) key: RowKey,
    pub(super) known: &'a Known,
    pub(super) row: &'a Tracked,
    pub(super) correlation: &'a CorrelationId,
}

/// What is done about a row in the end.
#[derive(Debug, Default)]
pub(super) struct Met {
    /// The cells to write.
    pub(super) writes: Vec<(Column, Cell)>,
    /// Cells that people changed and that stay.
    pub(super) edits: Vec<Edit>,
    /// What changed cells came to.
    pub(super) conflicts: Vec<Conflict>,
    /// What to note at cells; an empty text takes our note away.
    pub(super) notes: Vec<(Column, String)>,
}

/// Settles the cells of a row that people changed: asks the deal where it can be asked, and lets the policy decide about the rest.
/// `None` when the deal context does not answer: the row goes on waiting, and nothing of it is written.
///
/// What the deal takes is shown by it at once, so the row's own state is past it before any fact arrives. Asking twice is asking
/// once: the key is made from the row, the state of the deal it was seen on, and what stands in the cell.
///
/// # Errors
/// When own tables do not answer.
pub(super) async fn settle_edits(
    sheets: &Sheets,
    waits: &Waits<'_>,
    plan: &RowPlan,
) -> Result<Option<Met>, BoxError> {
    let mut met = Met::default();
    let (over, asks, edits) = match plan.clone() {
        RowPlan::Update { writes, over, asks, edits, .. } => {
            met.writes = writes;
            (over, asks, edits)
        }
        RowPlan::Adopt { writes, .. } => {
            met.writes = writes;
            (Vec::new(), Vec::new(), Vec::new())
        }
        RowPlan::Append | RowPlan::Same { .. } | RowPlan::Orphan => (Vec::new(), Vec::new(), Vec::new()),
    };
    for edit in over {
        met.settle(sheets, waits, without_asking(edit), Policy::DatabaseWins);
    }
    for edit in edits {
        met.settle(sheets, waits, without_asking(edit), Policy::Manual);
    }
    for mut edit in asks {
        let refused = match (amendment(edit.column, &edit.wanted), amendment(edit.column, &edit.found)) {
            (Ok(seen), Ok(terms)) => match ask(sheets, waits, &edit, seen, terms).await {
                Ok(Amended::Stands { version, deal, taken }) => {
                    show(sheets, waits, version, &deal).await?;
                    if taken && edit.is_on_both_sides() {
                        met.conflicts.push(waits.conflict(sheets, &edit, Outcome::Sheet));
                    }
                    None
                }
                Ok(Amended::Refused(reason)) => Some(reason),
                Err(error) => {
                    let error = kernel::error::chain(error.as_ref());
                    tracing::warn!(row.key = %waits.key, error, "the deal was not asked: the row waits");
                    return Ok(None);
                }
            },
            (_, Err(reason)) | (Err(reason), _) => Some(reason.to_string()),
        };
        if refused.is_none() {
            met.edits.push(edit);
            continue;
        }
        edit.refused = refused;
        let policy = taken(waits.row, edit.column, &edit.found).unwrap_or(sheets.policy);
        if policy == Policy::DatabaseWins {
            met.writes.push((edit.column, edit.wanted.clone()));
        }
        met.settle(sheets, waits, edit, policy);
    }
    met.forget_notes(waits.row);
    Ok(Some(met))
}

/// What somebody said about this cell while this stood in it.
pub(super) fn taken(row: &Tracked, column: Column, found: &Cell) -> Option<Policy> {
    let said = row.takes.iter().find(|(at, seen, _)| *at == column && seen == found);
    said.map(|(.., take)| *take)
}

/// An edit that the deal is not asked about says why, where it is not because the deal changed too.
fn without_asking(mut edit: Edit) -> Edit {
    if !edit.is_on_both_sides() {
        edit.refused = amendment(edit.column, &edit.found).err().map(|reason| reason.to_string());
    }
    edit
}

impl Met {
    /// Remembers what a cell came to, and notes it there once.
    fn settle(&mut self, sheets: &Sheets, waits: &Waits<'_>, edit: Edit, policy: Policy) {
        let outcome = if policy == Policy::DatabaseWins { Outcome::Database } else { Outcome::Open };
        let conflict = waits.conflict(sheets, &edit, outcome);
        let told = |one: &Conflict| one.id == conflict.id && one.outcome == outcome;
        let said = taken(waits.row, edit.column, &edit.found).is_some();
        if said {
            self.notes.push((edit.column, String::new()));
        } else if !waits.row.conflicts.iter().any(told) {
            self.notes.push((edit.column, note(&conflict)));
        }
        self.conflicts.push(conflict);
        if outcome == Outcome::Open {
            self.edits.push(edit);
        }
    }

    /// Takes the notes of conflicts away that are open no more, and say nothing that still holds: the two agree, or the deal took
    /// what was typed.
    fn forget_notes(&mut self, row: &Tracked) {
        let noted = |before: &&Conflict| {
            before.outcome == Outcome::Open || row.takes.iter().any(|(at, ..)| *at == before.column)
        };
        for before in row.conflicts.iter().filter(noted) {
            let holds = |now: &Conflict| now.column == before.column && now.outcome != Outcome::Sheet;
            if !self.conflicts.iter().any(holds) {
                self.notes.push((before.column, String::new()));
            }
        }
    }
}

impl Waits<'_> {
    fn conflict(&self, sheets: &Sheets, edit: &Edit, outcome: Outcome) -> Conflict {
        let now = sheets.clock.now();
        let unknown = || Origin { by: Actor::system("deal"), at: Timestamp::default() };
        let Origin { by, at } = self.known.origin.clone().unwrap_or_else(unknown);
        let seen =
            self.row.conflicts.iter().find(|one| one.column == edit.column && one.sheet.value == edit.found);
        let seen_at = seen.map_or(now, |one| one.sheet.at);
        Conflict::of(self.key, self.known.as_of, edit, ((by, at), (sheet_actor(), seen_at)), outcome)
    }
}

/// What is noted at a cell, for whoever typed there.
fn note(conflict: &Conflict) -> String {
    let (typed, database) = (conflict.sheet.value.meaning(), conflict.database.value.meaning());
    let typed: String = typed.chars().take(200).collect();
    let why = match &conflict.refused {
        Some(reason) => format!("not taken over: {reason}."),
        None => format!("the deal was changed too, by {} at {}.", conflict.database.by, conflict.database.at),
    };
    let stands = if conflict.outcome == Outcome::Database { "put back" } else { "still" };
    format!("\"{typed}\" was typed here; {why} The deal has \"{database}\", {stands}.")
}

async fn ask(
    sheets: &Sheets,
    waits: &Waits<'_>,
    edit: &Edit,
    seen: Amendment,
    terms: Amendment,
) -> Result<Amended, BoxError> {
    let content =
        format!("{}#{}#{}#{}", waits.key, edit.column.name(), waits.known.as_of, edit.found.meaning());
    let amending = Amending {
        tenant: sheets.tenant.clone(),
        deal: waits.key.root(),
        actor: sheet_actor(),
        correlation: waits.correlation.clone(),
        key: Uuid::new_v5(&Uuid::NAMESPACE_OID, content.as_bytes()).to_string(),
        seen,
        terms,
    };
    sheets.deals.amend(&amending).await
}

/// Shows the deal as its own context answered it.
async fn show(
    sheets: &Sheets,
    waits: &Waits<'_>,
    version: u64,
    deal: &serde_json::Value,
) -> Result<(), BoxError> {
    let Some(Shown { id, deal, .. }) = stands(sheets, deal, false).await? else { return Ok(()) };
    let origin = Origin { by: sheet_actor(), at: sheets.clock.now() };
    let request = Request::new(sheets.by_itself(waits.correlation.clone()));
    show_deal(sheets, &request, id, (version, deal, false), Some(origin)).await?;
    Ok(())
}
