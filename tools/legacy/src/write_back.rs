//! The way back: what happened in the new system, written into a copy of the old database.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use kernel::{BusinessDate, Kg, RatePerKg};
use rusqlite::{Connection, Transaction, params};

use crate::value::{Delivery, SaleSource};
use crate::{Books, Database, Deal, DealSource, Lot};

/// Why nothing was written back.
#[derive(Debug, thiserror::Error)]
pub enum WriteBackError {
    /// Something stands there.
    #[error("{} exists already; name a file that does not", .0.display())]
    Exists(PathBuf),
    /// The old schema holds floats, and this is none.
    #[error("{0} cannot be stored in the old schema")]
    Number(String),
    /// SQLite cannot write the copy.
    #[error("the copy cannot be written")]
    Sqlite(#[from] rusqlite::Error),
}

/// What the copy has and the original has not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// New rows. Their originals do not count.
    pub new: Books,
    /// What is left in lots that the original has with another quantity.
    pub left: BTreeMap<String, Kg>,
}

/// Copies the database to `path`, where nothing may stand yet, and writes the changes into the copy, all or nothing. The original
/// stays as it is.
///
/// # Errors
/// See [`WriteBackError`]; nothing is left at `path` then.
pub fn write_back(database: &Database, path: &Path, changes: &Changes) -> Result<(), WriteBackError> {
    if path.exists() {
        return Err(WriteBackError::Exists(path.to_owned()));
    }
    let written = database.copy_to(path).map_err(WriteBackError::from).and_then(|()| write(path, changes));
    if written.is_err() && path.exists() && std::fs::remove_file(path).is_err() {
        return Err(WriteBackError::Exists(path.to_owned()));
    }
    written
}

fn write(path: &Path, changes: &Changes) -> Result<(), WriteBackError> {
    let mut connection = Connection::open(path)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    let copy = connection.transaction()?;
    for product in &changes.new.products {
        let d = &product.described;
        copy.execute(
            "INSERT INTO products (id, productCode, grade, company, specificGrade, source) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![product.id, d.code, d.grade, d.company, d.specific_grade, product.source],
        )?;
    }
    for party in &changes.new.parties {
        let sql = format!("INSERT INTO {} (id, partyName) VALUES (?1, ?2)", party.table.name());
        copy.execute(&sql, params![party.id, party.name])?;
    }
    for (lot, left) in &changes.left {
        copy.execute("UPDATE inventory SET quantity = ?2 WHERE id = ?1", params![lot, real(left)?])?;
    }
    for lot in &changes.new.lots {
        insert_lot(&copy, lot)?;
    }
    for deal in &changes.new.deals {
        insert_deal(&copy, deal)?;
    }
    for source in &changes.new.sources {
        insert_source(&copy, source, changes)?;
    }
    copy.commit()?;
    Ok(())
}

fn insert_lot(copy: &Transaction<'_>, lot: &Lot) -> Result<(), WriteBackError> {
    let d = &lot.product;
    copy.execute(
        "INSERT INTO inventory VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            lot.id,
            d.code,
            d.grade,
            d.company,
            d.specific_grade,
            real(&lot.quantity)?,
            rate(lot.rate)?,
            lot.supplier,
            day(lot.received_on),
            lot.created_at.unix_ms(),
        ],
    )?;
    Ok(())
}

fn insert_deal(copy: &Transaction<'_>, deal: &Deal) -> Result<(), WriteBackError> {
    let d = &deal.product;
    copy.execute(
        "INSERT INTO deals VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
        params![
            deal.id,
            day(deal.date),
            deal.customer,
            real(&deal.quantity)?,
            rate(deal.rate)?,
            match deal.delivery {
                Delivery::Delivered => "delivered",
                Delivery::Pickup => "pickup",
            },
            d.code,
            d.grade,
            d.company,
            d.specific_grade,
            match deal.source {
                SaleSource::New => "new",
                SaleSource::Inventory => "inventory",
            },
            deal.supplier,
            real(&deal.bought)?,
            rate(deal.purchase_rate)?,
            deal.sale_comments,
            deal.purchase_comments,
            deal.final_comments,
            deal.warehouse,
            deal.created_at.unix_ms(),
            deal.updated_at.unix_ms(),
        ],
    )?;
    Ok(())
}

fn insert_source(
    copy: &Transaction<'_>,
    source: &DealSource,
    changes: &Changes,
) -> Result<(), WriteBackError> {
    let deal = changes.new.deals.iter().find(|deal| deal.id == source.deal);
    copy.execute(
        "INSERT INTO deal_sources VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            source.id,
            source.deal,
            source.lot,
            real(&source.quantity)?,
            rate(source.cost)?,
            source.supplier,
            source.order,
            deal.map(|deal| deal.created_at.unix_ms()).unwrap_or_default(),
        ],
    )?;
    Ok(())
}

/// `DD-MM-YYYY`
fn day(date: BusinessDate) -> String {
    let text = date.to_string();
    let parts: Vec<&str> = text.rsplit('-').collect();
    parts.join("-")
}

/// The float nearest to the decimal; its shortest text is the decimal again.
fn real(kg: &Kg) -> Result<f64, WriteBackError> {
    float(kg.to_string())
}

fn rate(rate: RatePerKg) -> Result<f64, WriteBackError> {
    float(rate.to_string())
}

fn float(text: String) -> Result<f64, WriteBackError> {
    text.parse().map_err(|_| WriteBackError::Number(text))
}
