//! Where things are: the repository, and one instance of the local cloud with its ports and files.

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// Contexts that are deployed, in the order people meet them.
pub(crate) const FUNCTIONS: [&str; 7] =
    ["auth", "customer", "deal", "inventory", "notification", "sync", "gateway"];

/// Resource prefix of `infra/live/local`.
pub(crate) const PREFIX: &str = "polymer-local";

/// Port people use, unless they choose another.
const API_PORT: u16 = 8080;
/// Port of the emulator, unless they choose another.
const CLOUD_PORT: u16 = 4566;

/// The repository.
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Finds the root from this crate's own place in it, so that the command works in every folder.
    pub(crate) fn find() -> Result<Self> {
        let manifest = std::env::var("CARGO_MANIFEST_DIR").unwrap_or(env!("CARGO_MANIFEST_DIR").to_owned());
        let root = Path::new(&manifest)
            .ancestors()
            .nth(2)
            .filter(|root| root.join("Cargo.lock").is_file() && root.join("tools/xtask").is_dir())
            .context("cannot find the repository: run `cargo xtask` inside it")?;
        Ok(Self { root: root.to_owned() })
    }

    /// The repository's root folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path inside the repository, `/`-separated.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Python environment with the emulator and cargo-lambda; shared by all instances.
    pub(crate) fn venv(&self) -> PathBuf {
        self.path(".local/venv")
    }

    /// Where cargo puts binaries of this workspace.
    pub(crate) fn target_dir(&self) -> PathBuf {
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.path("target"), |dir| self.root.join(dir))
    }
}

/// One local cloud: its folder, and the ports it last used.
#[derive(Clone)]
pub(crate) struct Instance {
    dir: PathBuf,
    /// What people call.
    pub(crate) port: u16,
    /// What the functions and Terraform call.
    pub(crate) cloud_port: u16,
}

/// The part of an instance that survives the command.
#[derive(Serialize, Deserialize)]
struct Remembered {
    port: u16,
    cloud_port: u16,
}

impl Instance {
    /// The instance in `POLYMER_LOCAL_DIR`, or else the developer's own in `.local`.
    pub(crate) fn of(workspace: &Workspace) -> Self {
        let dir = std::env::var_os("POLYMER_LOCAL_DIR")
            .map_or_else(|| workspace.path(".local"), |dir| workspace.root().join(dir));
        Self::at(dir)
    }

    /// The instance in this folder, with the ports it used last.
    pub(crate) fn at(dir: PathBuf) -> Self {
        let remembered: Option<Remembered> =
            fs::read(dir.join("instance.json")).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let (port, cloud_port) = remembered.map_or((API_PORT, CLOUD_PORT), |r| (r.port, r.cloud_port));
        Self { dir, port, cloud_port }
    }

    /// Writes the ports down for the next command.
    pub(crate) fn remember(&self) -> Result<()> {
        write_json(&self.path("instance.json"), &Remembered { port: self.port, cloud_port: self.cloud_port })
    }

    /// The folder everything of this instance lives in.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// A path inside the instance's folder.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.dir.join(relative)
    }

    /// Base URL people use.
    pub(crate) fn api_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Port of the simulated providers: ten above the one people use.
    pub(crate) fn simulators_port(&self) -> u16 {
        self.port.saturating_add(10)
    }

    /// Base URL of the simulated providers.
    pub(crate) fn simulators_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.simulators_port())
    }

    /// Port of the provider of outside logins: next to the simulated ones.
    pub(crate) fn login_provider_port(&self) -> u16 {
        self.port.saturating_add(11)
    }

    /// Base URL of the provider of outside logins, and its issuer.
    pub(crate) fn login_provider_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.login_provider_port())
    }

    /// Base URL of the emulator.
    pub(crate) fn cloud_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.cloud_port)
    }
}

/// Writes a file as a whole: readers see the old text or the new one, never half of it. Makes its folder.
pub(crate) fn write(path: &Path, bytes: impl AsRef<[u8]>) -> Result<()> {
    let dir = path.parent().with_context(|| format!("{} has no parent folder", path.display()))?;
    fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
    let draft = path.with_extension("draft");
    fs::write(&draft, bytes).with_context(|| format!("cannot write {}", draft.display()))?;
    fs::rename(&draft, path).with_context(|| format!("cannot replace {}", path.display()))
}

/// [`write()`] as indented JSON.
pub(crate) fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    write(path, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_keeps_its_ports_until_it_is_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let mut instance = Instance::at(dir.path().join("one"));
        assert_eq!((instance.port, instance.cloud_port), (API_PORT, CLOUD_PORT));
        instance.port = 9000;
        instance.remember().unwrap();
        assert_eq!(Instance::at(dir.path().join("one")).api_url(), "http://127.0.0.1:9000");
    }
}
