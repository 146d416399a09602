//! Measures every function's release binary against a bare `lambda_http` hello, in one run.
//!
//! `cargo run --release -p bench -- --write docs/performance.md`

mod aws;
mod budgets;
mod cgroup;
mod instructions;
mod lists;
mod measure;
mod meter;
mod report;
mod runtime_api;
mod saga;
mod secrecy;
mod subject;
mod subjects;
mod tables;
mod token_key;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use clap::Parser;

use crate::aws::LocalAws;
use crate::cgroup::Cgroup;
use crate::subject::{Place, Subject};
use crate::token_key::TokenKey;

/// Measures the functions against a bare hello.
#[derive(Parser)]
struct Arguments {
    /// Write the page to this file instead of standard output.
    #[arg(long)]
    write: Option<PathBuf>,
    /// Measure only these lines (hello and hello-sdk always are).
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Measure the binaries that are there, without building them.
    #[arg(long)]
    no_build: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if !arguments.no_build {
        build()?;
    }
    let folder = tempfile::tempdir()?;
    let certificate = folder.path().join("aws.pem");
    let key = TokenKey::generate()?;
    let aws = LocalAws::start(&certificate, &key.public).await?;
    let binaries = std::env::current_exe()?.parent().context("no folder of binaries")?.to_path_buf();
    let place = Place { binaries, endpoint: aws.url.clone(), certificate };
    for context in subjects::CONTEXTS {
        tables::create(&aws, context).await?;
    }
    let group = Cgroup::create()
        .inspect_err(|error| eprintln!("no control group, so no processor times: {error:#}"))
        .ok();
    let wanted = |subject: &Subject| {
        arguments.only.is_empty()
            || subject.name.starts_with("hello")
            || arguments.only.iter().any(|name| name == subject.name)
    };
    let token = key.token()?;
    let mut rows = Vec::new();
    for subject in subjects::all(&token)?.into_iter().filter(wanted) {
        eprintln!("measuring {}", subject.name);
        let figures = measure::measure(&subject, &place, &aws, group.as_ref())
            .await
            .with_context(|| format!("measuring {}", subject.name))?;
        rows.push((subject, figures));
    }
    let told = secrecy::run(&place, &token).await.context("what the time of an answer tells")?;
    eprintln!("measuring what a deal costs");
    let saga = saga::run(&place, &aws).await.context("a deal from its request to rest")?;
    let lists = lists::run(&place, &aws, group.as_ref()).await.context("what lists cost")?;
    let page = report::page(&rows, &told, &saga, &lists, &machine())?;
    match arguments.write {
        Some(file) => std::fs::write(&file, page).with_context(|| file.display().to_string()),
        None => {
            print!("{page}");
            Ok(())
        }
    }
}

/// Builds the functions together, as they are deployed, and the references by themselves: features that one package asks
/// for end up in whatever is built with it.
fn build() -> Result<()> {
    for packages in [subjects::FUNCTIONS.as_slice(), &[subjects::REFERENCES]] {
        let mut cargo = Command::new(option_env!("CARGO").unwrap_or("cargo"));
        cargo.args(["build", "--quiet", "--release", "--bins"]);
        for package in packages {
            cargo.args(["--package", package]);
        }
        let status = cargo.status().context("cargo cannot be started")?;
        ensure!(status.success(), "{} cannot be built", packages.join(", "));
    }
    Ok(())
}

/// What the figures were taken on.
fn machine() -> String {
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        cpuinfo.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("an unknown processor");
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "{} ({cores} cores), Linux {}, {}",
        model.trim_start_matches(['\t', ' ', ':']),
        kernel.trim(),
        std::env::consts::ARCH
    )
}
