//! `tidy`: the conventions of this repository, as tests.
//!
//! Each rule reads files and reports findings with place, rule and fix. What Terraform describes (dead-letter queues,
//! alarms, grants) is tested by `terraform test` in `infra/tests`, which sees values instead of text.

mod docs;
mod events;
mod manifests;
mod sources;
mod tree;

use crate::workspace::Workspace;
use anyhow::{Result, bail};
use std::fmt;
use tree::Tree;

/// One violation.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    line: usize,
    rule: &'static str,
    fix: String,
}

impl Finding {
    fn new(path: &str, line: usize, rule: &'static str, fix: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, rule, fix: fix.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}\n    fix: {}", self.path, self.line, self.rule, self.fix)
    }
}

/// Every rule, by the files it reads.
const RULES: [fn(&Tree) -> Vec<Finding>; 4] = [manifests::check, sources::check, docs::check, events::check];

/// Prints the result for a person.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let files = check(workspace)?;
    println!("{files} files follow the conventions");
    Ok(())
}

/// The number of files looked at, or every finding.
pub(crate) fn check(workspace: &Workspace) -> Result<usize> {
    let tree = Tree::read(workspace.root())?;
    let mut findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule(&tree)).collect();
    findings.sort();
    if !findings.is_empty() {
        let text: Vec<String> = findings.iter().map(ToString::to_string).collect();
        bail!("{} violations of the conventions:\n\n{}\n", findings.len(), text.join("\n"));
    }
    Ok(tree.len())
}
