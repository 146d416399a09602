//! The operators' tool of the system: `migrate` moves the old firm in, `replay` and `views` rebuild what lists are read from,
//! `fsck` looks whether all tables agree, `dlq` puts dead letters back.
//!
//! A library, so that tests run the same commands as the binary does, on contexts in memory.
#![expect(
    clippy::disallowed_methods,
    reason = "a tool reads the clock; the rule is for functions and shared code"
)]

pub mod contexts;
pub mod dlq;
mod exit;
mod installation;
pub mod migrate;
mod progress;
pub mod upkeep;

use clap::{Parser, Subcommand};

pub use exit::{Exit, Failure};
pub use progress::Progress;

/// The operators' tool of the polymer-trading system.
#[derive(Debug, Parser)]
#[command(
    name = "polyctl",
    version,
    disable_help_subcommand = true,
    after_help = "Exit codes: 0 done · 1 something differs or was refused · 2 wrong command line · 3 not a usable \
                  database · 4 rows that cannot be read, nothing was written · 5 a context or a file failed"
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Move the old firm's database in, and prove that nothing was lost
    #[command(subcommand)]
    Migrate(migrate::Command),
    /// Rebuild a view from the log beside the one that is read, compare the two, and switch
    Replay(upkeep::replay::Replay),
    /// List the views of a context, go back to an earlier generation, delete one
    #[command(subcommand)]
    Views(upkeep::views::Command),
    /// Look whether the tables of every context agree, and name each difference in one line
    Fsck(upkeep::fsck::Fsck),
    /// See what could not be delivered, put it back or throw it away
    #[command(subcommand)]
    Dlq(dlq::Command),
}

/// Runs what the command line asks for.
///
/// # Errors
/// What went wrong, with the exit code it ends in.
pub fn run(cli: Cli) -> Result<Exit, Failure> {
    match cli.command {
        Command::Migrate(command) => migrate::run(command),
        Command::Replay(replay) => upkeep::replay::run(&replay),
        Command::Views(command) => upkeep::views::run(command),
        Command::Dlq(command) => dlq::run(command),
        Command::Fsck(fsck) => upkeep::fsck::run(&fsck),
    }
}
