//! One subject's figures.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use telemetry::Stopwatch;

use crate::aws::LocalAws;
use crate::cgroup::{Cgroup, QUOTA_128_MB_US};
use crate::instructions::{self, Instructions};
use crate::meter::Reading;
use crate::runtime_api::RuntimeApi;
use crate::subject::{Place, Subject};

/// How often a process is started; the median counts.
const STARTS: usize = 7;
/// Invocations before the warm ones are measured, and those that are.
const SETTLE: u64 = 50;
const WARM: u64 = 1_000;
/// Warm invocations at a 128 MB share, and the pause between them: two periods of the scheduler, so that each finds its
/// share unspent, as the first one does. Back to back they would measure the queue and make the first one look fast.
const WARM_SHARED: u64 = 100;
const PAUSE: Duration = Duration::from_millis(40);

/// What one subject needs. Times are microseconds.
pub(crate) struct Figures {
    /// From the start of the process to its first request for an event.
    pub(crate) init_us: u64,
    /// The first invocation.
    pub(crate) first_us: u64,
    /// The first invocation at the share of 128 MB, after an initialisation at full speed; median of all starts.
    pub(crate) first_shared_us: Option<u64>,
    /// Processor time of the initialisation.
    pub(crate) init_cpu_us: Option<u64>,
    /// Processor time of the first invocation.
    pub(crate) first_cpu_us: Option<u64>,
    /// Warm invocations: median and the 99th percentile.
    pub(crate) warm_p50_us: u64,
    pub(crate) warm_p99_us: u64,
    /// Median of warm invocations at the share of 128 MB.
    pub(crate) warm_shared_p50_us: Option<u64>,
    /// Processor time of a warm invocation.
    pub(crate) warm_cpu_us: Option<u64>,
    /// Calls to AWS in a warm invocation, in hundredths.
    pub(crate) calls_hundredths: u64,
    /// DynamoDB's write and read units in a warm invocation, in hundredths.
    pub(crate) write_hundredths: u64,
    pub(crate) read_hundredths: u64,
    /// The most memory the process ever had, in KiB.
    pub(crate) rss_kib: u64,
    /// The size of the binary.
    pub(crate) binary_bytes: u64,
    /// Instructions executed, where they can be counted.
    pub(crate) instructions: Option<Instructions>,
}

/// One start of the process.
struct Start {
    init_us: u64,
    first_us: u64,
    init_cpu_us: Option<u64>,
    first_cpu_us: Option<u64>,
}

/// Measures `subject`.
pub(crate) async fn measure(
    subject: &Subject,
    place: &Place,
    aws: &LocalAws,
    group: Option<&Cgroup>,
) -> Result<Figures> {
    prepare(subject, place).await?;
    let mut invocation = 0;
    let mut starts = Vec::with_capacity(STARTS);
    let mut shared = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        starts.push(cold(subject, place, group, &mut invocation, false).await?);
        if group.is_some() {
            shared.push(cold(subject, place, group, &mut invocation, true).await?.first_us);
        }
    }
    let warm = warm(subject, place, aws, group, &mut invocation).await?;
    let instructions = instructions::count(subject, place, &mut invocation).await?;
    let median_of = |read: fn(&Start) -> u64| median(starts.iter().map(read).collect());
    let median_cpu =
        |read: fn(&Start) -> Option<u64>| starts.iter().map(read).collect::<Option<Vec<u64>>>().map(median);
    Ok(Figures {
        init_us: median_of(|start| start.init_us),
        first_us: median_of(|start| start.first_us),
        first_shared_us: (!shared.is_empty()).then(|| median(shared)),
        init_cpu_us: median_cpu(|start| start.init_cpu_us),
        first_cpu_us: median_cpu(|start| start.first_cpu_us),
        warm_p50_us: warm.p50_us,
        warm_p99_us: warm.p99_us,
        warm_shared_p50_us: warm.shared_p50_us,
        warm_cpu_us: warm.cpu_us,
        calls_hundredths: warm.asked.calls * 100 / WARM,
        write_hundredths: warm.asked.write_tenths * 10 / WARM,
        read_hundredths: warm.asked.read_tenths * 10 / WARM,
        rss_kib: warm.rss_kib,
        binary_bytes: std::fs::metadata(subject.file(place))?.len(),
        instructions,
    })
}

async fn prepare(subject: &Subject, place: &Place) -> Result<()> {
    if subject.prepare.is_empty() {
        return Ok(());
    }
    let mut api = RuntimeApi::start().await?;
    let _process = subject.spawn(place, &api.address(), &[], None, Stdio::inherit())?;
    api.ready().await?;
    for event in &subject.prepare {
        let (answer, _) = api.invoke(event.to_string().into()).await?;
        let answer: Value = serde_json::from_slice(&answer)?;
        let failed = answer["batchItemFailures"].as_array().is_some_and(|failures| !failures.is_empty());
        let refused = answer["statusCode"].as_u64().is_some_and(|status| status >= 400);
        ensure!(!failed && !refused, "{}: preparing failed: {answer}", subject.name);
    }
    Ok(())
}

async fn cold(
    subject: &Subject,
    place: &Place,
    group: Option<&Cgroup>,
    invocation: &mut u64,
    shared: bool,
) -> Result<Start> {
    let mut api = RuntimeApi::start().await?;
    let cpu_start = used(group)?;
    let stopwatch = Stopwatch::start();
    let mut process = subject.spawn(place, &api.address(), &[], group, Stdio::inherit())?;
    api.ready().await?;
    let init_us = stopwatch.elapsed_us();
    let cpu_init = used(group)?;
    if shared && let Some(group) = group {
        // The platform grants a full core to the initialisation only.
        group.limit(Some(QUOTA_128_MB_US))?;
    }
    let first_us = invoke(subject, &mut api, invocation).await?;
    let cpu_first = used(group)?;
    if let Some(group) = group {
        group.limit(None)?;
    }
    process.kill().await?;
    Ok(Start {
        init_us,
        first_us,
        init_cpu_us: difference(cpu_init, cpu_start),
        first_cpu_us: difference(cpu_first, cpu_init),
    })
}

struct Warm {
    p50_us: u64,
    p99_us: u64,
    shared_p50_us: Option<u64>,
    cpu_us: Option<u64>,
    asked: Reading,
    rss_kib: u64,
}

async fn warm(
    subject: &Subject,
    place: &Place,
    aws: &LocalAws,
    group: Option<&Cgroup>,
    invocation: &mut u64,
) -> Result<Warm> {
    let mut api = RuntimeApi::start().await?;
    let mut process = subject.spawn(place, &api.address(), &[], group, Stdio::inherit())?;
    api.ready().await?;
    for _ in 0..SETTLE {
        invoke(subject, &mut api, invocation).await?;
    }
    let (cpu, before) = (used(group)?, aws.meter.read());
    let mut times = Vec::new();
    for _ in 0..WARM {
        times.push(invoke(subject, &mut api, invocation).await?);
    }
    let cpu_us = difference(used(group)?, cpu).map(|used| used / WARM);
    let asked = aws.meter.read().since(before);
    drop(aws.meter.take_facts());
    let mut shared_p50_us = None;
    if let Some(group) = group {
        group.limit(Some(QUOTA_128_MB_US))?;
        let mut times = Vec::new();
        for _ in 0..WARM_SHARED {
            tokio::time::sleep(PAUSE).await;
            times.push(invoke(subject, &mut api, invocation).await?);
        }
        group.limit(None)?;
        shared_p50_us = Some(median(times));
    }
    let rss_kib = peak_kib(process.id().context("the function ended")?)?;
    process.kill().await?;
    times.sort_unstable();
    let p99 = times.get(times.len() * 99 / 100).copied().unwrap_or_default();
    Ok(Warm { p50_us: median(times), p99_us: p99, shared_p50_us, cpu_us, asked, rss_kib })
}

/// Invokes once and checks that the answer is the right one: a fast failure is no result.
pub(crate) async fn invoke(subject: &Subject, api: &mut RuntimeApi, invocation: &mut u64) -> Result<u64> {
    *invocation += 1;
    let (answer, elapsed_us) = api.invoke(subject.payload(*invocation)).await?;
    let value: Value = serde_json::from_slice(&answer)?;
    let (place, right) = &subject.answer;
    ensure!(value.pointer(place) == Some(right), "{}: unexpected answer {value}", subject.name);
    Ok(elapsed_us)
}

fn used(group: Option<&Cgroup>) -> Result<Option<u64>> {
    group.map(Cgroup::used_us).transpose()
}

fn difference(later: Option<u64>, earlier: Option<u64>) -> Option<u64> {
    Some(later?.saturating_sub(earlier?))
}

fn peak_kib(process: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(peak.context("no VmHWM")?.trim().trim_end_matches(" kB").parse()?)
}

/// The median; 0 of nothing.
fn median(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}
