//! What `run` and `verify` print.

use std::path::Path;
use std::time::Duration;

use kernel::Inr;
use legacy::BadRow;
use legacy::totals::Totals;
use legacy::write_back::Changes;

use super::rollback::{Fates, Withdrawn};
use super::run::{Report, Tally};
use super::verify::Verdict;
use crate::progress::rate;

pub(super) fn choice(drop_backfill: bool) {
    if drop_backfill {
        println!("stock: without the lots that the backfill script made a second time (--drop-backfill)");
    } else {
        println!("stock: faithful, with the lots that the backfill script made a second time");
    }
}

pub(super) fn skipped(bad: &[BadRow]) {
    if !bad.is_empty() {
        println!("left out, because they cannot be read (--skip-bad):");
        for row in bad {
            println!("  {row}");
        }
    }
}

pub(super) fn run(report: &Report) {
    println!(
        "\n  {:<10}{:>9}{:>9}{:>11}{:>9}{:>9}{:>9}",
        "", "created", "changed", "unchanged", "refused", "s", "rows/s"
    );
    for (name, tally) in &report.tallies {
        line(name, tally);
    }
    let mut all = Tally::default();
    for (_, tally) in &report.tallies {
        all.created += tally.created;
        all.changed += tally.changed;
        all.unchanged += tally.unchanged;
        all.refused.extend(tally.refused.iter().cloned());
        all.took += tally.took;
    }
    line("all", &all);
    println!("\n{} changes", report.written());
    for (name, tally) in &report.tallies {
        for (id, reason) in &tally.refused {
            println!("  refused: {name} {id}: {reason}");
        }
    }
}

pub(super) fn withdrawn(report: &Withdrawn, dry_run: bool) {
    println!("\n  {:<10}{:>11}{:>11}{:>9}{:>9}", "", "withdrawn", "unchanged", "absent", "kept");
    for (name, fates) in &report.fates {
        let Fates { withdrawn, unchanged, absent, kept } = fates;
        println!("  {name:<10}{withdrawn:>11}{unchanged:>11}{absent:>9}{:>9}", kept.len());
    }
    for (name, fates) in &report.fates {
        for (id, reason) in &fates.kept {
            println!("  kept: {name} {id}: {reason}");
        }
    }
    if dry_run {
        println!("nothing was written (--dry-run)");
    }
}

fn line(name: &str, tally: &Tally) {
    let Tally { created, changed, unchanged, refused, took } = tally;
    let rows = created + changed + unchanged + refused.len();
    let rate = rate(u64::try_from(rows).unwrap_or_default(), *took);
    let refused = refused.len();
    println!("  {name:<10}{created:>9}{changed:>9}{unchanged:>11}{refused:>9}{:>9}{rate:>9}", seconds(*took));
}

fn seconds(took: Duration) -> String {
    format!("{:.1}", took.as_secs_f64())
}

pub(super) fn exported(out: &Path, changes: &Changes, differences: &[String]) {
    let new = &changes.new;
    println!(
        "{}: the old database and {} deals with {} sources, {} lots, {} products, {} parties; {} lots with another quantity",
        out.display(),
        new.deals.len(),
        new.sources.len(),
        new.lots.len(),
        new.products.len(),
        new.parties.len(),
        changes.left.len()
    );
    for difference in differences {
        println!("{difference}");
    }
    if differences.is_empty() {
        println!("the copy's totals are those of the old database and of what was added");
    }
}

/// The sums of the old database, and why it has two margins.
pub(super) fn totals(totals: &Totals) {
    let deals = &totals.deals;
    println!("\n  {} deals · {} kg · revenue {}", deals.deals, deals.quantity_kg, deals.revenue_inr);
    println!(
        "  margin {} by the sources of deals, {} as stored on them",
        deals.margin(),
        deals.margin_as_stored()
    );
    let difference = deals.margin() - deals.margin_as_stored();
    if difference != Inr::ZERO {
        println!(
            "  the difference of {difference} is that of deals whose source rows cost otherwise than the rate stored on \
             them; the system costs by sources"
        );
    }
    let stock = &totals.stock;
    println!("  {} lots · {} kg · worth {}", stock.lots, stock.quantity_kg, stock.value_inr);
}

pub(super) fn verdict(verdict: &Verdict) {
    for mismatch in &verdict.mismatches {
        println!("{mismatch}");
    }
    totals(&verdict.totals);
    let compared = &verdict.compared;
    println!(
        "\ncompared {} deals, {} lots, {} products, {} parties and {} sums: {}",
        compared.deals,
        compared.lots,
        compared.products,
        compared.parties,
        compared.sums,
        match verdict.mismatches.len() {
            0 => "no difference".to_owned(),
            count => format!("{count} differences"),
        }
    );
    for note in &verdict.notes {
        println!("note: {note}");
    }
}
