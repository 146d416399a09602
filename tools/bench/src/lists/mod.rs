//! What a page of a list costs, on books as large as the firm's and on a hundred times as many: the release binaries, on
//! tables filled with what an import of generated books leaves in the views.

mod firm;
mod questions;

use std::fmt::Write as _;
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use self::firm::Firm;
use self::questions::Question;
use crate::aws::LocalAws;
use crate::cgroup::Cgroup;
use crate::report::{hundredths, ms};
use crate::runtime_api::RuntimeApi;
use crate::subject::Place;
use crate::{subjects, tables};

/// Scales of the generated books: about as many rows as the firm has, and a hundred times that.
const SCALES: [u32; 2] = [10, 1_000];

/// Invocations to settle, and invocations that are measured.
const SETTLE: u64 = 10;
const MEASURED: u64 = 100;

/// Most bytes of a page.
const MOST_BYTES: usize = 65_536;

/// One answer's price.
struct Price {
    bytes: usize,
    calls_hundredths: u64,
    read_hundredths: u64,
    cpu_us: Option<u64>,
}

/// The lists on books of one size.
pub(crate) struct Books {
    deals: usize,
    lots: usize,
    prices: Vec<(Question, Price)>,
}

/// Measures every list on every size of books, the small ones first.
pub(crate) async fn run(place: &Place, aws: &LocalAws, group: Option<&Cgroup>) -> Result<Vec<Books>> {
    let mut all = Vec::new();
    for scale in SCALES {
        for context in ["deal", "inventory"] {
            tables::recreate(aws, context).await?;
        }
        eprintln!("filling the lists with books of scale {scale}");
        let firm = Firm::fill(aws, scale).await?;
        let mut prices = Vec::new();
        for question in questions::all(&firm)? {
            let price = price(&question, place, aws, group).await;
            prices.push((question.clone(), price.with_context(|| format!("asking {}", question.asks))?));
        }
        all.push(Books { deals: firm.deals, lots: firm.lots, prices });
    }
    Ok(all)
}

async fn price(question: &Question, place: &Place, aws: &LocalAws, group: Option<&Cgroup>) -> Result<Price> {
    let subject = match question.context {
        "deal" => subjects::deal(),
        _ => subjects::inventory(),
    };
    let mut api = RuntimeApi::start().await?;
    let mut process = subject.spawn(place, &api.address(), &[], group, Stdio::inherit())?;
    api.ready().await?;
    let event = question.event.to_string();
    let mut bytes = 0;
    for _ in 0..SETTLE {
        bytes = answer(&mut api, &event).await?;
    }
    let used = || group.map(Cgroup::used_us).transpose();
    let (cpu, before) = (used()?, aws.meter.read());
    for _ in 0..MEASURED {
        answer(&mut api, &event).await?;
    }
    let asked = aws.meter.read().since(before);
    let cpu_us = used()?.zip(cpu).map(|(later, earlier)| later.saturating_sub(earlier) / MEASURED);
    process.kill().await?;
    Ok(Price {
        bytes,
        calls_hundredths: asked.calls * 100 / MEASURED,
        read_hundredths: asked.read_tenths * 10 / MEASURED,
        cpu_us,
    })
}

/// Asks once, and gives the size of the answer. A fast failure is no result, and neither is an empty list.
async fn answer(api: &mut RuntimeApi, event: &str) -> Result<usize> {
    let (answer, _) = api.invoke(event.to_owned().into()).await?;
    let answer: Value = serde_json::from_slice(&answer)?;
    ensure!(answer["statusCode"] == 200, "unexpected answer {answer}");
    let body = answer["body"].as_str().context("an answer without text")?;
    let listed: Value = serde_json::from_str(body)?;
    let entries = listed["data"].as_array().context("an answer without entries")?;
    ensure!(!entries.is_empty(), "nothing was found");
    Ok(body.len())
}

/// The table.
pub(crate) fn section(all: &[Books]) -> Result<String> {
    let [small, large] = all else { anyhow::bail!("two sizes of books are compared") };
    let mut page = String::from("## Lists\n\n");
    writeln!(
        page,
        "Pages on {} deals and {} lots, as many as the firm has, and on {} deals and {} lots. Bytes are those of the JSON, before it is \
         compressed.\n",
        small.deals, small.lots, large.deals, large.lots
    )?;
    page.push_str(
        "| asks | bytes | AWS calls | RRU | CPU | bytes, 100 × | AWS calls | RRU | CPU |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    let mut held = true;
    for ((question, few), (_, many)) in small.prices.iter().zip(&large.prices) {
        write!(page, "| {} |", question.asks)?;
        for price in [few, many] {
            held &= price.bytes <= MOST_BYTES || question.sums;
            write!(
                page,
                " {} | {} | {} | {} |",
                price.bytes,
                hundredths(price.calls_hundredths),
                hundredths(price.read_hundredths),
                ms(price.cpu_us)
            )?;
        }
        page.push('\n');
    }
    let verdict = if held { "held" } else { "**missed**" };
    write!(page, "\nBudget: a page has at most 64 KB, whatever lies behind it: {verdict}.\n\n{SUMS}")?;
    Ok(page)
}

const SUMS: &str = "A sum reads every deal it adds up, from the figures of its months (a query for each megabyte of them), so that it is exact; it grows \
with the deals of the months asked for, not with the books.
";
