//! `polyctl replay`: builds a view anew beside the one that is read, compares the two, switches in one write.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Args;
use kernel::Timestamp;
use serde_json::{Value, json};

use super::{next, number};
use crate::contexts::{Context, Contexts, ask_patiently};
use crate::installation::{Installation, block_on};
use crate::{Exit, Failure, Progress};

/// Commits of one invocation, unless fewer are allowed a second.
const COMMITS_A_STEP: u32 = 300;
/// How often the generations are compared before they count as different: what happens meanwhile reaches one before the other.
const MOST_COMPARISONS: u32 = 3;
/// Between two comparisons.
const PAUSE: Duration = Duration::from_secs(2);

/// What to rebuild, and how.
#[derive(Debug, Clone, Args)]
pub struct Replay {
    /// Where the functions are
    #[command(flatten)]
    installation: Installation,
    /// What to rebuild, and how
    #[command(flatten)]
    order: Order,
}

/// What to rebuild, and how.
#[derive(Debug, Clone, Args)]
pub struct Order {
    /// Whose view
    #[arg(long)]
    pub context: Context,
    /// Which view: `polyctl views` lists them
    #[arg(long)]
    pub view: String,
    /// The name of the new generation, such as v2
    #[arg(long, value_name = "NAME")]
    pub into: String,
    /// Only the streams that something happened to since this instant: brings a generation that exists up to date
    #[arg(long, value_name = "INSTANT")]
    pub from: Option<Timestamp>,
    /// Most commits a second
    #[arg(long, value_name = "COMMITS", value_parser = clap::value_parser!(u32).range(1..))]
    pub rate: Option<u32>,
    /// Fold and count only; write nothing and switch nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Switch although the two differ: the rows have another shape, or the live ones are wrong
    #[arg(long)]
    pub accept_differences: bool,
}

/// What a rebuild did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rebuilt {
    /// Commits that were passed.
    pub commits: u64,
    /// Streams that were folded.
    pub streams: u64,
    /// Rows that were written, or would be.
    pub rows: u64,
    /// Rows and checksum of the generation that was live, and of the new one; `None` for a dry run.
    pub compared: Option<[Sum; 2]>,
    /// What was read until the switch; `None` without a switch.
    pub before: Option<String>,
}

/// Rows of a generation in any order: how many, and the sum of their digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    /// How many.
    pub rows: u64,
    /// Modulo 2¹²⁸.
    pub digest: u128,
}

impl Sum {
    fn add(&mut self, answer: Option<&Value>) -> anyhow::Result<()> {
        let answer = answer.context("a comparison was answered without sums")?;
        let digest = answer.get("sum").and_then(Value::as_str).context("a comparison lacks a sum")?;
        self.rows = self.rows.saturating_add(number(answer, "rows"));
        self.digest = self.digest.wrapping_add(u128::from_str_radix(digest, 16)?);
        Ok(())
    }
}

pub(crate) fn run(replay: &Replay) -> Result<Exit, Failure> {
    let contexts = replay.installation.contexts()?;
    let order = &replay.order;
    block_on(async {
        let rebuilt = rebuild(contexts.as_ref(), order).await?;
        Ok(report(order, &rebuilt))
    })
}

/// Builds, compares, and switches where nothing differs. Running it again goes on where a killed run stood.
///
/// # Errors
/// When the context refuses or stays silent.
pub async fn rebuild(contexts: &dyn Contexts, order: &Order) -> anyhow::Result<Rebuilt> {
    let mut rebuilt = build(contexts, order).await?;
    if order.dry_run {
        return Ok(rebuilt);
    }
    let mut compared = compare(contexts, order).await?;
    for _ in 1..MOST_COMPARISONS {
        if compared[0] == compared[1] || order.accept_differences {
            break;
        }
        tokio::time::sleep(PAUSE).await;
        compared = compare(contexts, order).await?;
    }
    rebuilt.compared = Some(compared);
    if compared[0] == compared[1] || order.accept_differences {
        let switch = json!({ "kind": "replay-switch", "view": order.view, "into": order.into });
        let answer = ask_patiently(contexts, order.context, &switch).await?;
        rebuilt.before = answer.get("before").and_then(Value::as_str).map(str::to_owned);
    }
    Ok(rebuilt)
}

async fn build(contexts: &dyn Contexts, order: &Order) -> anyhow::Result<Rebuilt> {
    let limit = order.rate.map_or(COMMITS_A_STEP, |rate| rate.min(COMMITS_A_STEP));
    let mut step = json!({
        "kind": "replay-step", "view": order.view, "into": order.into, "from": order.from, "limit": limit,
        "dryRun": order.dry_run,
    });
    let mut progress = Progress::counting("commits");
    let (mut rebuilt, started) = (Rebuilt::default(), Instant::now());
    loop {
        let answer = ask_patiently(contexts, order.context, &step).await?;
        let commits = number(&answer, "commits");
        rebuilt.commits += commits;
        rebuilt.streams += number(&answer, "streams");
        rebuilt.rows += number(&answer, "rows");
        progress.advance(usize::try_from(commits).unwrap_or_default());
        let Some(after) = next(&answer) else { break };
        step["after"] = after;
        if let Some(rate) = order.rate {
            let due = Duration::from_millis(rebuilt.commits.saturating_mul(1_000) / u64::from(rate));
            tokio::time::sleep(due.saturating_sub(started.elapsed())).await;
        }
    }
    progress.finish();
    Ok(rebuilt)
}

async fn compare(contexts: &dyn Contexts, order: &Order) -> anyhow::Result<[Sum; 2]> {
    let mut question = json!({ "kind": "replay-compare", "view": order.view, "into": order.into });
    let (mut live, mut into) = (Sum::default(), Sum::default());
    loop {
        let answer = ask_patiently(contexts, order.context, &question).await?;
        live.add(answer.get("live"))?;
        into.add(answer.get("into"))?;
        let Some(after) = next(&answer) else { return Ok([live, into]) };
        question["after"] = after;
    }
}

fn report(order: &Order, rebuilt: &Rebuilt) -> Exit {
    let Order { context, view, into, .. } = order;
    let Rebuilt { commits, streams, rows, compared, before } = rebuilt;
    let Some([live, new]) = compared else {
        println!(
            "{context} {view}: {commits} commits, {streams} streams, {rows} rows would be written; nothing was"
        );
        return Exit::Done;
    };
    println!("{context} {view}: {commits} commits, {streams} streams, {rows} rows written into {into}");
    println!("  live  {:>9} rows  {:032x}", live.rows, live.digest);
    println!("  {into:<6}{:>9} rows  {:032x}", new.rows, new.digest);
    match before {
        Some(before) => {
            println!("{view} is read from {into} now, within a minute everywhere; until now it was {before}");
            println!(
                "back again:    polyctl views switch --context {context} --view {view} --generation {before}"
            );
            println!(
                "when all is well: polyctl views drop --context {context} --view {view} --generation {before}"
            );
            Exit::Done
        }
        None => {
            println!(
                "they differ, so nothing was switched: `polyctl fsck --context {context}` says whether the live rows are \
                 wrong; with --accept-differences {into} is read nevertheless"
            );
            Exit::Differs
        }
    }
}
