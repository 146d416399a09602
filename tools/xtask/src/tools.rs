//! Tools a machine must bring, each with what to do when it is missing.

use anyhow::{Result, bail};
use std::process::Command;

/// Result of one look at the machine.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Check {
    pub(crate) what: String,
    /// What was found, or how to fix it.
    pub(crate) result: Result<String, String>,
}

impl Check {
    pub(crate) fn ok(what: impl Into<String>, found: impl Into<String>) -> Self {
        Self { what: what.into(), result: Ok(found.into()) }
    }

    pub(crate) fn fix(what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { what: what.into(), result: Err(fix.into()) }
    }
}

/// Looks at every tool that `up` needs.
pub(crate) fn check() -> Vec<Check> {
    vec![
        version(
            "terraform",
            &["version"],
            (1, 11),
            "install Terraform 1.11 or later: https://developer.hashicorp.com/terraform/install",
        ),
        version(
            "python3",
            &["--version"],
            (3, 11),
            "install Python 3.11 or later: https://www.python.org/downloads",
        ),
        runs(
            "python3 -m venv",
            Command::new("python3").args(["-c", "import venv, ensurepip"]),
            "install Python's venv module (Debian, Ubuntu: `apt install python3-venv`)",
        ),
        version(
            "cargo",
            &["--version"],
            (1, 95),
            "install Rust: https://rustup.rs; rust-toolchain.toml pins the version",
        ),
        runs(
            "C linker (cc)",
            Command::new("cc").arg("--version"),
            "install a C toolchain (Debian, Ubuntu: `apt install build-essential`; macOS: `xcode-select --install`)",
        ),
    ]
}

/// Fails with every missing tool at once.
pub(crate) fn require() -> Result<String> {
    let checks = check();
    let missing: Vec<String> = checks
        .iter()
        .filter_map(|check| check.result.as_ref().err().map(|fix| format!("\n  {}: {fix}", check.what)))
        .collect();
    if !missing.is_empty() {
        bail!("tools are missing:{}\n  then run the command again", missing.concat());
    }
    let found: Vec<_> =
        checks.into_iter().filter_map(|check| check.result.ok()).filter(|v| v.contains('.')).collect();
    Ok(found.join(", "))
}

fn runs(what: &str, command: &mut Command, fix: &str) -> Check {
    match command.output() {
        Ok(out) if out.status.success() => Check::ok(what, "works"),
        _ => Check::fix(what, fix),
    }
}

fn version(tool: &str, arguments: &[&str], least: (u32, u32), fix: &str) -> Check {
    // Terraform asks the network for its own newest version unless told not to.
    let output = Command::new(tool).args(arguments).env("CHECKPOINT_DISABLE", "1").output();
    let Ok(output) = output else { return Check::fix(tool, format!("not found; {fix}")) };
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    match parse_version(&text) {
        Some(found) if found >= least => Check::ok(tool, format!("{tool} {}.{}", found.0, found.1)),
        Some(found) => Check::fix(tool, format!("found {}.{}; {fix}", found.0, found.1)),
        None => Check::fix(tool, format!("gives no version; {fix}")),
    }
}

/// The first `major.minor` in a text.
pub(crate) fn parse_version(text: &str) -> Option<(u32, u32)> {
    text.split_whitespace().find_map(|word| {
        let mut parts = word.trim_start_matches('v').split('.');
        let major = parts.next()?.parse().ok()?;
        let minor: String = parts.next()?.chars().take_while(char::is_ascii_digit).collect();
        Some((major, minor.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_tools_print() {
        assert_eq!(parse_version("Terraform v1.11.4\non linux_amd64"), Some((1, 11)));
        assert_eq!(parse_version("Python 3.11.7"), Some((3, 11)));
        assert_eq!(parse_version("cargo 1.95.0 (f2d3ce0bd 2026-03-21)"), Some((1, 95)));
        assert_eq!(parse_version("no version here"), None);
    }

    #[test]
    fn a_missing_tool_comes_with_its_fix() {
        let check = version("no-such-tool-anywhere", &[], (1, 0), "install it");
        assert_eq!(check.result, Err("not found; install it".to_owned()));
    }
}
