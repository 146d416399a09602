//! Files that are not an old database, and rows that cannot be read.

use std::fs;

use legacy::{BadRow, Database, LegacyError};

use crate::Fixture;

fn open(fixture: &Fixture) -> Result<Database, LegacyError> {
    Database::open(&fixture.path)
}

#[test]
fn a_file_that_is_not_there_or_not_sqlite_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    let missing = Database::open(&path).unwrap_err();
    assert!(matches!(missing, LegacyError::Unopened { .. }) && missing.to_string().contains("notes.txt"));
    for content in
        ["", "not a database", "SQLite format 4\0 and more, long enough for a header, but no pages at all"]
    {
        fs::write(&path, content).unwrap();
        assert!(matches!(Database::open(&path), Err(LegacyError::NotSqlite(_))), "{content:?}");
    }
    fs::write(
        &path,
        b"SQLite format 3\0and then rubbish that is long enough to be taken for a header, perhaps, by some",
    )
    .unwrap();
    assert!(Database::open(&path).is_err());
}

#[test]
fn every_missing_and_every_unknown_table_and_column_is_named_at_once() {
    let fixture = Fixture::new();
    fixture.sql(
        "DROP TABLE deal_sources; ALTER TABLE inventory DROP COLUMN dateAdded; ALTER TABLE deals DROP COLUMN \
         saleSource; ALTER TABLE products ADD COLUMN hsnCode TEXT; CREATE TABLE invoices (id TEXT)",
    );
    let text = open(&fixture).unwrap_err().to_string();
    for part in [
        "no table deal_sources",
        "inventory has no column dateAdded",
        "deals has no column saleSource",
        "products has a column hsnCode",
        "a table invoices",
        "push the old backend's schema",
        "newer than this polyctl",
    ] {
        assert!(text.contains(part), "{part} {text}");
    }
}

#[test]
fn the_bookkeeping_of_migration_tools_is_passed_over() {
    let fixture = Fixture::new();
    fixture.sql("CREATE TABLE _prisma_migrations (id TEXT)");
    assert!(open(&fixture).is_ok());
}

#[test]
fn a_database_in_the_middle_of_a_write_is_locked() {
    let fixture = Fixture::new();
    let writer = rusqlite::Connection::open(&fixture.path).unwrap();
    writer.execute_batch("BEGIN EXCLUSIVE; DELETE FROM deals").unwrap();
    assert!(matches!(open(&fixture), Err(LegacyError::Locked { .. })));
}

#[test]
fn an_unfinished_write_ahead_log_is_refused_and_nothing_is_created_beside_the_database() {
    let fixture = Fixture::new();
    let writer = rusqlite::Connection::open(&fixture.path).unwrap();
    writer.pragma_update(None, "journal_mode", "wal").unwrap();
    writer.execute_batch("DELETE FROM deal_sources").unwrap();
    assert!(matches!(open(&fixture), Err(LegacyError::Locked { .. })));
    drop(writer);
    let files = || fs::read_dir(fixture.path.parent().unwrap()).unwrap().count();
    assert_eq!(files(), 1, "closing removes the log");
    assert!(open(&fixture).unwrap().read().unwrap().books.sources.is_empty());
    assert_eq!(files(), 1);
}

#[test]
fn reading_leaves_every_byte_as_it_was() {
    let fixture = Fixture::new();
    let before = fs::read(&fixture.path).unwrap();
    fixture.read();
    assert_eq!(fs::read(&fixture.path).unwrap(), before);
    assert_eq!(fs::read_dir(fixture.path.parent().unwrap()).unwrap().count(), 1);
}

fn spoil(sql: &str) -> Vec<BadRow> {
    let fixture = Fixture::new();
    fixture.sql(sql);
    fixture.read().bad
}

#[test]
fn every_unreadable_cell_of_every_row_is_named_with_what_to_do() {
    let one = "WHERE id = (SELECT min(id) FROM";
    let bad = spoil(&format!(
        "UPDATE deals SET date = '31-31-2025', saleRate = -1, saleSource = 'moon', saleParty = ' ' {one} deals);
         UPDATE inventory SET quantity = 'much', rate = 0 {one} inventory);
         UPDATE inventory SET dateAdded = x'ff' WHERE id = (SELECT max(id) FROM inventory);
         UPDATE products SET productCode = '{}' {one} products);
         UPDATE sale_parties SET partyName = '' {one} sale_parties)",
        "x".repeat(65)
    ));
    let named: Vec<(&str, &str)> = bad.iter().map(|row| (row.table, row.column)).collect();
    assert_eq!(
        named,
        [
            ("sale_parties", "partyName"),
            ("deals", "date"),
            ("deals", "saleParty"),
            ("deals", "saleRate"),
            ("deals", "saleSource"),
            ("inventory", "quantity"),
            ("inventory", "rate"),
            ("inventory", "dateAdded"),
            ("products", "productCode"),
        ]
    );
    for row in bad {
        let text = row.to_string();
        assert!(!row.id.is_empty() && text.contains(';') && text.contains(row.column), "{text}");
    }
}

#[test]
fn a_source_without_its_lot_makes_its_deal_unreadable_too() {
    let bad = spoil("UPDATE inventory SET rate = 'free' WHERE quantity = 0");
    let named: Vec<(&str, &str)> = bad.iter().map(|row| (row.table, row.column)).collect();
    assert_eq!(named, [("inventory", "rate"), ("deal_sources", "inventoryId"), ("deals", "quantitySold")]);
}

#[test]
fn sources_that_do_not_add_up_make_their_deal_unreadable() {
    let fixture = Fixture::new();
    let deals = fixture.read().books.deals.len();
    fixture.sql("UPDATE deal_sources SET quantityUsed = 26999.5 WHERE selectionOrder = 1");
    let reading = fixture.read();
    assert_eq!(reading.books.deals.len(), deals - 1);
    assert!(reading.bad[0].what_to_do.contains("29999.500 kg"), "{}", reading.bad[0]);
}
