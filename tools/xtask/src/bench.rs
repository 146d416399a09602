//! `bench`: the release binaries against a bare hello, by `tools/bench`.

use crate::process;
use crate::workspace::Workspace;
use anyhow::{Context as _, Result, bail};
use clap::Args;

#[derive(Args)]
pub(crate) struct Options {
    /// Passed on to tools/bench, such as `--only deal`. Default: measure all and write docs/performance.md
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Builds and runs the measurement.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let mut command = process::cargo();
    command.args(["run", "--release", "--quiet", "--package", "bench", "--"]).current_dir(workspace.root());
    if options.arguments.is_empty() {
        command.args(["--write", "docs/performance.md"]);
    } else {
        command.args(&options.arguments);
    }
    let status = command.status().context("cannot run cargo")?;
    if !status.success() {
        bail!("the measurement failed");
    }
    Ok(())
}
