//! `polyctl`: reads the command line, runs one command, ends with its exit code.

use std::process::ExitCode;

use clap::Parser as _;
use polyctl::Cli;

fn main() -> ExitCode {
    let exit = polyctl::run(Cli::parse()).unwrap_or_else(|failure| {
        // anyhow's alternate form joins the chain into one line.
        eprintln!("error: {:#}", failure.error);
        failure.exit
    });
    exit.into()
}
