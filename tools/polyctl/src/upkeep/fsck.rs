//! `polyctl fsck`: has every context look whether its tables agree, and names each difference in one line.

use std::collections::BTreeSet;

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{next, number};
use crate::contexts::{Context, Contexts, ask_patiently};
use crate::installation::{Installation, block_on};
use crate::{Exit, Failure, Progress};

/// Partitions whose rows are looked at in one invocation, at most.
const PARTITIONS_AT_ONCE: usize = 100;

/// What to look at.
#[derive(Debug, Clone, Args)]
pub struct Fsck {
    /// Where the functions are
    #[command(flatten)]
    installation: Installation,
    /// One context only
    #[arg(long)]
    context: Option<Context>,
    /// For programs: one JSON document
    #[arg(long)]
    json: bool,
}

/// Something that does not agree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Difference {
    /// Where.
    pub stream: String,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub todo: String,
}

/// What was found in one context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Which.
    pub context: &'static str,
    /// Commits that were passed.
    pub commits: u64,
    /// Streams that were folded.
    pub streams: u64,
    /// Rows that were looked at.
    pub rows: u64,
    /// Each once.
    pub differences: BTreeSet<Difference>,
    /// Streams that changed a moment ago and whose rows were not there yet.
    pub underway: u64,
}

pub(crate) fn run(fsck: &Fsck) -> Result<Exit, Failure> {
    let contexts = fsck.installation.contexts()?;
    let asked = fsck.context.map_or(Context::ALL.to_vec(), |context| vec![context]);
    block_on(async {
        let mut all = Vec::new();
        for context in asked {
            let checked = check(contexts.as_ref(), context).await?;
            if !fsck.json {
                report(&checked);
            }
            all.push(checked);
        }
        if fsck.json {
            println!("{}", serde_json::to_string_pretty(&all).map_err(anyhow::Error::from)?);
        }
        let clean = all.iter().all(|checked| checked.differences.is_empty());
        Ok(if clean { Exit::Done } else { Exit::Differs })
    })
}

/// Goes through all pages of one context.
///
/// # Errors
/// When the context refuses or stays silent.
pub async fn check(contexts: &dyn Contexts, context: Context) -> anyhow::Result<Checked> {
    let mut found = Checked {
        context: context.name(),
        commits: 0,
        streams: 0,
        rows: 0,
        differences: BTreeSet::new(),
        underway: 0,
    };
    let mut progress = Progress::counting(context.name());
    let mut partitions: BTreeSet<String> = BTreeSet::new();
    let mut after = None;
    loop {
        let question = json!({ "kind": "fsck", "after": after });
        let answer = ask_patiently(contexts, context, &question).await?;
        let list = |member: &str| answer.get(member).cloned().unwrap_or_else(|| Value::Array(Vec::new()));
        found.differences.append(&mut serde_json::from_value(list("differences"))?);
        partitions.append(&mut serde_json::from_value(list("partitions"))?);
        let (commits, rows) = (number(&answer, "commits"), number(&answer, "rows"));
        found.commits += commits;
        found.rows += rows;
        found.streams += number(&answer, "streams");
        found.underway += number(&answer, "underway");
        progress.advance(usize::try_from(commits + rows).unwrap_or_default());
        // First the streams, then the rows of all partitions that they have rows in.
        after = next(&answer).or_else(|| {
            let some: Vec<String> = (0..PARTITIONS_AT_ONCE).map_while(|_| partitions.pop_first()).collect();
            (!some.is_empty()).then(|| json!({ "part": "rows", "partitions": some }))
        });
        if after.is_none() {
            break;
        }
    }
    progress.finish();
    Ok(found)
}

fn report(checked: &Checked) {
    let Checked { context, commits, streams, rows, differences, underway } = checked;
    for Difference { stream, what, todo } in differences {
        println!("{context} {stream}: {what} → {todo}");
    }
    let verdict = match differences.len() {
        0 => "clean".to_owned(),
        1 => "1 difference".to_owned(),
        count => format!("{count} differences"),
    };
    println!("{context}: {streams} streams, {commits} commits, {rows} rows: {verdict}");
    if *underway > 0 {
        println!(
            "{context}: {underway} streams changed a moment ago and their rows are underway; look again in two minutes"
        );
    }
}
