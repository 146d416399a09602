use testkit::{Given, given, given_nothing};

use super::*;
use crate::testing::deal_of;
use crate::{Cell, Column};

const SOURCES: [(&str, &str, &str); 2] = [("Gulf", "10000", "90"), ("Deccan", "3000", "91")];

fn show(as_of: u64, deal: SheetDeal) -> Command {
    Command::Show { as_of, deal, held: false, origin: None }
}

fn wanted_at(as_of: u64, deal: SheetDeal) -> Event {
    Event::RowsWanted { as_of, deal, held: false, origin: None }
}

fn confirmed() -> Given<DealRows> {
    given([wanted_at(2, deal_of(&SOURCES))])
}

fn cancelled() -> SheetDeal {
    SheetDeal { cancelled: true, ..deal_of(&SOURCES) }
}

/// What a flush that saw every pending row like this would tell.
fn settle(scenario: &Given<DealRows>, seen: &Seen) -> Command {
    let pending = scenario.state().pending();
    Command::Settle {
        seen: pending
            .map(|(part, row)| {
                (part, Settled { wanted: row.wanted.clone(), seen: seen.clone(), conflicts: vec![] })
            })
            .collect(),
    }
}

fn settled(scenario: Given<DealRows>, seen: &Seen) -> Given<DealRows> {
    let events = scenario.state().decide(&settle(&scenario, seen)).unwrap();
    scenario.and_at(testkit::NOON, events)
}

fn states(scenario: &Given<DealRows>) -> Vec<RowState> {
    scenario.state().known().unwrap().rows.values().map(|row| row.state).collect()
}

#[test]
fn a_confirmed_deal_is_a_pending_row_for_each_source() {
    let after =
        given_nothing::<DealRows>().when(&show(2, deal_of(&SOURCES))).then([wanted_at(2, deal_of(&SOURCES))]);
    assert_eq!(states(&after), [RowState::Pending, RowState::Pending]);
}

#[test]
fn what_was_wanted_before_the_last_flush_is_remembered_until_the_next_one() {
    let offered = |scenario: &Given<DealRows>| scenario.state().known().unwrap().rows[&1].offered.clone();
    let amended = |rate: &str| SheetDeal { rate_per_kg: rate.parse().unwrap(), ..deal_of(&SOURCES) };
    let shown = |scenario: Given<DealRows>, as_of, rate| {
        let (command, event) = (show(as_of, amended(rate)), wanted_at(as_of, amended(rate)));
        scenario.when(&command).then([event])
    };
    let once = shown(settled(confirmed(), &Seen::Written), 3, "97");
    assert_eq!(offered(&once), [], "what is settled is no secret");
    let twice = shown(once, 4, "98");
    assert_eq!(offered(&twice), [rows(&amended("97"))[0].clone()]);
    assert_eq!(offered(&settled(twice, &Seen::Written)), []);
}

#[test]
fn a_fact_that_comes_again_or_late_changes_nothing() {
    confirmed().when(&show(2, deal_of(&SOURCES))).then_nothing();
    let after = confirmed().when(&show(3, cancelled())).then([wanted_at(3, cancelled())]);
    after.when(&show(2, deal_of(&SOURCES))).then_nothing();
}

#[test]
fn a_flush_settles_what_waits_once() {
    let scenario = confirmed();
    let command = settle(&scenario, &Seen::Written);
    let after = settled(scenario, &Seen::Written);
    assert_eq!(states(&after), [RowState::Written, RowState::Written]);
    after.when(&command).then_nothing();
}

#[test]
fn a_deal_that_changed_while_it_was_flushed_stays_pending() {
    let scenario = confirmed();
    let command = settle(&scenario, &Seen::Written);
    let changed = scenario.and_at(testkit::NOON, [wanted_at(3, cancelled())]);
    let events = changed.state().decide(&command).unwrap();
    let after = changed.and_at(testkit::NOON, events);
    assert_eq!(states(&after), [RowState::Pending, RowState::Pending]);
    let row = &after.state().known().unwrap().rows[&1];
    assert_eq!(
        row.written.as_ref(),
        rows(&deal_of(&SOURCES)).first(),
        "and knows what stands there meanwhile"
    );
}

#[test]
fn a_change_that_no_cell_shows_wakes_no_written_row() {
    let after = settled(confirmed(), &Seen::Written);
    let after = after.when(&show(3, deal_of(&SOURCES))).then([wanted_at(3, deal_of(&SOURCES))]);
    assert_eq!(states(&after), [RowState::Written, RowState::Written]);
}

#[test]
fn a_deleted_row_stays_deleted_whatever_becomes_of_its_deal() {
    let after = settled(
        settled(confirmed(), &Seen::Written).and_at(testkit::NOON, [Event::RowsRechecked]),
        &Seen::Deleted,
    );
    assert_eq!(states(&after), [RowState::Orphaned, RowState::Orphaned]);
    let after = after.when(&show(3, cancelled())).then([wanted_at(3, cancelled())]);
    assert_eq!(states(&after), [RowState::Orphaned, RowState::Orphaned]);
    after.when(&Command::Recheck).then_nothing();
}

#[test]
fn an_edited_cell_is_remembered_with_all_three_values_until_the_row_is_looked_at_again() {
    let edit = Edit {
        column: Column::SaleRate,
        wanted: Cell::text("95"),
        written: Cell::text("95"),
        found: Cell::text("99"),
        refused: None,
    };
    let after = settled(confirmed(), &Seen::Edited { edits: vec![edit.clone()] });
    assert_eq!(states(&after), [RowState::Conflict, RowState::Conflict]);
    let row = &after.state().known().unwrap().rows[&1];
    assert_eq!(row.edits, [edit]);
    let written =
        row.written.as_ref().unwrap().cells().find(|(at, _)| *at == Column::SaleRate).unwrap().1.clone();
    assert_eq!(written, Cell::text("95"), "what people put there was not written by us");
    let after = after.when(&Command::Recheck).then([Event::RowsRechecked]);
    assert_eq!(states(&after), [RowState::Pending, RowState::Pending]);
}

#[test]
fn imported_rows_wait_until_they_are_released() {
    let show = |as_of, deal| Command::Show { as_of, deal, held: true, origin: None };
    let held = |as_of, deal| Event::RowsWanted { as_of, deal, held: true, origin: None };
    let after =
        given_nothing::<DealRows>().when(&show(1, deal_of(&SOURCES))).then([held(1, deal_of(&SOURCES))]);
    assert_eq!(states(&after), [RowState::Held, RowState::Held]);
    let after = after.when(&show(2, deal_of(&SOURCES[..1]))).then([held(2, deal_of(&SOURCES[..1]))]);
    assert_eq!(states(&after), [RowState::Held], "a held row that is gone was never anywhere");
    let after = after.when(&Command::Release).then([Event::RowsReleased]);
    assert_eq!(states(&after), [RowState::Pending]);
    after.when(&Command::Release).then_nothing();
}

#[test]
fn a_source_that_is_no_more_says_so_in_its_row() {
    let after = settled(confirmed(), &Seen::Written);
    let fewer = deal_of(&SOURCES[..1]);
    let after = after.when(&show(3, fewer.clone())).then([wanted_at(3, fewer)]);
    assert_eq!(states(&after), [RowState::Pending, RowState::Pending]);
    assert_eq!(after.state().known().unwrap().rows[&2].wanted, Content::withdrawn());
}

#[test]
fn a_deal_keeps_the_words_its_product_had() {
    let mut renamed = cancelled();
    renamed.product.grade = "Something else".to_owned();
    confirmed().when(&show(3, renamed)).then([wanted_at(3, cancelled())]);
}

#[test]
fn nothing_is_done_to_rows_that_nobody_wanted() {
    for command in [Command::Release, Command::Recheck, Command::Settle { seen: vec![] }] {
        given_nothing::<DealRows>().when(&command).then_refused(&Refusal::Unknown);
    }
}

#[test]
fn a_row_that_the_spreadsheet_refuses_waits_for_a_change_or_another_look_and_says_why() {
    let refused = Seen::Refused { reason: "400".to_owned() };
    let after = settled(confirmed(), &refused);
    assert_eq!(states(&after), [RowState::Refused, RowState::Refused]);
    assert_eq!(after.state().known().unwrap().rows[&1].refused.as_deref(), Some("400"));
    assert_eq!(after.state().pending().count(), 0, "it holds nobody up");
    let again = after.when(&Command::Recheck).then([Event::RowsRechecked]);
    let written = settled(again, &Seen::Written);
    assert_eq!(states(&written), [RowState::Written, RowState::Written]);
    assert_eq!(written.state().known().unwrap().rows[&1].refused, None);
    let changed =
        settled(confirmed(), &refused).when(&show(3, cancelled())).then([wanted_at(3, cancelled())]);
    assert_eq!(states(&changed), [RowState::Pending, RowState::Pending]);
}

#[test]
fn an_orphan_is_written_again_when_it_is_asked_for_and_kept_as_it_is_when_people_bring_it_back() {
    let orphaned = || {
        settled(
            settled(confirmed(), &Seen::Written).when(&Command::Recheck).then([Event::RowsRechecked]),
            &Seen::Deleted,
        )
    };
    let restored = orphaned().when(&Command::Restore).then([Event::RowsRestored]);
    let rows = |scenario: &Given<DealRows>| scenario.state().known().unwrap().rows.clone();
    assert_eq!((states(&restored), rows(&restored)[&1].written.clone()), (vec![RowState::Pending; 2], None));
    let parts = || Command::Return { parts: vec![2, 7] };
    let returned = orphaned().when(&parts()).then([Event::RowsReturned { parts: vec![2] }]);
    assert_eq!(states(&returned), [RowState::Orphaned, RowState::Pending]);
    assert!(rows(&returned)[&2].written.is_some(), "what people brought back is met three ways");
    returned.when(&parts()).then_nothing();
    confirmed().when(&Command::Restore).then_nothing();
}

/// What people and the deal said about the rate in the first row.
fn met(outcome: Outcome) -> Conflict {
    let edit = Edit {
        column: Column::SaleRate,
        wanted: Cell::text("96"),
        written: Cell::text("95"),
        found: Cell::text("97"),
        refused: None,
    };
    let said = |by: &'static str| (kernel::Actor::system(by), testkit::NOON);
    Conflict::of(crate::testing::key(1, 1), 2, &edit, (said("deal"), said("sheet")), outcome)
}

#[test]
fn an_open_conflict_is_resolved_once_and_only_to_one_of_its_values() {
    let row = confirmed().state().known().unwrap().rows[&1].clone();
    let edit = Edit {
        column: Column::SaleRate,
        wanted: Cell::text("96"),
        written: Cell::text("95"),
        found: Cell::text("97"),
        refused: None,
    };
    let seen = Settled {
        wanted: row.wanted,
        seen: Seen::Edited { edits: vec![edit] },
        conflicts: vec![met(Outcome::Open)],
    };
    let events = confirmed().state().decide(&Command::Settle { seen: vec![(1, seen)] }).unwrap();
    let open = || confirmed().and_at(testkit::NOON, events.clone());
    let resolve = |take: Policy| Command::Resolve { id: met(Outcome::Open).id, take };
    open().when(&resolve(Policy::Manual)).then_refused(&Refusal::NoConflict);
    let other = Command::Resolve { id: ConflictId::new(uuid::Uuid::nil()), take: Policy::SheetWins };
    open().when(&other).then_refused(&Refusal::NoConflict);
    let (id, part, column, take) = (met(Outcome::Open).id, 1, Column::SaleRate, Policy::SheetWins);
    let after = open().when(&resolve(take)).then([Event::ConflictResolved { id, part, column, take }]);
    let row = &after.state().known().unwrap().rows[&1];
    assert_eq!((row.state, row.takes.clone()), (RowState::Pending, vec![(column, Cell::text("97"), take)]));
    assert_eq!(row.conflicts[0].outcome, Outcome::Sheet);
    let after = after.when(&resolve(Policy::SheetWins)).then_nothing();
    after.when(&resolve(Policy::DatabaseWins)).then_refused(&Refusal::NoConflict);
}
