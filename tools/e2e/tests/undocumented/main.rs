//! schemathesis calls every operation of every OpenAPI document, with what the document allows and with much that it does not: no answer
//! is a failure of ours, and none is undocumented. A binary of its own, and the last by name: its products, parties and deals stand in
//! the lists afterwards, its sessions end, and its failed logins count.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use e2e::{Api, Endpoints};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::task::spawn_blocking;

/// The context whose operations end sessions and count failed logins: asked when the others are done.
const LAST: &str = "auth";
/// Contexts asked at once: one thread each, and the machine has two cores.
const AT_ONCE: usize = 2;

fn crate_path(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The contexts that have a document.
fn contexts() -> Result<Vec<String>> {
    let mut contexts = Vec::new();
    for folder in std::fs::read_dir(crate_path("../../functions"))? {
        let folder = folder?;
        if folder.path().join("openapi.json").is_file() {
            contexts.push(folder.file_name().to_string_lossy().into_owned());
        }
    }
    contexts.sort();
    Ok(contexts)
}

/// What schemathesis has to say against a context; nothing, if all is well.
async fn findings(program: &Path, endpoints: &Endpoints, context: &str) -> Result<Option<String>> {
    let api = Api::login(endpoints, "owner").await?;
    let folder = tempfile::tempdir()?;
    let mut run = Command::new(program);
    run.arg("--config-file")
        .arg(crate_path("schemathesis/schemathesis.toml"))
        .arg("run")
        .arg(crate_path("../../functions").join(context).join("openapi.json"))
        .args(["--url", &endpoints.api])
        .env("POLYMER_TOKEN", api.token().context("a token")?)
        .current_dir(folder.path())
        .stdin(Stdio::null());
    let out = spawn_blocking(move || run.output()).await?;
    let out = out.with_context(|| format!("{} cannot be run", program.display()))?;
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    // A run that calls nothing finds nothing.
    ensure!(said.contains(" generated, "), "{context}: schemathesis made no calls:\n{said}");
    let calls = said.lines().find(|line| line.contains(" generated, ")).unwrap_or_default();
    println!("{context}: {}", calls.trim());
    Ok((!out.status.success()).then(|| format!("{context}:\n{said}")))
}

#[tokio::test]
async fn every_answer_is_documented_and_none_is_a_failure_of_ours() -> Result<()> {
    let endpoints = Endpoints::from_env()?;
    let variables = std::env::vars().find(|(name, _)| name == "POLYMER_SCHEMATHESIS");
    let (_, program) = variables.context(
        "POLYMER_SCHEMATHESIS is not set: install tools/e2e/schemathesis/requirements.txt and name its program, or let \
         `cargo xtask test` do both",
    )?;
    let program = Path::new(&program);
    let (last, first): (Vec<_>, Vec<_>) = contexts()?.into_iter().partition(|context| context == LAST);
    ensure!(last.len() == 1 && first.len() >= 6, "{first:?}");
    let asked = first.iter().map(|context| findings(program, &endpoints, context));
    let mut found: Vec<_> =
        stream::iter(asked.collect::<Vec<_>>()).buffer_unordered(AT_ONCE).try_collect().await?;
    found.push(findings(program, &endpoints, LAST).await?);
    let found: Vec<_> = found.into_iter().flatten().collect();
    assert!(found.is_empty(), "{}", found.join("\n\n"));
    Ok(())
}
