//! The tables of the old backend, and whether a database has them.

use rusqlite::Connection;

use crate::{LegacyError, SchemaFault};

/// Every table with every column, as the old backend pushed them.
const TABLES: [(&str, &[&str]); 6] = [
    (
        "deals",
        &[
            "id",
            "date",
            "saleParty",
            "quantitySold",
            "saleRate",
            "deliveryTerms",
            "productCode",
            "grade",
            "company",
            "specificGrade",
            "saleSource",
            "purchaseParty",
            "purchaseQuantity",
            "purchaseRate",
            "saleComments",
            "purchaseComments",
            "finalComments",
            "warehouse",
            "createdAt",
            "updatedAt",
        ],
    ),
    (
        "deal_sources",
        &[
            "id",
            "dealId",
            "inventoryId",
            "quantityUsed",
            "costPerKg",
            "supplierName",
            "selectionOrder",
            "createdAt",
        ],
    ),
    (
        "inventory",
        &[
            "id",
            "productCode",
            "grade",
            "company",
            "specificGrade",
            "quantity",
            "rate",
            "purchaseParty",
            "dateAdded",
            "createdAt",
        ],
    ),
    ("products", &["id", "productCode", "grade", "company", "specificGrade", "source"]),
    ("sale_parties", &["id", "partyName", "contactPerson", "phone", "email", "address"]),
    ("purchase_parties", &["id", "partyName", "contactPerson", "phone", "email", "address"]),
];

/// Every difference to the schema of the old backend at once. Tables of SQLite and of the migration tool (their names
/// begin with `sqlite_` and `_`) hold no business data and are passed over.
pub(crate) fn check(connection: &Connection) -> Result<(), LegacyError> {
    let present = names(connection, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", "")?;
    let mut faults = Vec::new();
    for (table, columns) in TABLES {
        if !present.iter().any(|name| name == table) {
            faults.push(SchemaFault::MissingTable(table));
            continue;
        }
        let found = names(connection, "SELECT name FROM pragma_table_info(?1)", table)?;
        let missing = columns.iter().filter(|column| !found.iter().any(|name| name == *column));
        faults.extend(missing.map(|column| SchemaFault::MissingColumn { table, column }));
        let unknown = found.into_iter().filter(|name| !columns.contains(&name.as_str()));
        faults.extend(unknown.map(|column| SchemaFault::UnknownColumn { table, column }));
    }
    let known = |name: &String| {
        name.starts_with("sqlite_") || name.starts_with('_') || TABLES.iter().any(|(table, _)| table == name)
    };
    faults.extend(present.into_iter().filter(|name| !known(name)).map(SchemaFault::UnknownTable));
    if faults.is_empty() { Ok(()) } else { Err(LegacyError::Schema(faults)) }
}

fn names(connection: &Connection, sql: &str, argument: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = if argument.is_empty() { statement.query([])? } else { statement.query([argument])? };
    let mut names = Vec::new();
    while let Some(row) = rows.next()? {
        names.push(row.get(0)?);
    }
    Ok(names)
}
