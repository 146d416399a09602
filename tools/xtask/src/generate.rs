//! `generate`: files that are made from code and checked in: OpenAPI documents, schemas and examples of published facts, and the
//! table of who may call what.
//!
//! The tests that compare such a file with the code write it instead when they are asked to
//! (`testkit::assert_generated`), so there is no second description of what is generated, and `cargo test` finds drift.

use crate::access;
use crate::process;
use crate::workspace::{FUNCTIONS, Workspace};
use anyhow::{Result, bail};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// Where the tests that generate live in each function's integration binary.
const TESTS: [&str; 2] = ["contracts::", "openapi::"];

/// Writes every generated file anew and names those that changed.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let before = generated(workspace);
    let mut command = process::cargo();
    command.args(["test", "--quiet", "--test", "it"]);
    for function in FUNCTIONS {
        command.args(["--package", function]);
    }
    command.arg("--").args(TESTS).env("UPDATE_GENERATED", "1");
    let (success, output) = process::listen(&mut command, workspace.root(), |_| {})?;
    if !success {
        bail!("the tests that generate failed:\n\n{output}");
    }
    fs::write(workspace.path(access::FILE), access::table(workspace)?)?;
    let after = generated(workspace);
    let changed: Vec<_> = after.iter().filter(|(path, text)| before.get(*path) != Some(text)).collect();
    for (path, _) in &changed {
        println!("wrote {}", path.strip_prefix(workspace.root()).unwrap_or(path).display());
    }
    println!("{} of {} generated files changed", changed.len(), after.len());
    Ok(())
}

fn generated(workspace: &Workspace) -> BTreeMap<PathBuf, String> {
    let mut files: Vec<PathBuf> = FUNCTIONS
        .iter()
        .map(|function| workspace.path(&format!("functions/{function}/openapi.json")))
        .collect();
    for function in FUNCTIONS {
        let folder = fs::read_dir(workspace.path(&format!("events/contracts/{function}")));
        files.extend(folder.into_iter().flatten().flatten().map(|entry| entry.path()));
    }
    files.push(workspace.path(access::FILE));
    files.into_iter().filter_map(|path| Some((path.clone(), fs::read_to_string(path).ok()?))).collect()
}
