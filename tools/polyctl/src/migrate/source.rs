//! Reading the old database for a command.

use std::path::Path;

use legacy::{Database, Reading};

use crate::Failure;

/// Opens and reads a database.
///
/// # Errors
/// When it is no usable database of the old backend.
pub(crate) fn read(db: &Path) -> Result<Reading, Failure> {
    Ok(Database::open(db)?.read()?)
}
