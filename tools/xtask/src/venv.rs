//! The project-local Python environment: the emulator and cargo-lambda, pinned with hashes.

use crate::packages::hash_of_files;
use crate::progress::{Note, Outcome, done, unchanged};
use crate::workspace::{Workspace, write};
use anyhow::{Context as _, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The environment's Python.
pub(crate) fn python(venv: &Path) -> PathBuf {
    venv.join("bin/python")
}

/// cargo-lambda of the environment.
pub(crate) fn cargo_lambda(venv: &Path) -> PathBuf {
    venv.join("bin/cargo-lambda")
}

/// Makes or renews the environment when `requirements.txt` changed.
pub(crate) fn ensure(workspace: &Workspace, note: &Note) -> Result<Outcome> {
    let venv = workspace.venv();
    let requirements = workspace.path("tools/local-cloud/requirements.txt");
    let hash = hash_of_files([requirements.clone()])?;
    let stamp = venv.join("requirements.sha256");
    if fs::read_to_string(&stamp).is_ok_and(|known| known == hash) && python(&venv).exists() {
        return unchanged("MiniStack and cargo-lambda are in .local/venv");
    }
    note.say("creating .local/venv");
    if venv.exists() {
        fs::remove_dir_all(&venv).with_context(|| format!("cannot remove {}", venv.display()))?;
    }
    run(Command::new("python3").args(["-m", "venv"]).arg(&venv), "cannot create a Python environment")?;
    note.say("installing MiniStack and cargo-lambda from PyPI");
    let mut pip = Command::new(python(&venv));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r"])
        .arg(&requirements);
    run(&mut pip, "cannot install tools/local-cloud/requirements.txt (is PyPI reachable?)")?;
    write(&stamp, hash)?;
    done("MiniStack and cargo-lambda installed")
}

fn run(command: &mut Command, problem: &str) -> Result<()> {
    let out = command.output().with_context(|| problem.to_owned())?;
    if !out.status.success() {
        bail!("{problem}:\n{}", String::from_utf8_lossy(&out.stderr).trim());
    }
    Ok(())
}
