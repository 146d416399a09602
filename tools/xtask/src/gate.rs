//! `test`: the whole gate, the same here and in CI. Cheap stages first; the first failure ends it.

use crate::progress::{Outcome, Steps, done, seconds};
use crate::providers::{Machine, Source, discover};
use crate::workspace::{Instance, Workspace};
use crate::{browser, down, ports, process, terraform, tidy, venv};
use anyhow::{Context as _, Result, bail};
use clap::Args;
use std::path::PathBuf;
use std::process::Command;

/// Ports of the cloud the end-to-end tests use, unless something holds them. The same ports let them start from the
/// snapshot of the run before.
const E2E_PORT: u16 = 18_080;
const E2E_CLOUD_PORT: u16 = 14_566;

#[derive(Args)]
pub(crate) struct Options {
    /// Leave out the end-to-end tests, which start a local cloud of their own
    #[arg(long)]
    no_e2e: bool,
    /// Run every stage, whatever failed before
    #[arg(long)]
    keep_going: bool,
}

/// Tests counted over all stages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    passed: u64,
    failed: u64,
}

/// Runs every stage; the last line counts tests. True if all passed.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> bool {
    let mut gate = Gate { workspace, steps: Steps::start(), count: Count::default() };
    let mut failed = Vec::new();
    for (name, stage) in STAGES {
        if options.no_e2e && name == "end to end" {
            continue;
        }
        if let Err(error) = stage(&mut gate) {
            eprintln!("\n{name}: {error:#}\n");
            failed.push(name);
            if !options.keep_going {
                break;
            }
        }
    }
    let Count { passed, failed: failed_tests } = gate.count;
    if !failed.is_empty() {
        println!("failed: {}", failed.join(", "));
    }
    println!("{passed} tests passed, {failed_tests} failed in {}", seconds(gate.steps.elapsed()));
    failed.is_empty()
}

type Stage = fn(&mut Gate<'_>) -> Result<()>;

/// Cheap ones first. Drift of generated files is found by the tests.
const STAGES: [(&str, Stage); 8] = [
    ("format", |gate| gate.format()),
    ("conventions", |gate| gate.conventions()),
    ("terraform format", |gate| gate.terraform_format()),
    ("clippy", |gate| gate.clippy()),
    ("tests", |gate| gate.tests()),
    ("documentation", |gate| gate.documentation()),
    ("terraform", |gate| gate.terraform_tests()),
    ("end to end", |gate| gate.end_to_end()),
];

struct Gate<'a> {
    workspace: &'a Workspace,
    steps: Steps,
    count: Count,
}

impl Gate<'_> {
    fn format(&mut self) -> Result<()> {
        self.cargo(
            "format",
            &["fmt", "--all", "--", "--check", "-l", "--color", "never"],
            "run `cargo fmt --all`",
        )
    }

    fn conventions(&mut self) -> Result<()> {
        self.steps.run("conventions", |_| {
            let files = tidy::check(self.workspace)?;
            done(format!("{files} files follow them"))
        })
    }

    fn terraform_format(&mut self) -> Result<()> {
        let next = "run `terraform fmt -recursive infra`";
        self.terraform("terraform format", "infra", &["fmt", "-check", "-recursive"], next)
    }

    fn clippy(&mut self) -> Result<()> {
        let next = "fix the lints; `cargo clippy --fix` helps with some";
        self.cargo(
            "clippy",
            &["clippy", "--workspace", "--all-targets", "--keep-going", "--", "-D", "warnings"],
            next,
        )
    }

    fn tests(&mut self) -> Result<()> {
        let next = "run the failed test alone: `cargo test -p <crate> <name>`";
        self.cargo("tests", &["test", "--workspace", "--exclude", "e2e", "--no-fail-fast"], next)
    }

    fn documentation(&mut self) -> Result<()> {
        let next = "fix the links in doc comments";
        self.cargo("documentation", &["doc", "--workspace", "--no-deps"], next)
    }

    fn cargo(&mut self, name: &str, arguments: &[&str], next: &str) -> Result<()> {
        let mut command = process::cargo();
        command.args(arguments).env("CARGO_TERM_COLOR", "never").env("RUSTDOCFLAGS", "-D warnings");
        self.stage(name, &mut command, next)
    }

    fn terraform(&mut self, name: &str, folder: &str, arguments: &[&str], next: &str) -> Result<()> {
        let mut command = terraform_in(self.workspace, folder);
        command.args(arguments);
        self.stage(name, &mut command, next)
    }

    /// `validate` in every root, then the tests with mocked providers. No network, no account.
    fn terraform_tests(&mut self) -> Result<()> {
        let source = discover(&Machine::this(), &terraform::pinned_version(&self.workspace.path("infra"))?);
        for folder in ["infra", "infra/live/local", "infra/live/dev", "infra/live/prod"] {
            let mut init = terraform_in(self.workspace, folder);
            init.args(["init", "-backend=false", "-input=false", "-no-color"]);
            if let Source::Mirror(mirror) = &source {
                init.arg(format!("-plugin-dir={}", mirror.display()));
            }
            let out = init.output().context("cannot run terraform")?;
            if !out.status.success() {
                bail!(
                    "terraform init in {folder} ({source}):\n{}",
                    String::from_utf8_lossy(&out.stderr).trim()
                );
            }
            let next = format!("run `terraform -chdir={folder} validate`");
            self.terraform(&format!("validate {folder}"), folder, &["validate", "-no-color"], &next)?;
        }
        self.terraform(
            "terraform tests",
            "infra",
            &["test", "-no-color"],
            "run `terraform -chdir=infra test`",
        )
    }

    /// The driver of a browser; empty where there is none, which leaves out the tests that need one.
    fn browser(&self) -> Result<PathBuf> {
        let mut driver = None;
        self.steps.run("browser", |note| {
            let (found, outcome) = browser::ensure(self.workspace.root(), note);
            driver = found;
            Ok(outcome)
        })?;
        Ok(driver.unwrap_or_default())
    }

    /// The real binaries in a local cloud of their own, beside the developer's.
    fn end_to_end(&mut self) -> Result<()> {
        let driver = self.browser()?;
        self.steps.run("schemathesis", |note| venv::SCHEMATHESIS.ensure(self.workspace, note))?;
        let mut instance = Instance::at(self.workspace.path(".local/e2e"));
        down::reset_quietly(&instance)?;
        instance.port = ports::free_or(E2E_PORT)?;
        instance.cloud_port = ports::free_or(E2E_CLOUD_PORT)?;
        let mut up = Command::new(std::env::current_exe()?);
        up.args([
            "up",
            "--port",
            &instance.port.to_string(),
            "--cloud-port",
            &instance.cloud_port.to_string(),
        ])
        .env("POLYMER_LOCAL_DIR", instance.dir());
        let started =
            self.stage("local cloud", &mut up, "run `cargo xtask up`; it shows the step that fails");
        let tested = started.and_then(|()| {
            let mut test = process::cargo();
            test.args(["test", "--package", "e2e", "--no-fail-fast"])
                .env("POLYMER_ENDPOINTS", instance.path("endpoints.json"))
                .env("POLYMER_LOCAL_DIR", instance.dir())
                .env("POLYMER_CHROMEDRIVER", &driver)
                .env("POLYMER_SCHEMATHESIS", venv::SCHEMATHESIS.program(self.workspace, "schemathesis"));
            let logs = instance.path("log");
            self.stage(
                "end to end",
                &mut test,
                &format!("what the functions logged is in {}", logs.display()),
            )
        });
        down::stop(&instance)?;
        tested
    }

    /// Runs a command as one stage: its output is shown when it fails, its tests are counted.
    fn stage(&mut self, name: &str, command: &mut Command, next: &str) -> Result<()> {
        let root = self.workspace.root();
        let mut count = Count::default();
        let result = self.steps.run(name, |note| {
            let (success, output) = process::listen(command, root, |line| note.say(line))?;
            count = count_tests(&output);
            if !success {
                bail!("{name} failed:\n\n{}\n\nnext: {next}", interesting(&output));
            }
            summary(count)
        });
        self.count.passed += count.passed;
        self.count.failed += count.failed;
        result
    }
}

fn summary(count: Count) -> Result<Outcome> {
    if count.passed == 0 { done("") } else { done(format!("{} tests", count.passed)) }
}

fn terraform_in(workspace: &Workspace, folder: &str) -> Command {
    let mut command = Command::new("terraform");
    command
        .arg(format!("-chdir={}", workspace.path(folder).display()))
        .env("TF_DATA_DIR", workspace.path(".local/terraform-check").join(folder.replace('/', "-")))
        .env("TF_IN_AUTOMATION", "1")
        .env("CHECKPOINT_DISABLE", "1");
    command
}

/// Sums `test result: ok. 3 passed; 0 failed; …` (libtest) and `Success! 3 passed, 0 failed.` (terraform test).
fn count_tests(output: &str) -> Count {
    let mut count = Count::default();
    let results = output.lines().filter(|line| {
        let line = line.trim_start();
        line.starts_with("test result:") || line.starts_with("Success!") || line.starts_with("Failure!")
    });
    for line in results {
        let words: Vec<&str> = line.split([' ', ';', ',', '.']).filter(|word| !word.is_empty()).collect();
        for pair in words.windows(2) {
            let number: u64 = pair[0].parse().unwrap_or_default();
            match pair[1] {
                "passed" => count.passed += number,
                "failed" => count.failed += number,
                _ => {}
            }
        }
    }
    count
}

/// Output without the lines that tell of success.
fn interesting(output: &str) -> String {
    let boring = |line: &str| {
        let line = line.trim_start();
        (line.starts_with("test ") && line.ends_with("... ok"))
            || ["Compiling ", "Checking ", "Running ", "Documenting ", "Finished ", "Doc-tests "]
                .iter()
                .any(|start| line.starts_with(start))
    };
    let lines: Vec<&str> = output.lines().filter(|line| !boring(line)).collect();
    lines[lines.len().saturating_sub(400)..].join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_counted_over_binaries_and_tools() {
        let output = "running 2 tests\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured\n\
            test result: FAILED. 40 passed; 3 failed; 0 ignored\nSuccess! 12 passed, 0 failed.\n";
        assert_eq!(count_tests(output), Count { passed: 54, failed: 3 });
    }

    #[test]
    fn a_failure_is_shown_without_the_successes_around_it() {
        let output = "   Compiling deal v0.1.0\ntest a ... ok\ntest b ... FAILED\nassertion failed\n";
        assert_eq!(interesting(output), "test b ... FAILED\nassertion failed");
    }
}
