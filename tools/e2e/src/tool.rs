//! The operators' tool, run as they run it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context as _, Result, ensure};

/// `polyctl` on the local cloud that the tests use.
#[derive(Debug, Clone)]
pub struct Tool {
    polyctl: PathBuf,
    endpoints: PathBuf,
}

impl Tool {
    /// Builds it, with the features that the other tests are built with: then there is usually nothing to build.
    ///
    /// # Errors
    /// When it does not build, or no local cloud is named.
    pub fn build() -> Result<Self> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let cargo = variable("CARGO").unwrap_or_else(|| "cargo".to_owned());
        let build = ["build", "--workspace", "--bin", "polyctl"];
        let built = Command::new(cargo).args(build).current_dir(&workspace).status()?;
        ensure!(built.success(), "polyctl does not build");
        // The test is `<target>/<profile>/deps/<name>-…`.
        let test = std::env::current_exe()?;
        let folder = test.parent().and_then(Path::parent).context("the test is in no target folder")?;
        let endpoints = variable("POLYMER_ENDPOINTS").context("POLYMER_ENDPOINTS is not set")?;
        Ok(Self { polyctl: folder.join("polyctl"), endpoints: workspace.join(endpoints) })
    }

    /// A command that works on files alone.
    #[must_use]
    pub fn offline(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.polyctl);
        command.args(words);
        command
    }

    /// A command that works on the local cloud.
    #[must_use]
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = self.offline(words);
        command.arg("--api-endpoints").arg(&self.endpoints);
        command
    }

    /// Runs a command on the local cloud; gives what it printed.
    ///
    /// # Errors
    /// See [`done`].
    pub fn run(&self, words: &[&str]) -> Result<String> {
        done(self.command(words))
    }
}

/// Runs a command to its good end; gives what it printed.
///
/// # Errors
/// When it ends otherwise, with what it printed.
pub fn done(mut command: Command) -> Result<String> {
    let Output { status, stdout, stderr } = command.output()?;
    let text = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    ensure!(status.success(), "{command:?} ended with {status}:\n{text}");
    Ok(text)
}

fn variable(name: &str) -> Option<String> {
    std::env::vars().find(|(variable, _)| variable == name).map(|(_, value)| value)
}
