//! The measurements as a page.

use std::fmt::Write as _;

use anyhow::Result;

use crate::lists::{self, Books};
use crate::measure::Figures;
use crate::saga::Saga;
use crate::secrecy::{self, Told};
use crate::subject::Subject;

/// A subject with its figures.
pub(crate) type Row = (Subject, Figures);

const INTRODUCTION: &str = "# Performance

Written by `cargo xtask bench`; do not edit. Every figure is from one run on one machine, so compare within the page, not with
another one. A driver plays Lambda's runtime API on loopback and a stand-in plays AWS over TLS (DynamoDB for real, in memory); each
function is its release binary in a process of its own. `hello` is the least that `lambda_http` can do, built with the same profile;
`hello-sdk` adds one DynamoDB read a request.
";

const METHOD: &str = "## How it is measured

* *init*: from the start of the process to its first request for an event, warm-up call included; *first*: the first invocation.
  Medians of 7 starts.
* *warm*: 1,000 invocations after 50 to settle, one at a time. Times include two hops over loopback, for every line alike.
* *WRU*, *RRU*: DynamoDB's write and read request units of a warm invocation, indexes included, as DynamoDB reports them.
* *CPU*: processor time of the process, from its control group.
* *at 128 MB*: the process is held to 7.2 % of a core (1.447 ms in each 20 ms, as Lambda's scheduler grants it) from its first event on;
  the initialisation runs at full speed, as it does on Lambda. Warm invocations come 40 ms apart there, so that each finds its share unspent.
* *instructions*: counted by valgrind (cachegrind), from the first one to the end of the first invocation, and for a warm invocation;
  the only figures that do not depend on what else the machine does.
* *RSS*: the most memory the process ever had (`VmHWM`).
* Not measured here: the SDK's own defaults (aws-lc, provider chain, system roots). They would bring into the workspace what it keeps out,
  so the ratio to them has to be taken outside of it. Lambda's own share of a cold start (download, micro-VM) is not in it either.
";

/// The whole page.
pub(crate) fn page(
    rows: &[Row],
    told: &[Told],
    saga: &Saga,
    books: &[Books],
    machine: &str,
) -> Result<String> {
    let mut page = String::from(INTRODUCTION);
    write!(page, "\nMachine: {machine}.\n\n## Figures\n\n")?;
    page.push_str(
        "| function | asks | binary | RSS | init | first | warm p50 | warm p99 | AWS calls | WRU | RRU | CPU init | CPU first | CPU warm |\n\
         |---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for (subject, figures) in rows {
        writeln!(
            page,
            "| {} | {} | {} MiB | {} MiB | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            subject.name,
            subject.asks,
            tenths(figures.binary_bytes * 10 / 1_048_576),
            tenths(figures.rss_kib * 10 / 1_024),
            ms(Some(figures.init_us)),
            ms(Some(figures.first_us)),
            ms(Some(figures.warm_p50_us)),
            ms(Some(figures.warm_p99_us)),
            hundredths(figures.calls_hundredths),
            hundredths(figures.write_hundredths),
            hundredths(figures.read_hundredths),
            ms(figures.init_cpu_us),
            ms(figures.first_cpu_us),
            ms(figures.warm_cpu_us),
        )?;
    }
    page.push_str(
        "\n| function | at 128 MB: first | warm p50 | first / warm | instructions: cold | warm | warm / hello |\n\
         |---|--:|--:|--:|--:|--:|--:|\n",
    );
    let hello = rows.first().and_then(|(_, figures)| figures.instructions);
    for (subject, figures) in rows {
        let ratio = figures.first_shared_us.zip(figures.warm_shared_p50_us);
        let counted = figures.instructions;
        let to_hello = counted.zip(hello).map(|(own, hello)| (own.warm, hello.warm));
        writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} | {} |",
            subject.name,
            ms(figures.first_shared_us),
            ms(figures.warm_shared_p50_us),
            times(ratio),
            millions(counted.map(|counted| counted.cold)),
            millions(counted.map(|counted| counted.warm)),
            times(to_hello),
        )?;
    }
    page.push('\n');
    page.push_str(&crate::budgets::section(rows)?);
    page.push('\n');
    page.push_str(&secrecy::section(told)?);
    page.push('\n');
    page.push_str(&saga.section()?);
    page.push('\n');
    page.push_str(&lists::section(books)?);
    page.push('\n');
    page.push_str(METHOD);
    Ok(page)
}

/// `not available`, or milliseconds with two decimals.
pub(crate) fn ms(time_us: Option<u64>) -> String {
    time_us.map_or_else(|| "not available".to_owned(), |us| format!("{} ms", hundredths(us / 10)))
}

/// A ratio with two decimals.
pub(crate) fn times(ratio: Option<(u64, u64)>) -> String {
    match ratio {
        Some((above, below @ 1..)) => format!("{} ×", hundredths(above * 100 / below)),
        _ => "not available".to_owned(),
    }
}

fn millions(count: Option<u64>) -> String {
    count.map_or_else(|| "not available".to_owned(), |count| format!("{} M", hundredths(count / 10_000)))
}

pub(crate) fn hundredths(value: u64) -> String {
    format!("{}.{:02}", value / 100, value % 100)
}

/// A value in tenths with one decimal.
pub(crate) fn tenths(value: u64) -> String {
    format!("{}.{}", value / 10, value % 10)
}
