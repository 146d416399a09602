//! `polyctl migrate`: one file per command.

pub mod export;
mod fixture;
mod inspect;
mod moving;
mod patience;
mod plan;
mod report;
pub mod rollback;
pub mod run;
mod source;
pub mod verify;

use std::path::PathBuf;

use clap::Subcommand;

use crate::{Exit, Failure};

/// What to do about the old firm's database. It is read in place and never written.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say in plain words what is odd about a database, and its exact totals. Writes nothing
    Inspect {
        /// The old backend's SQLite file
        db: PathBuf,
        /// For programs: one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Import parties, products, lots and deals. May be run again at any time: only what is missing or has changed is written
    Run {
        /// Which database moves where, and how
        #[command(flatten)]
        moving: moving::Moving,
        /// Import into memory instead, compare, and forget: shows how fast the import is by itself
        #[arg(long, conflicts_with_all = ["aws", "api_endpoints"])]
        in_process: bool,
    },
    /// Read everything back and compare it with the database, row by row and by totals
    Verify(moving::Moving),
    /// Take an import back: deals, lots, products and parties that nothing was built upon are withdrawn, the others named and kept.
    /// Running it again changes nothing, and `run` brings all of it back
    Rollback {
        /// Which database, and where the contexts are
        #[command(flatten)]
        moving: moving::Moving,
        /// Say what would become of each row; write nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// The way back: copy the database and write the deals made in the new system, and what is left in stock, into the copy
    Export {
        /// Which database, and where the contexts are
        #[command(flatten)]
        moving: moving::Moving,
        /// Where the copy goes; nothing may stand there yet
        #[arg(long)]
        out: PathBuf,
    },
    /// Make a database of the old schema with every oddity of a real one, for tests and load
    Fixture {
        /// Where; nothing may stand there yet
        out: PathBuf,
        /// The same seed makes the same rows
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// 1 makes some 330 deals, 10 about as many as the real data, 1000 a hundred times that
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        scale: u32,
    },
}

pub(crate) fn run(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Inspect { db, json } => inspect::run(&db, json),
        Command::Run { moving, in_process } => moving::run(&moving, in_process),
        Command::Verify(moving) => moving::verify(&moving),
        Command::Rollback { moving, dry_run } => moving::rollback(&moving, dry_run),
        Command::Export { moving, out } => moving::export(&moving, &out),
        Command::Fixture { out, seed, scale } => fixture::run(&out, seed, scale),
    }
}
