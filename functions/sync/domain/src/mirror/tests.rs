//! Lists, lines, and what has to be written.

use proptest::prelude::*;

use super::*;
use crate::Cell;

fn product(number: u32, code: &str) -> ListedProduct {
    ListedProduct {
        id: format!("product_{number:032x}").parse().unwrap(),
        product_code: code.to_owned(),
        grade: "PP Raffia".to_owned(),
        company: "IOCL".to_owned(),
        specific_grade: "PP".to_owned(),
        created_at: Some("2026-01-02T03:04:05.000Z".parse().unwrap()),
    }
}

fn lot(number: u32, available: &str) -> ListedLot {
    ListedLot {
        id: format!("lot_{:032x}_{number}", 1).parse().unwrap(),
        product_id: product(1, "").id,
        product_code: Some("TR131".to_owned()),
        supplier: "Gulf Polymers".to_owned(),
        rate_per_kg: "90.5".parse().unwrap(),
        received_on: "2025-07-01".parse().unwrap(),
        available_kg: available.parse().unwrap(),
    }
}

fn party() -> ListedParty {
    let person = |name: &str, phone: &str| ListedPerson {
        name: Some(name.to_owned()),
        phones: vec![phone.to_owned()],
        emails: vec![],
    };
    ListedParty {
        id: format!("party_{:032x}", 1).parse().unwrap(),
        name: "Ivory".to_owned(),
        contacts: vec![person("Asha", "+919876543210"), person("Ravi", "+919820012345")],
        addresses: vec![ListedAddress {
            lines: "12, MIDC Road".to_owned(),
            city: Some("Bhiwandi".to_owned()),
            postal_code: Some("421302".to_owned()),
        }],
    }
}

/// Lots 1 to n with a tonne each.
fn stock(lots: u32) -> Vec<TabRow> {
    let lots: Vec<ListedLot> = (1..=lots).map(|number| lot(number, "1000")).collect();
    lot_rows(&lots, &[product(1, "TR131")])
}

fn line(row: &TabRow) -> Vec<Cell> {
    std::iter::once(Cell::text(&row.key)).chain(row.cells.iter().cloned()).collect()
}

fn above(tab: Tab) -> Vec<Cell> {
    std::iter::once("").chain(tab.headers().iter().copied()).map(Cell::text).collect()
}

/// The lines of `Inventory` that mirrors these rows.
fn sheet(rows: &[TabRow]) -> Vec<Vec<Cell>> {
    std::iter::once(above(Tab::Inventory)).chain(rows.iter().map(line)).collect()
}

fn planned(lines: &[Vec<Cell>], rows: &[TabRow]) -> TabPlan {
    plan(Tab::Inventory, &TabLines::of(Tab::Inventory, lines.to_vec()), rows)
}

/// The lines once the plan was carried out.
fn carried_out(mut lines: Vec<Vec<Cell>>, plan: &TabPlan) -> Vec<Vec<Cell>> {
    for TabCell { line, column, cell } in &plan.cells {
        let (line, column) = (usize::try_from(*line).unwrap(), usize::try_from(*column).unwrap());
        lines.resize(lines.len().max(line), Vec::new());
        let cells = &mut lines[line - 1];
        cells.resize(cells.len().max(column + 1), Cell::Empty);
        cells[column] = cell.clone();
    }
    lines.extend(plan.append.iter().cloned());
    for line in &plan.remove {
        lines.remove(usize::try_from(*line).unwrap() - 1);
    }
    lines
}

fn shown(rows: &[TabRow]) -> String {
    rows[0].cells.iter().map(Cell::meaning).collect::<Vec<_>>().join("|")
}

#[test]
fn rows_read_as_the_firm_lays_its_tabs_out() {
    assert_eq!(shown(&stock(1)), "TR131|PP Raffia|IOCL|PP|1000|90.5|Gulf Polymers|01-07-2025");
    let unlisted = lot_rows(&[lot(1, "1000")], &[]);
    assert_eq!(shown(&unlisted), "TR131||||1000|90.5|Gulf Polymers|01-07-2025");
    assert_eq!(
        shown(&product_rows(&[product(1, "TR131")])),
        "TR131|PP Raffia|IOCL|PP|2026-01-02T03:04:05.000Z"
    );
    let told = "Ivory|Asha; Ravi|+919876543210; +919820012345||12, MIDC Road, Bhiwandi 421302";
    assert_eq!(shown(&party_rows(&[party()])), told);
    for (tab, rows) in [
        (Tab::Inventory, stock(1)),
        (Tab::Products, product_rows(&[product(1, "TR131")])),
        (Tab::SaleParties, party_rows(&[party()])),
    ] {
        assert_eq!(rows[0].cells.len(), tab.headers().len(), "{tab:?}");
        assert!(tab.is_key(&rows[0].key), "{tab:?}");
    }
}

#[test]
fn what_could_be_computed_is_text() {
    let rows = product_rows(&[product(1, "=IMPORTDATA(\"x\")")]);
    assert_eq!(rows[0].cells[0], Cell::Text("'=IMPORTDATA(\"x\")".to_owned()));
    assert_eq!(party_rows(&[party()])[0].cells[2], Cell::Text("'+919876543210; +919820012345".to_owned()));
}

#[test]
fn what_is_personal_is_in_no_log() {
    let written = format!("{:?} {:?} {:?}", party(), party().contacts, party_rows(&[party()]));
    assert!(!["Asha", "98765", "MIDC", "Ivory"].iter().any(|secret| written.contains(secret)), "{written}");
}

#[test]
fn an_empty_tab_gets_a_header_and_every_row() {
    for lines in [vec![], vec![vec![Cell::text("above")], vec![]]] {
        let rows = product_rows(&[product(1, "A"), product(2, "B")]);
        let found = TabLines::of(Tab::Products, lines.clone());
        assert_eq!(found.header, Header::Absent);
        let filled = carried_out(lines, &plan(Tab::Products, &found, &rows));
        assert_eq!((filled[2][1].meaning(), filled.len()), ("Product Code".to_owned(), 5));
        let found = TabLines::of(Tab::Products, filled);
        assert_eq!((found.header.clone(), found.rows()), (Header::Right, 2));
        assert!(plan(Tab::Products, &found, &rows).is_empty());
    }
}

#[test]
fn renamed_columns_are_named_and_a_header_that_slid_down_is_none() {
    let rows = stock(2);
    let mut lines = sheet(&rows);
    lines[0][5] = Cell::text("Qty");
    let Header::Wrong(words) = TabLines::of(Tab::Inventory, lines).header else { unreachable!() };
    assert_eq!(words, "columns moved: F1 has \"Qty\" instead of \"Quantity\"");
    let mut lines = sheet(&rows);
    lines.insert(0, vec![]);
    assert!(matches!(TabLines::of(Tab::Inventory, lines).header, Header::Wrong(_)));
    let mut lines = sheet(&rows);
    lines[0][1] = Cell::text(" product CODE ");
    assert_eq!(TabLines::of(Tab::Inventory, lines).header, Header::Right);
}

#[test]
fn a_lot_that_was_drawn_upon_changes_one_cell() {
    let before = sheet(&stock(3));
    let mut rows = stock(3);
    rows[1] = lot_rows(&[lot(2, "400")], &[product(1, "TR131")]).remove(0);
    let cell = TabCell { line: 3, column: 5, cell: Cell::Number("400".parse().unwrap()) };
    assert_eq!(planned(&before, &rows), TabPlan { cells: vec![cell], ..TabPlan::default() });
}

#[test]
fn what_is_gone_is_deleted_with_its_copies_and_only_emptied_where_people_wrote_beside_it() {
    let rows = stock(3);
    let mut lines = sheet(&rows);
    lines.push(lines[1].clone());
    lines[2].push(Cell::text("ask Ravi"));
    let plan = planned(&lines, &rows[2..]);
    assert_eq!(plan.remove, [5, 2], "the row and its copy, from below");
    let emptied: Vec<(u32, u32)> = plan.cells.iter().map(|cell| (cell.line, cell.column)).collect();
    assert_eq!(emptied, (0..=8).map(|column| (3, column)).collect::<Vec<_>>());
    let left = carried_out(lines, &plan);
    assert_eq!(left[1][9], Cell::text("ask Ravi"));
    assert!(planned(&left, &rows[2..]).is_empty());
}

#[test]
fn what_people_add_is_theirs() {
    let rows = stock(2);
    let mut lines = sheet(&rows);
    lines.insert(1, vec![Cell::Empty, Cell::text("a line of somebody else")]);
    lines.push(vec![Cell::text("mine")]);
    lines.push(vec![]);
    lines[2].push(Cell::text("beside"));
    lines.push(lines[2].clone());
    assert!(planned(&lines, &rows).is_empty(), "copies and foreign lines too");
    assert_eq!(TabLines::of(Tab::Inventory, lines).foreign, 2);
}

#[test]
fn a_row_that_came_on_two_pages_is_appended_once() {
    let mut rows = stock(2);
    rows.push(rows[0].clone());
    assert_eq!(planned(&sheet(&[]), &rows).append.len(), 2);
}

#[test]
fn what_does_not_go_into_one_call_is_left_for_the_next() {
    let rows = stock(1_001);
    let first = planned(&sheet(&[]), &rows);
    assert_eq!((first.append.len(), first.more), (1_000, true));
    let second = planned(&carried_out(sheet(&[]), &first), &rows);
    assert_eq!((second.append.len(), second.more), (1, false));
}

proptest! {
    #[test]
    fn whatever_people_did_the_tab_mirrors_the_rows_after_one_run(
        order in Just(vec![0_usize, 1, 2, 3, 4]).prop_shuffle(),
        deleted in 0_usize..5,
        edits in proptest::collection::vec((1_usize..6, 1_usize..9, "[a-z=0-9]{0,3}"), 0..6),
        kept in 0_usize..=5,
    ) {
        let before = stock(5);
        let mut lines = vec![above(Tab::Inventory)];
        lines.extend(order.iter().map(|index| line(&before[*index])));
        for (row, column, text) in edits {
            lines[row][column] = Cell::text(&text);
        }
        lines.remove(deleted + 1);
        lines.push(vec![Cell::Empty, Cell::text("theirs")]);
        let wanted = &before[..kept];
        let after = carried_out(lines.clone(), &planned(&lines, wanted));
        let found = TabLines::of(Tab::Inventory, after.clone());
        prop_assert_eq!((found.rows(), found.foreign), (kept, 1));
        prop_assert!(planned(&after, wanted).is_empty());
        for row in wanted {
            prop_assert!(after.contains(&line(row)), "{:?}", row);
        }
    }

    #[test]
    fn no_line_people_type_breaks_the_reading(lines in proptest::collection::vec(proptest::collection::vec("\\PC{0,8}", 0..16), 0..8)) {
        let lines: Vec<Vec<Cell>> = lines.into_iter().map(|cells| cells.iter().map(|text| Cell::text(text)).collect()).collect();
        for tab in Tab::ALL {
            prop_assert!(TabLines::of(tab, lines.clone()).foreign <= lines.len());
        }
    }
}
