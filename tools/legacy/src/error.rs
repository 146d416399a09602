//! What can be wrong with an old database, each with what to do about it.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

/// Why an old database cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum LegacyError {
    /// The file cannot be opened.
    #[error("{} cannot be opened; name the old backend's SQLite file, usually dev.db", path.display())]
    Unopened {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is something else.
    #[error("{} is not an SQLite database; name the old backend's SQLite file, usually dev.db", .0.display())]
    NotSqlite(PathBuf),
    /// Somebody is writing to it, or died while writing.
    #[error(
        "{} is locked or holds an unfinished write; stop the old backend, or copy the database with \
         `sqlite3 {} '.backup copy.db'` and read the copy", path.display(), path.display()
    )]
    Locked {
        /// Which file.
        path: PathBuf,
        /// What SQLite said, when it was asked.
        #[source]
        source: Option<rusqlite::Error>,
    },
    /// Its tables are not those of the old backend: every difference, not the first.
    #[error("the schema is not the old backend's: {}", list(.0))]
    Schema(Vec<SchemaFault>),
    /// SQLite failed.
    #[error("SQLite cannot read the database; check it with `sqlite3 FILE 'pragma integrity_check'`")]
    Sqlite(#[from] rusqlite::Error),
}

/// One difference between the schema found and the one expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaFault {
    /// A table is missing.
    #[error("there is no table {0}; name a database of the old backend, with all its tables pushed")]
    MissingTable(&'static str),
    /// A column is missing.
    #[error("table {table} has no column {column}; push the old backend's schema to the database first")]
    MissingColumn {
        /// Which table.
        table: &'static str,
        /// Which column.
        column: &'static str,
    },
    /// A newer schema: this column would be lost silently.
    #[error("table {table} has a column {column} that is not known; the schema is newer than this polyctl")]
    UnknownColumn {
        /// Which table.
        table: &'static str,
        /// Which column.
        column: String,
    },
    /// A newer schema: this table would be lost silently.
    #[error("there is a table {0} that is not known; the schema is newer than this polyctl")]
    UnknownTable(String),
}

fn list(faults: &[SchemaFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// A row that cannot be read, or that contradicts another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BadRow {
    /// Its table.
    pub table: &'static str,
    /// Its id, or its place in the table when the id is what cannot be read.
    pub id: String,
    /// The column at fault.
    pub column: &'static str,
    /// What stands there.
    pub value: String,
    /// What is wrong with it, and what to do.
    pub what_to_do: String,
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, id, column, value, what_to_do } = self;
        write!(f, "{table} {id}, column {column}, value {value}: {what_to_do}")
    }
}
