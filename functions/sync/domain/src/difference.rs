//! What has to happen to a sheet so that rows stand in it, from what stands there now.
//!
//! Three texts meet in a cell: what is wanted, what was last written, and what stands there. Whoever changed one of the outer
//! two since the middle one was written has a say; where both did, the [`Policy`] decides. What people alone changed is a
//! question to the deal, where it is something that a deal can take ([`is_amendable`]).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::amendment::is_amendable;
use crate::{Cell, Column, Content, Grid, RowKey};

/// Whose word counts where people changed a cell since it was last written, and the deal changed too or cannot take it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// The cell is written over.
    #[default]
    DatabaseWins,
    /// The deal is asked to take what people typed; where it cannot, the row waits in conflict for somebody.
    SheetWins,
    /// The cell stays, and the row waits in conflict for somebody.
    Manual,
}

/// A cell that people changed since it was last written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Edit {
    /// Which cell of the row.
    pub column: Column,
    /// What should stand there.
    pub wanted: Cell,
    /// What was last written there.
    pub written: Cell,
    /// What stands there.
    pub found: Cell,
    /// Why the deal did not take it, where it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

impl Edit {
    /// Whether the deal changed in this cell too, so that two wills meet in it.
    #[must_use]
    pub fn is_on_both_sides(&self) -> bool {
        self.wanted != self.written
    }
}

/// What has to happen to one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowPlan {
    /// It never stood there: append it.
    Append,
    /// A line without a key shows it already: give that its key, instead of a second line.
    Adopt {
        /// The line.
        line: u32,
        /// The cells to write: what means the same and is another kind of cell, and the note.
        writes: Vec<(Column, Cell)>,
    },
    /// It stands there and some cells have to change.
    Update {
        /// The line it stands on now.
        line: u32,
        /// The cells to write.
        writes: Vec<(Column, Cell)>,
        /// Cells that people changed and that are written over.
        over: Vec<Edit>,
        /// Cells that people changed and that the deal is to be asked about.
        asks: Vec<Edit>,
        /// Cells that people changed and that stay.
        edits: Vec<Edit>,
    },
    /// It stands there as wanted.
    Same {
        /// The line it stands on now.
        line: u32,
    },
    /// It was written once and is gone: people deleted it, and it stays so.
    Orphan,
}

/// What has to happen so that `wanted` stands under `key`. `written` is what an acknowledged call last put there.
///
/// Without `written` the row was never acknowledged. If it stands there all the same, an earlier call wrote it whose answer was
/// lost: it is brought up to date, never appended again.
#[must_use]
pub fn plan(
    grid: &Grid,
    key: RowKey,
    wanted: &Content,
    written: Option<&Content>,
    policy: Policy,
) -> RowPlan {
    plan_by(grid, key, wanted, (written, &[]), |_, _| policy)
}

/// The same, where the policy may be another one for a cell: for its column and what stands in it. `offered` is what was wanted since
/// `written`, and may have been written by a call that nobody remembers: what stands there of it was typed by nobody.
pub fn plan_by(
    grid: &Grid,
    key: RowKey,
    wanted: &Content,
    (written, offered): (Option<&Content>, &[Content]),
    policy: impl Fn(Column, &Cell) -> Policy,
) -> RowPlan {
    let Some(line) = grid.line(key) else {
        return match (written, grid.alike(wanted)) {
            (Some(_), _) => RowPlan::Orphan,
            (None, Some((line, found))) => {
                let differ =
                    wanted.cells().zip(found.cells()).filter(|((_, wanted), (_, found))| wanted != found);
                let writes = differ.map(|((column, wanted), _)| (column, wanted.clone())).collect();
                RowPlan::Adopt { line, writes }
            }
            (None, None) => RowPlan::Append,
        };
    };
    let (mut writes, mut over, mut asks, mut edits) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for ((column, wanted), (_, found)) in wanted.cells().zip(line.content.cells()) {
        if wanted == found {
            continue;
        }
        let written =
            written.and_then(|written| written.cells().find(|(at, _)| *at == column)).map(|(_, cell)| cell);
        let ours = offered.iter().any(|offered| offered.cells().any(|cell| cell == (column, found)));
        let Some(written) = written.filter(|written| *written != found && !ours) else {
            writes.push((column, wanted.clone()));
            continue;
        };
        let (wanted, written, found) = (wanted.clone(), written.clone(), found.clone());
        let edit = Edit { column, wanted, written, found, refused: None };
        let policy = policy(column, &edit.found);
        let may_be_asked = is_amendable(column, &edit.wanted);
        match policy {
            _ if may_be_asked && !edit.is_on_both_sides() => asks.push(edit),
            Policy::SheetWins if may_be_asked => asks.push(edit),
            Policy::DatabaseWins => {
                writes.push((column, edit.wanted.clone()));
                over.push(edit);
            }
            Policy::SheetWins | Policy::Manual => edits.push(edit),
        }
    }
    if writes.is_empty() && edits.is_empty() && asks.is_empty() {
        RowPlan::Same { line: line.number }
    } else {
        RowPlan::Update { line: line.number, writes, over, asks, edits }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::layout::{header, rows};
    use crate::testing::{deal_of, key};

    fn line(key: &str, content: &Content) -> Vec<Cell> {
        std::iter::once(Cell::text(key)).chain(content.cells().map(|(_, cell)| cell.clone())).collect()
    }

    fn with(content: &Content, column: Column, cell: &Cell) -> Content {
        Content::of(
            content.cells().map(|(at, present)| if at == column { cell.clone() } else { present.clone() }),
        )
    }

    /// Three rows of two deals, as the sheet would show them.
    fn sheet() -> Vec<(RowKey, Content)> {
        let first = rows(&deal_of(&[("Gulf", "10000", "90"), ("Deccan", "3000", "91")]));
        let second = rows(&deal_of(&[("Konkan", "13000", "96.5")]));
        [(key(1, 1), first[0].clone()), (key(1, 2), first[1].clone()), (key(2, 1), second[0].clone())].into()
    }

    fn grid(rows: &[(RowKey, Content)]) -> Grid {
        Grid::of(
            std::iter::once(header())
                .chain(rows.iter().map(|(key, content)| line(&key.to_string(), content))),
        )
    }

    /// The sheet after the plan of each row was carried out.
    fn flushed(
        rows: &[(RowKey, Content)],
        wanted: &[(RowKey, Content)],
        written: Option<&Content>,
    ) -> Vec<(RowKey, Content)> {
        let grid = grid(rows);
        let mut after = rows.to_vec();
        for (key, content) in wanted {
            match plan(&grid, *key, content, written, Policy::DatabaseWins) {
                RowPlan::Append => after.push((*key, content.clone())),
                RowPlan::Update { line, writes, .. } => {
                    let index = usize::try_from(line).unwrap() - 2;
                    for (column, cell) in writes {
                        after[index].1 = with(&after[index].1, column, &cell);
                    }
                }
                RowPlan::Same { .. } | RowPlan::Orphan => {}
                RowPlan::Adopt { .. } => unreachable!("every line has a key"),
            }
        }
        after
    }

    #[test]
    fn a_row_that_never_stood_there_is_appended_and_one_that_did_is_an_orphan() {
        let (key, content) = sheet().remove(0);
        let empty = grid(&[]);
        assert_eq!(plan(&empty, key, &content, None, Policy::DatabaseWins), RowPlan::Append);
        assert_eq!(plan(&empty, key, &content, Some(&content), Policy::DatabaseWins), RowPlan::Orphan);
    }

    #[test]
    fn a_row_whose_acknowledgement_was_lost_is_found_and_not_appended_again() {
        let rows = sheet();
        for (line, (key, content)) in (2..).zip(&rows) {
            assert_eq!(plan(&grid(&rows), *key, content, None, Policy::Manual), RowPlan::Same { line });
        }
    }

    #[test]
    fn only_the_cells_that_changed_are_written() {
        let rows = sheet();
        let (key, before) = &rows[2];
        let wanted = with(before, Column::SaleRate, &Cell::text("97"));
        assert_eq!(
            plan(&grid(&rows), *key, &wanted, Some(before), Policy::Manual),
            update(4, vec![(Column::SaleRate, Cell::text("97"))])
        );
    }

    #[test]
    fn what_a_call_wrote_that_nobody_remembers_was_typed_by_nobody() {
        let rows = sheet();
        let (key, written) = rows[0].clone();
        let rate = |text: &str| with(&written, Column::SaleRate, &Cell::text(text));
        let mut forgotten = rows;
        forgotten[0].1 = rate("97");
        let known = (Some(&written), &[rate("96"), rate("97")][..]);
        let plan = plan_by(&grid(&forgotten), key, &rate("98"), known, |_, _| Policy::Manual);
        assert_eq!(plan, update(2, vec![(Column::SaleRate, Cell::text("98"))]));
    }

    #[test]
    fn a_line_that_shows_a_row_already_is_adopted_and_one_that_does_not_is_not() {
        let (key, wanted) = sheet()[2].clone();
        let bare = |content: &Content| Grid::of([header(), line("", content)]);
        let plan_on = |grid: &Grid| plan(grid, key, &wanted, None, Policy::Manual);
        assert_eq!(plan_on(&bare(&wanted)), RowPlan::Adopt { line: 2, writes: vec![] });
        let rate = wanted.cells().find(|(column, _)| *column == Column::SaleRate).unwrap().1.clone();
        let typed = with(&wanted, Column::SaleRate, &Cell::text(&rate.meaning()));
        let writes = vec![(Column::SaleRate, rate)];
        assert_eq!(plan_on(&bare(&typed)), RowPlan::Adopt { line: 2, writes });
        for (column, cell) in
            [(Column::SaleRate, "1"), (Column::SaleParty, "Somebody"), (Column::Note, "mine")]
        {
            assert_eq!(
                plan_on(&bare(&with(&wanted, column, &Cell::text(cell)))),
                RowPlan::Append,
                "{column:?}"
            );
        }
        assert_eq!(plan(&bare(&wanted), key, &wanted, Some(&wanted), Policy::Manual), RowPlan::Orphan);
        let mut grid = bare(&wanted);
        grid.adopt(2);
        assert_eq!(plan_on(&grid), RowPlan::Append, "each line is one row's");
    }

    fn update(line: u32, writes: Vec<(Column, Cell)>) -> RowPlan {
        RowPlan::Update { line, writes, over: vec![], asks: vec![], edits: vec![] }
    }

    /// The plan of the first row when its deal wants `wanted` in a column, people typed `found` there, and something else
    /// changed in the deal besides.
    fn met(column: Column, wanted: Option<&str>, found: &str, policy: Policy) -> (RowPlan, Edit) {
        let rows = sheet();
        let (key, written) = rows[0].clone();
        let mut edited = rows;
        edited[0].1 = with(&written, column, &Cell::text(found));
        let before = written.cells().find(|(at, _)| *at == column).unwrap().1.clone();
        let wanted = wanted.map_or(before.clone(), Cell::text);
        let edit =
            Edit { column, wanted: wanted.clone(), written: before, found: Cell::text(found), refused: None };
        let shown = with(&with(&written, column, &wanted), Column::Note, &Cell::text("new"));
        (plan(&grid(&edited), key, &shown, Some(&written), policy), edit)
    }

    const POLICIES: [Policy; 3] = [Policy::DatabaseWins, Policy::SheetWins, Policy::Manual];

    #[test]
    fn what_people_alone_changed_is_asked_of_the_deal_and_what_it_changed_elsewhere_lands_beside_it() {
        for policy in POLICIES {
            let (plan, edit) = met(Column::SaleRate, None, "99", policy);
            let writes = vec![(Column::Note, Cell::text("new"))];
            let both = RowPlan::Update { line: 2, writes, over: vec![], asks: vec![edit], edits: vec![] };
            assert_eq!(plan, both, "{policy:?}");
        }
    }

    #[test]
    fn where_both_changed_a_cell_the_policy_decides() {
        let note = (Column::Note, Cell::text("new"));
        for policy in POLICIES {
            let (plan, edit) = met(Column::SaleRate, Some("97"), "99", policy);
            assert!(edit.is_on_both_sides());
            let rate = (Column::SaleRate, Cell::text("97"));
            let (writes, over, asks, edits) = match policy {
                Policy::DatabaseWins => (vec![rate, note.clone()], vec![edit], vec![], vec![]),
                Policy::SheetWins => (vec![note.clone()], vec![], vec![edit], vec![]),
                Policy::Manual => (vec![note.clone()], vec![], vec![], vec![edit]),
            };
            assert_eq!(plan, RowPlan::Update { line: 2, writes, over, asks, edits }, "{policy:?}");
        }
    }

    #[test]
    fn what_no_deal_can_take_is_written_over_or_stays_and_is_never_asked() {
        for policy in POLICIES {
            let (plan, edit) = met(Column::QuantitySold, None, "99", policy);
            let RowPlan::Update { over, asks, edits, .. } = plan else { unreachable!() };
            let (written_over, left) =
                if policy == Policy::DatabaseWins { (vec![edit], vec![]) } else { (vec![], vec![edit]) };
            assert_eq!((over, asks, edits), (written_over, vec![], left), "{policy:?}");
        }
    }

    #[test]
    fn what_both_changed_to_the_same_is_no_conflict() {
        let (plan, _) = met(Column::SaleRate, Some("99"), "99", Policy::Manual);
        assert_eq!(plan, update(2, vec![(Column::Note, Cell::text("new"))]));
    }

    #[test]
    fn copied_and_foreign_lines_are_told_apart() {
        let rows = sheet();
        let mut lines = vec![header()];
        lines.extend(rows.iter().map(|(key, content)| line(&key.to_string(), content)));
        lines.push(line(&rows[0].0.to_string(), &rows[0].1));
        lines.push(vec![]);
        lines.push(line("", &rows[1].1));
        lines.push(line("mine", &Content::default()));
        let grid = Grid::of(lines);
        assert_eq!(
            (grid.copies.clone(), grid.foreign.clone()),
            (BTreeMap::from([(rows[0].0, vec![5])]), vec![7, 8])
        );
        assert_eq!(grid.line(rows[0].0).unwrap().number, 2, "the topmost is the row");
    }

    proptest! {
        #[test]
        fn rows_are_found_wherever_people_move_them(order in Just(vec![0_usize, 1, 2]).prop_shuffle(), above in 0_usize..4) {
            let rows = sheet();
            let mut lines = vec![header()];
            lines.extend((0..above).map(|_| vec![Cell::text(""), Cell::text("a line of somebody else")]));
            lines.extend(order.iter().map(|index| line(&rows[*index].0.to_string(), &rows[*index].1)));
            let grid = Grid::of(lines);
            for (key, content) in &rows {
                let line = grid.line(*key).unwrap().number;
                prop_assert_eq!(plan(&grid, *key, content, Some(content), Policy::DatabaseWins), RowPlan::Same { line });
            }
        }

        #[test]
        fn a_second_flush_changes_no_cell(present in 0_usize..=3, changed in proptest::collection::vec((0_usize..3, 0_usize..13, "[a-z]{0,3}"), 0..6)) {
            let wanted = sheet();
            let mut before = wanted[..present].to_vec();
            for (row, column, text) in changed {
                if let Some(row) = before.get_mut(row) {
                    row.1 = with(&row.1, Column::ALL[column], &Cell::text(&text));
                }
            }
            let once = flushed(&before, &wanted, None);
            prop_assert_eq!(&once, &wanted);
            prop_assert_eq!(flushed(&once, &wanted, None), once);
        }

        #[test]
        fn no_line_people_type_breaks_the_reading(lines in proptest::collection::vec(proptest::collection::vec("\\PC{0,8}", 0..16), 0..8)) {
            let count = lines.len();
            let grid = Grid::of(lines.into_iter().map(|cells| cells.iter().map(|text| Cell::text(text)).collect()));
            prop_assert!(grid.keys().count() + grid.foreign.len() <= count);
        }
    }
}
