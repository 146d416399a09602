//! Project-local Python environments: pinned with hashes, made again when their pins change.

use crate::packages::hash_of_files;
use crate::progress::{Note, Outcome, done, unchanged};
use crate::workspace::{Workspace, write};
use anyhow::{Context as _, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// An environment: what is in it, where it lies, and what pins it.
pub(crate) struct Environment {
    contents: &'static str,
    folder: &'static str,
    requirements: &'static str,
}

/// What runs the local cloud and packs the functions.
pub(crate) const CLOUD: Environment = Environment {
    contents: "MiniStack and cargo-lambda",
    folder: ".local/venv",
    requirements: "tools/local-cloud/requirements.txt",
};

/// What calls the API in every way that its OpenAPI documents allow, and in many that they do not.
pub(crate) const SCHEMATHESIS: Environment = Environment {
    contents: "schemathesis",
    folder: ".local/schemathesis",
    requirements: "tools/e2e/schemathesis/requirements.txt",
};

/// The provider of outside logins.
pub(crate) const LOGIN_PROVIDER: Environment = Environment {
    contents: "oidc-provider-mock",
    folder: ".local/login-provider",
    requirements: "tools/oidc-provider/requirements.txt",
};

/// The environment's Python.
pub(crate) fn python(venv: &Path) -> PathBuf {
    venv.join("bin/python")
}

/// cargo-lambda of the environment.
pub(crate) fn cargo_lambda(venv: &Path) -> PathBuf {
    venv.join("bin/cargo-lambda")
}

impl Environment {
    /// A program of it.
    pub(crate) fn program(&self, workspace: &Workspace, name: &str) -> PathBuf {
        workspace.path(self.folder).join("bin").join(name)
    }

    /// Makes or renews it when its `requirements.txt` changed.
    pub(crate) fn ensure(&self, workspace: &Workspace, note: &Note) -> Result<Outcome> {
        let Self { contents, folder, requirements } = self;
        let venv = workspace.path(folder);
        let pins = workspace.path(requirements);
        let hash = hash_of_files([pins.clone()])?;
        let stamp = venv.join("requirements.sha256");
        if fs::read_to_string(&stamp).is_ok_and(|known| known == hash) && python(&venv).exists() {
            return unchanged(format!("{contents} in {folder}"));
        }
        note.say(&format!("creating {folder}"));
        if venv.exists() {
            fs::remove_dir_all(&venv).with_context(|| format!("cannot remove {}", venv.display()))?;
        }
        run(Command::new("python3").args(["-m", "venv"]).arg(&venv), "cannot create a Python environment")?;
        note.say(&format!("installing {contents} from PyPI"));
        let mut pip = Command::new(python(&venv));
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            "-r",
        ])
        .arg(&pins);
        run(&mut pip, &format!("cannot install {requirements} (is PyPI reachable?)"))?;
        write(&stamp, hash)?;
        done(format!("{contents} installed"))
    }
}

fn run(command: &mut Command, problem: &str) -> Result<()> {
    let out = command.output().with_context(|| problem.to_owned())?;
    if !out.status.success() {
        bail!("{problem}:\n{}", String::from_utf8_lossy(&out.stderr).trim());
    }
    Ok(())
}
