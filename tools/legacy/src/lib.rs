//! The old firm's database, read and never written: its rows as typed values, what is odd about them, and the exact
//! totals that prove a migration.
//!
//! ```text
//! Database ──read──▶ Books (deals, sources, lots, products, parties) ──▶ anomalies, totals
//!               └──▶ BadRow: what cannot be read, by table, id and column
//! ```
//!
//! Quantities and rates are taken from the shortest decimal text of the stored float, rounded to grams and to
//! ten-thousandths of a rupee; dates, spellings and numbers keep their stored form beside the value.
//!
//! [`fixture`] makes a small database of the same schema that holds every oddity of the real one.
//!
//! Deliberately absent: what becomes of the rows in the new system (`polyctl` knows that).

pub mod anomalies;
pub mod books;
mod database;
mod error;
pub mod fixture;
mod reader;
mod references;
mod schema;
pub mod totals;
pub mod value;
pub mod write_back;

pub use books::{Books, Deal, DealSource, Described, Lot, Party, PartyTable, Product};
pub use database::{Database, Reading};
pub use error::{BadRow, LegacyError, SchemaFault};
