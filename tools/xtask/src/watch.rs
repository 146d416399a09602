//! `watch`: one function under `cargo lambda watch`, rebuilt as its sources change, against the local cloud's tables.

use crate::cloud::Cloud;
use crate::venv;
use crate::workspace::{FUNCTIONS, Instance, PREFIX, Workspace};
use anyhow::{Context as _, Result, bail};
use clap::Args;
use std::process::Command;

#[derive(Args)]
pub(crate) struct Options {
    /// auth, customer, deal, inventory, notification, sync or gateway
    function: String,
}

/// Runs until it is interrupted.
pub(crate) fn run(workspace: &Workspace, instance: &Instance, options: &Options) -> Result<()> {
    let function = options.function.as_str();
    if !FUNCTIONS.contains(&function) {
        bail!("no function {function}; there are {}", FUNCTIONS.join(", "));
    }
    let cloud = Cloud::new(instance)?;
    let name = format!("{PREFIX}-{function}");
    eprintln!("{function} as deployed, but rebuilt on every change; send events with");
    eprintln!("  cargo xtask invoke {function} events/invoke/{function}/<event>.json");
    // Loopback only (the default is every interface), and where `cargo lambda invoke` looks by default.
    let status = Command::new(venv::cargo_lambda(&workspace.venv()))
        .args(["lambda", "watch", "--invoke-address", "::1", "--package", function])
        .current_dir(workspace.root())
        .envs(cloud.environment(&name)?)
        .status()
        .context("cannot run cargo-lambda: `cargo xtask up` installs it")?;
    if !status.success() {
        bail!("cargo lambda watch ended: {status}");
    }
    Ok(())
}
