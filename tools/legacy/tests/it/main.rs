//! The old database as tests meet it: a fixture with every oddity, broken copies of it, and the real one where it is.
#![expect(clippy::unwrap_used, reason = "a test that meets something else has failed")]

mod bad_input;
mod fixture;
mod real;

use std::path::{Path, PathBuf};

use legacy::fixture::{Plan, write};
use legacy::{Database, Reading};
use tempfile::TempDir;

/// A fixture in a folder of its own.
struct Fixture {
    _folder: TempDir,
    path: PathBuf,
}

impl Fixture {
    fn new() -> Self {
        Self::of(Plan::default())
    }

    fn of(plan: Plan) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.db");
        write(&path, plan).unwrap();
        Self { _folder: folder, path }
    }

    /// Changes it behind the old backend's back.
    fn sql(&self, sql: &str) {
        rusqlite::Connection::open(&self.path).unwrap().execute_batch(sql).unwrap();
    }

    fn read(&self) -> Reading {
        read(&self.path)
    }
}

fn read(path: &Path) -> Reading {
    Database::open(path).unwrap().read().unwrap()
}
