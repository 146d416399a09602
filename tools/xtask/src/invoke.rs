//! `invoke`: one event to one function, in `cargo lambda watch` when it runs, else in the local cloud.

use crate::cloud::Cloud;
use crate::venv;
use crate::workspace::{FUNCTIONS, Instance, PREFIX, Workspace};
use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde_json::Value;
use std::fs;
use std::net::{Ipv6Addr, TcpStream};
use std::path::PathBuf;
use std::process::Command;

/// Where `cargo lambda watch` listens, and `cargo lambda invoke` asks, on IPv6 loopback.
const WATCH_PORT: u16 = 9000;

#[derive(Args)]
pub(crate) struct Options {
    /// auth, customer, deal, inventory, notification, sync or gateway
    function: String,
    /// File with the event, such as events/invoke/deal/register.json
    event: PathBuf,
}

/// Sends the event and prints the answer.
pub(crate) fn run(workspace: &Workspace, instance: &Instance, options: &Options) -> Result<()> {
    let function = options.function.as_str();
    if !FUNCTIONS.contains(&function) {
        bail!("no function {function}; there are {}", FUNCTIONS.join(", "));
    }
    let text = fs::read_to_string(&options.event)
        .with_context(|| format!("cannot read {}", options.event.display()))?;
    let event: Value =
        serde_json::from_str(&text).with_context(|| format!("{} is no JSON", options.event.display()))?;
    if TcpStream::connect((Ipv6Addr::LOCALHOST, WATCH_PORT)).is_ok() {
        eprintln!("cargo lambda watch answers:");
        let status = Command::new(venv::cargo_lambda(&workspace.venv()))
            .args(["lambda", "invoke", function, "--data-file"])
            .arg(&options.event)
            .status()
            .context("cannot run cargo-lambda: `cargo xtask up` installs it")?;
        if !status.success() {
            bail!("cargo lambda invoke failed");
        }
        return Ok(());
    }
    let answer = Cloud::new(instance)?.invoke(&format!("{PREFIX}-{function}"), &event)?;
    println!("{}", serde_json::to_string_pretty(&answer)?);
    Ok(())
}
