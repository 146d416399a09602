//! `cargo xtask <command>`: every chore of this repository, on every machine the same.
//!
//! One module per command, and beside them one per thing that commands share (`workspace`, `progress`, `daemon`,
//! `cloud`). Nothing here runs in production and nothing here knows a business rule.
#![expect(
    clippy::disallowed_methods,
    reason = "a tool reads the clock, the environment and sleeps; the rule is for functions and shared code"
)]

mod access;
mod bench;
mod browser;
mod cloud;
mod daemon;
mod demo;
mod doctor;
mod down;
mod edge;
mod gate;
mod generate;
mod invoke;
mod login_provider;
mod logs;
mod package;
mod packages;
mod ports;
mod process;
mod progress;
mod providers;
mod simulators;
mod snapshot;
mod terraform;
mod tidy;
mod tools;
mod up;
mod venv;
mod watch;
mod workspace;

use clap::{Parser, Subcommand};
use std::process::ExitCode;
use workspace::{Instance, Workspace};

/// Every chore of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start the local cloud, deploy every function, load demo data. A second run changes nothing
    Up(up::Options),
    /// Stop the local cloud; its data stays for the next `up`
    Down,
    /// Stop the local cloud and forget its data
    Reset,
    /// What the functions and the emulator log
    Logs(logs::Options),
    /// Check tools, ports, processes and the deployed system; say how to fix what is wrong
    Doctor,
    /// Send one event to one function
    Invoke(invoke::Options),
    /// Run one function under `cargo lambda watch`, with the deployed one's environment
    Watch(watch::Options),
    /// The whole gate: format, lints, tests, conventions, Terraform, end to end
    Test(gate::Options),
    /// Check the conventions of this repository
    Tidy,
    /// Write OpenAPI documents and schemas of published facts anew
    #[command(visible_aliases = ["openapi", "contracts"])]
    Generate,
    /// Build the functions for AWS and write the variables file that Terraform takes
    Package(package::Options),
    /// Measure cold start, warm invocations, memory and instructions per function
    Bench(bench::Options),
    /// The local edge, run as a daemon by `up`
    #[command(hide = true)]
    Edge(edge::Options),
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // anyhow's alternate form joins the chain into one line; the next step stands in the outermost message.
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// True if all is well; false if the command itself told what is not.
fn run(command: Command) -> anyhow::Result<bool> {
    let workspace = Workspace::find()?;
    let instance = Instance::of(&workspace);
    match command {
        Command::Up(options) => up::run(&workspace, instance, &options),
        Command::Down => down::run(&instance),
        Command::Reset => down::reset(&instance),
        Command::Logs(options) => logs::run(&instance, &options),
        Command::Doctor => doctor::run(&workspace, &instance),
        Command::Invoke(options) => invoke::run(&workspace, &instance, &options),
        Command::Watch(options) => watch::run(&workspace, &instance, &options),
        Command::Test(options) => return Ok(gate::run(&workspace, &options)),
        Command::Tidy => tidy::run(&workspace),
        Command::Generate => generate::run(&workspace),
        Command::Package(options) => package::run(&workspace, &options),
        Command::Bench(options) => bench::run(&workspace, &options),
        Command::Edge(options) => edge::run(&options),
    }
    .map(|()| true)
}
