//! Instructions executed, counted by valgrind: the one figure that no neighbour on the machine can change.

use std::process::Stdio;

use anyhow::{Context as _, Result};
use tokio::io::AsyncReadExt as _;

use crate::measure;
use crate::runtime_api::RuntimeApi;
use crate::subject::{Place, Subject};

/// Warm invocations that are averaged.
const WARM: u64 = 40;

const VALGRIND: [&str; 5] =
    ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--branch-sim=no", "--cachegrind-out-file=/dev/null"];

/// Instructions of a function.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Instructions {
    /// From the first one to the end of the first invocation.
    pub(crate) cold: u64,
    /// Of a warm invocation.
    pub(crate) warm: u64,
}

/// Counts; `None` where valgrind is not installed.
pub(crate) async fn count(
    subject: &Subject,
    place: &Place,
    invocation: &mut u64,
) -> Result<Option<Instructions>> {
    if !installed().await {
        return Ok(None);
    }
    let cold = run(subject, place, invocation, 1).await?;
    // The second invocation still does some things for the first time, so a few are left out of the average.
    let settled = run(subject, place, invocation, 5).await?;
    let more = run(subject, place, invocation, 5 + WARM).await?;
    Ok(Some(Instructions { cold, warm: more.saturating_sub(settled) / WARM }))
}

async fn installed() -> bool {
    let mut valgrind = tokio::process::Command::new("valgrind");
    valgrind.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    valgrind.status().await.is_ok_and(|status| status.success())
}

async fn run(subject: &Subject, place: &Place, invocation: &mut u64, invocations: u64) -> Result<u64> {
    let mut api = RuntimeApi::start().await?;
    let mut process = subject.spawn(place, &api.address(), &VALGRIND, None, Stdio::piped())?;
    let mut stderr = process.stderr.take().context("no stderr")?;
    let report = tokio::spawn(async move {
        let mut report = String::new();
        stderr.read_to_string(&mut report).await.map(|_| report)
    });
    api.ready().await?;
    for _ in 0..invocations {
        measure::invoke(subject, &mut api, invocation).await?;
    }
    api.close();
    process.wait().await?;
    let report = report.await??;
    let line = report.lines().rev().find(|line| line.contains("refs:"));
    let count = line.and_then(|line| line.rsplit(':').next()).context("no count of instructions")?;
    count.trim().replace(',', "").parse().context("the count of instructions")
}
