//! Opening the old database without ever writing to it or beside it.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::{BadRow, Books, LegacyError, reader, references, schema};

/// How long another writer may hold the database before it counts as locked.
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);
/// First bytes of every SQLite file (<https://www.sqlite.org/fileformat2.html#the_database_header>).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// Bytes 18 and 19 of a file whose journal is a write-ahead log.
const WAL: u8 = 2;

/// An old database with the expected schema, open for reading.
#[derive(Debug)]
pub struct Database {
    connection: Connection,
    path: PathBuf,
}

/// What reading gave: the readable rows, and what is wrong with the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Rows that can be migrated, also if others are skipped.
    pub books: Books,
    /// Every fault of every other row.
    pub bad: Vec<BadRow>,
}

impl Database {
    /// Opens a file and compares its schema.
    ///
    /// A database with a rollback journal is opened read-only and its locks are respected. One with a write-ahead log is
    /// opened as immutable, because SQLite would otherwise create files beside it, and refused while its log holds
    /// anything.
    ///
    /// # Errors
    /// See [`LegacyError`].
    pub fn open(path: &Path) -> Result<Self, LegacyError> {
        let header = header(path)?;
        if header.get(..16) != Some(MAGIC.as_slice()) {
            return Err(LegacyError::NotSqlite(path.to_owned()));
        }
        let logged = header.get(18..20).is_some_and(|versions| versions.contains(&WAL));
        if logged && has_bytes(&beside(path, "-wal")) {
            return Err(LegacyError::Locked { path: path.to_owned(), source: None });
        }
        let mode = if logged { "mode=ro&immutable=1" } else { "mode=ro" };
        let flags =
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(uri(path, mode), flags).map_err(|e| settle(path, e))?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        let database = Self { connection, path: path.to_owned() };
        schema::check(&database.connection).map_err(|error| match error {
            LegacyError::Sqlite(error) => settle(path, error),
            other => other,
        })?;
        Ok(database)
    }

    /// Reads all rows in one transaction, so that what the old backend writes meanwhile is seen whole or not at all.
    ///
    /// # Errors
    /// [`LegacyError::Locked`] and [`LegacyError::Sqlite`]; rows that cannot be read are in [`Reading::bad`].
    pub fn read(&self) -> Result<Reading, LegacyError> {
        let transaction = self.connection.unchecked_transaction().map_err(|e| settle(&self.path, e))?;
        let mut bad = Vec::new();
        let books = reader::read(&transaction, &mut bad).map_err(|e| settle(&self.path, e))?;
        let books = references::keep_consistent(books, &mut bad);
        Ok(Reading { books, bad })
    }

    /// Writes a copy that holds the same rows to a file that does not exist.
    pub(crate) fn copy_to(&self, path: &Path) -> rusqlite::Result<()> {
        self.connection.execute("VACUUM INTO ?1", [path.to_string_lossy()]).map(drop)
    }
}

fn header(path: &Path) -> Result<Vec<u8>, LegacyError> {
    let unopened = |source| LegacyError::Unopened { path: path.to_owned(), source };
    let mut header = Vec::new();
    File::open(path).map_err(unopened)?.take(100).read_to_end(&mut header).map_err(unopened)?;
    Ok(header)
}

/// `dev.db-wal` of `dev.db`.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn has_bytes(path: &Path) -> bool {
    path.metadata().is_ok_and(|file| file.len() > 0)
}

/// SQLite's URI form of a path: what has a meaning in a URI is escaped.
fn uri(path: &Path, parameters: &str) -> String {
    let path = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{path}?{parameters}")
}

fn settle(path: &Path, error: rusqlite::Error) -> LegacyError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => LegacyError::NotSqlite(path.to_owned()),
        Some(
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::ReadOnly | ErrorCode::CannotOpen,
        ) => LegacyError::Locked { path: path.to_owned(), source: Some(error) },
        _ => LegacyError::Sqlite(error),
    }
}
