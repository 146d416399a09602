//! Terraform on `infra/live/local`: `init` and `apply` only when something they read has changed.

use crate::cloud::Cloud;
use crate::packages::{BUCKET, Packages, hash_of_files};
use crate::progress::{Note, Outcome, done, unchanged};
use crate::providers::{Machine, Source, discover};
use crate::workspace::{Instance, PREFIX, Workspace, write_json};
use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Name of the note in the emulator that says what was applied last.
const APPLIED: &str = "applied";

/// What was applied last; kept in the emulator.
#[derive(Serialize, Deserialize)]
struct Memory {
    /// Hash of the Terraform files.
    described: String,
    /// Variables that are neither files nor packages.
    settings: Value,
    packages: Packages,
}

/// Result of an apply.
pub(crate) struct Applied {
    /// Whether everything was made from nothing.
    pub(crate) anew: bool,
    pub(crate) outcome: Outcome,
}

/// Terraform for one instance.
pub(crate) struct Terraform<'a> {
    workspace: &'a Workspace,
    instance: &'a Instance,
}

impl<'a> Terraform<'a> {
    pub(crate) fn new(workspace: &'a Workspace, instance: &'a Instance) -> Self {
        Self { workspace, instance }
    }

    fn state(&self) -> PathBuf {
        self.instance.path("state/terraform.tfstate")
    }

    fn variables(&self) -> PathBuf {
        self.instance.path("packages.auto.tfvars.json")
    }

    fn command(&self, verb: &str) -> Command {
        let mut command = Command::new("terraform");
        command
            .arg(format!("-chdir={}", self.workspace.path("infra/live/local").display()))
            .args([verb, "-input=false", "-no-color"])
            .env("TF_DATA_DIR", self.instance.path("terraform"))
            .env("TF_IN_AUTOMATION", "1")
            .env("CHECKPOINT_DISABLE", "1");
        command
    }

    /// `terraform init`, when versions, modules or the place of the state changed.
    pub(crate) fn init(&self, note: &Note) -> Result<Outcome> {
        let infra = self.workspace.path("infra");
        let source = discover(&Machine::this(), &pinned_version(&infra)?);
        let wanted = format!("{} {source}", hash_of_files(terraform_files(&infra)?)?);
        let stamp = self.instance.path("terraform/init.stamp");
        if fs::read_to_string(&stamp).is_ok_and(|known| known == wanted) {
            return unchanged(source.to_string());
        }
        note.say(&source.to_string());
        let mut command = self.command("init");
        // `-lockfile=readonly` would refuse a mirror that lists fewer platforms than the lock file.
        command.args(["-reconfigure", &format!("-backend-config=path={}", self.state().display())]);
        if let Source::Mirror(folder) = &source {
            command.arg(format!("-plugin-dir={}", folder.display()));
        }
        let out = command.output().context("cannot run terraform")?;
        if !out.status.success() {
            bail!("terraform init failed ({source}):\n{}", String::from_utf8_lossy(&out.stderr).trim());
        }
        crate::workspace::write(&stamp, wanted)?;
        done(source.to_string())
    }

    /// Hash of the Terraform files that an apply reads.
    pub(crate) fn described(&self) -> Result<String> {
        hash_of_files(terraform_files(&self.workspace.path("infra"))?)
    }

    /// Makes the emulator hold what is described. New packages of a system that is otherwise as described are swapped
    /// in by the Lambda API, in a second; everything else takes a `terraform apply`, which finds the swap done.
    pub(crate) fn apply(&self, cloud: &Cloud, packages: &Packages, note: &Note) -> Result<Applied> {
        let settings = json!({
            "endpoint_url": self.instance.cloud_url(), "public_url": self.instance.api_url(),
            "simulators_url": self.instance.simulators_url(),
        });
        let wanted = Memory { described: self.described()?, settings, packages: packages.clone() };
        let known: Option<Memory> = cloud.note(APPLIED)?.and_then(|text| serde_json::from_str(&text).ok());
        let known = known.filter(|_| self.state().is_file());
        if let Some(known) = &known
            && known.described == wanted.described
            && known.settings == wanted.settings
        {
            let swapped = self.swap(cloud, &known.packages, packages)?;
            if swapped.is_empty() {
                return Ok(Applied { anew: false, outcome: unchanged("infrastructure is as described")? });
            }
            cloud.set_note(APPLIED, &serde_json::to_string(&wanted)?)?;
            return Ok(Applied {
                anew: false,
                outcome: done(format!("swapped in: {}", swapped.join(", ")))?,
            });
        }
        let anew = known.is_none() && !cloud.has_function(&format!("{PREFIX}-gateway"))?;
        if anew {
            // A state that says otherwise would make Terraform ask for each lost resource.
            self.forget()?;
        }
        let mut variables = json!({ "artifact_bucket": BUCKET, "packages": packages });
        for (name, value) in wanted.settings.as_object().into_iter().flatten() {
            variables[name] = value.clone();
        }
        write_json(&self.variables(), &variables)?;
        let summary = self.run_apply(note)?;
        cloud.set_note(APPLIED, &serde_json::to_string(&wanted)?)?;
        Ok(Applied { anew, outcome: done(summary)? })
    }

    fn swap(&self, cloud: &Cloud, old: &Packages, new: &Packages) -> Result<Vec<String>> {
        let mut swapped = Vec::new();
        for (context, package) in new.iter().filter(|(context, package)| old.get(*context) != Some(package)) {
            let function = self.output("functions")?;
            let name =
                function.get(context).and_then(Value::as_str).context("Terraform names no such function")?;
            cloud.update_code(name, BUCKET, &package.key)?;
            swapped.push(context.clone());
        }
        Ok(swapped)
    }

    fn run_apply(&self, note: &Note) -> Result<String> {
        let log = self.instance.path("log/terraform.log");
        let mut command = self.command("apply");
        command
            .args(["-auto-approve", "-parallelism=50", "-compact-warnings"])
            .arg(format!("-var-file={}", self.variables().display()));
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(fs::File::create(&log)?)
            .spawn()
            .context("cannot run terraform")?;
        let begun = Instant::now();
        let mut printed = String::new();
        let mut finished = 0_u32;
        for line in BufReader::new(child.stdout.take().context("terraform has no output")?).lines() {
            let line = line?;
            if line.contains("complete after") {
                finished += 1;
                note.say(&format!("{finished} resources done"));
            }
            printed.push_str(&format!("{:6.1} s  {line}\n", begun.elapsed().as_secs_f64()));
        }
        let status = child.wait()?;
        let errors = fs::read_to_string(&log)?;
        crate::workspace::write(&log, format!("{printed}{errors}"))?;
        if !status.success() {
            bail!("terraform apply failed (all of it: {}):\n{}", log.display(), errors.trim());
        }
        let summary = printed.lines().find_map(|line| line.split_once("Apply complete! Resources: "));
        Ok(summary.map_or("applied", |(_, counts)| counts).to_owned())
    }

    fn forget(&self) -> Result<()> {
        for file in [self.state(), self.instance.path("state/terraform.tfstate.backup")] {
            if file.exists() {
                fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
            }
        }
        Ok(())
    }

    /// One output, read from the state file: starting Terraform for it takes a second.
    pub(crate) fn output(&self, name: &str) -> Result<Value> {
        let state: Value = serde_json::from_slice(
            &fs::read(self.state()).context("nothing is deployed: run `cargo xtask up`")?,
        )?;
        state
            .pointer(&format!("/outputs/{name}/value"))
            .cloned()
            .with_context(|| format!("Terraform gives no output {name}: run `cargo xtask up`"))
    }
}

/// Every file below `infra/` that an apply of `live/local` can depend on.
fn terraform_files(infra: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = ["modules", "contexts", "platform", "system", "live/local"]
        .iter()
        .map(|name| infra.join(name))
        .collect();
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() && path.file_name().is_none_or(|name| name != ".terraform") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "tf") {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// The provider version pinned in `infra/live/local/versions.tf`.
pub(crate) fn pinned_version(infra: &Path) -> Result<String> {
    let file = infra.join("live/local/versions.tf");
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    version_in(&text).with_context(|| format!("{} pins no provider version", file.display()))
}

fn version_in(text: &str) -> Option<String> {
    text.lines()
        .filter_map(|line| line.trim().strip_prefix("version"))
        .find_map(|rest| rest.trim().strip_prefix('=').map(|value| value.trim().trim_matches('"').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pinned_provider_version_is_read_from_terraform() {
        let text = "terraform {\n  required_version = \">= 1.11\"\n  required_providers {\n    aws = {\n      source  = \"hashicorp/aws\"\n      version = \"5.100.0\"\n";
        assert_eq!(version_in(text).as_deref(), Some("5.100.0"));
    }
}
