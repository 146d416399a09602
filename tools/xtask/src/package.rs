//! `package`: the functions as AWS gets them, ready to be uploaded and applied.

use crate::packages::{self, Arch, Packages};
use crate::progress::{Steps, seconds};
use crate::venv;
use crate::workspace::{Workspace, write_json};
use anyhow::Result;
use clap::Args;
use serde_json::json;

#[derive(Args)]
pub(crate) struct Options {
    /// Bucket that will hold the packages, as made by infra/bootstrap
    bucket: String,
    /// Processor to build for
    #[arg(long, value_enum, default_value_t = Arch::Arm64)]
    arch: Arch,
}

/// Builds, zips, and writes the variables file that `infra/live/{dev,prod}` take.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let folder = workspace.path(".local/dist");
    let steps = Steps::start();
    steps.run("python environment", |note| venv::CLOUD.ensure(workspace, note))?;
    steps.run("compile", |note| packages::build_for_lambda(workspace, options.arch, note))?;
    let mut packages = Packages::new();
    steps.run("package", |note| {
        let (made, outcome) = packages::pack_for_lambda(workspace, &folder, note)?;
        packages = made;
        Ok(outcome)
    })?;
    let variables = folder.join("packages.tfvars.json");
    write_json(&variables, &json!({ "artifact_bucket": options.bucket, "packages": packages }))?;
    eprintln!("Packed in {}\n", seconds(steps.elapsed()));
    println!(
        "Next:\n  aws s3 sync {} s3://{} --exclude '*.json'\n  terraform -chdir=infra/live/dev apply -var-file={}",
        folder.display(),
        options.bucket,
        variables.display()
    );
    Ok(())
}
