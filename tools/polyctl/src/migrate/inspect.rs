//! `migrate inspect`: the anomaly report, before anything is written.

use std::path::Path;

use anyhow::Context as _;
use legacy::anomalies::{self, Finding};
use legacy::totals::{self, DealTotals, StockTotals, Totals};
use legacy::{BadRow, Reading};
use serde::Serialize;

use super::source;
use crate::{Exit, Failure};

/// All that `inspect` says.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Inspection {
    findings: Vec<Finding>,
    totals: Totals,
    margin_as_stored_inr: kernel::Inr,
    margin_inr: kernel::Inr,
    bad_rows: Vec<BadRow>,
}

pub(super) fn run(db: &Path, json: bool) -> Result<Exit, Failure> {
    let reading = source::read(db)?;
    let totals = totals::of(&reading.books);
    let inspection = Inspection {
        findings: anomalies::of(&reading.books),
        margin_as_stored_inr: totals.deals.margin_as_stored(),
        margin_inr: totals.deals.margin(),
        totals,
        bad_rows: reading.bad.clone(),
    };
    if json {
        let text = serde_json::to_string_pretty(&inspection).context("the report cannot be written")?;
        println!("{text}");
    } else {
        print(db, &reading, &inspection);
    }
    Ok(if reading.bad.is_empty() { Exit::Done } else { Exit::BadRows })
}

fn print(db: &Path, reading: &Reading, inspection: &Inspection) {
    let books = &reading.books;
    println!("{}\n", db.display());
    for (rows, what) in [
        (books.deals.len(), "deals"),
        (books.sources.len(), "sources of deals"),
        (books.lots.len(), "lots"),
        (books.products.len(), "products"),
        (books.parties.len(), "customers and suppliers"),
    ] {
        println!("  {rows:>7} {what}");
    }
    println!("\nWhat is odd, and what a migration makes of it:\n");
    for finding in &inspection.findings {
        let of = finding.of.as_ref().map(|of| format!(" [{of}]")).unwrap_or_default();
        println!("  {:>7} {}{of}\n          → {}", finding.count, finding.what, finding.handling);
        if !finding.examples.is_empty() && finding.examples.len() <= finding.count {
            println!("          e.g. {}", finding.examples.join(" · "));
        }
    }
    println!("\nTotals:\n");
    for (year, sums) in &inspection.totals.by_year {
        deals(year, sums);
    }
    deals("all", &inspection.totals.deals);
    let totals = &inspection.totals;
    if totals.deals.margin() != totals.deals.margin_as_stored() {
        println!(
            "          by the source rows of deals the margin is {}: {} more than by the rates stored on them",
            totals.deals.margin(),
            totals.deals.margin() - totals.deals.margin_as_stored()
        );
    }
    stock("in stock", &totals.stock);
    stock("counted twice by the backfill", &totals.backfill);
    stock("in stock without the backfill", &totals.stock_without_backfill);
    if inspection.bad_rows.is_empty() {
        println!("\nEvery row can be read.");
    } else {
        println!(
            "\n{} cells cannot be read; `migrate run` stops, or leaves their rows out with --skip-bad:\n",
            inspection.bad_rows.len()
        );
        for row in &inspection.bad_rows {
            println!("  {row}");
        }
    }
}

fn deals(period: &str, sums: &DealTotals) {
    println!(
        "  {period:>7} {} deals · {} kg · revenue {} · cost {} · margin {}",
        sums.deals,
        sums.quantity_kg,
        sums.revenue_inr,
        sums.cost_as_stored_inr,
        sums.margin_as_stored()
    );
}

fn stock(what: &str, sums: &StockTotals) {
    println!("  {:>7} lots {what} · {} kg · worth {}", sums.lots, sums.quantity_kg, sums.value_inr);
}
