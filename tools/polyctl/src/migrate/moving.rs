//! What `run` and `verify` have in common: which database, which contexts, which rows.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use kernel::Tenant;
use legacy::write_back::write_back;
use legacy::{Database, Reading};

use super::rollback::withdraw;
use super::run::{Options, import};
use super::{export, report, source, verify};
use crate::contexts::{Contexts, InProcess};
use crate::installation::{Installation, block_on};
use crate::{Exit, Failure};

/// How long lists and queues may stand still before what they do not show is taken for missing: longer than a function that
/// died in the middle of a batch holds its messages back, which is the 90 s of their inboxes' visibility.
const PATIENCE: Duration = Duration::from_secs(120);

/// Which database moves where, and how.
#[derive(Debug, Clone, Args)]
pub struct Moving {
    /// The old backend's SQLite file
    db: PathBuf,
    /// Where the contexts are
    #[command(flatten)]
    installation: Installation,
    /// Whose data it is
    #[arg(long, default_value = "main")]
    tenant: Tenant,
    /// Leave out rows that cannot be read, and list them; otherwise nothing is written when there are any
    #[arg(long)]
    skip_bad: bool,
    /// Leave out the lots that the backfill script made a second time
    #[arg(long)]
    drop_backfill: bool,
    /// Leave out parties, where there is no customer function
    #[arg(long)]
    without_parties: bool,
    /// Most rows in one invocation
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=500))]
    batch: u16,
    /// Most invocations at once
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    parallel: u16,
}

impl Moving {
    /// The rows to move, or `None` when some cannot be read and nobody said to leave them out.
    fn reading(&self) -> Result<Option<Reading>, Failure> {
        let mut reading = source::read(&self.db)?;
        if !reading.bad.is_empty() && !self.skip_bad {
            for row in &reading.bad {
                eprintln!("  {row}");
            }
            eprintln!(
                "error: {} cells cannot be read; correct them, or leave their rows out with --skip-bad",
                reading.bad.len()
            );
            return Ok(None);
        }
        if self.drop_backfill {
            reading.books = reading.books.without_backfill();
        }
        Ok(Some(reading))
    }

    fn options(&self, in_process: bool) -> Options {
        Options {
            tenant: self.tenant.clone(),
            batch: usize::from(self.batch),
            parallel: usize::from(self.parallel),
            parties: !self.without_parties && !in_process,
            patience: PATIENCE,
        }
    }

    fn contexts(&self, in_process: bool) -> anyhow::Result<Box<dyn Contexts>> {
        if in_process {
            return Ok(Box::new(InProcess::new(&self.tenant)));
        }
        self.installation.contexts()
    }
}

pub(super) fn run(moving: &Moving, in_process: bool) -> Result<Exit, Failure> {
    let Some(reading) = moving.reading()? else { return Ok(Exit::BadRows) };
    let (contexts, options) = (moving.contexts(in_process)?, moving.options(in_process));
    report::choice(moving.drop_backfill);
    report::skipped(&reading.bad);
    block_on(async {
        let imported = import(contexts.as_ref(), &reading.books, &options).await?;
        report::run(&imported);
        if imported.refused() > 0 {
            return Ok(Exit::Differs);
        }
        if in_process {
            return compared(contexts.as_ref(), &reading, &options).await;
        }
        report::totals(&legacy::totals::of(&reading.books));
        Ok(Exit::Done)
    })
}

pub(super) fn verify(moving: &Moving) -> Result<Exit, Failure> {
    let Some(reading) = moving.reading()? else { return Ok(Exit::BadRows) };
    let (contexts, options) = (moving.contexts(false)?, moving.options(false));
    report::choice(moving.drop_backfill);
    report::skipped(&reading.bad);
    block_on(compared(contexts.as_ref(), &reading, &options))
}

pub(super) fn rollback(moving: &Moving, dry_run: bool) -> Result<Exit, Failure> {
    let Some(reading) = moving.reading()? else { return Ok(Exit::BadRows) };
    let (contexts, options) = (moving.contexts(false)?, moving.options(false));
    block_on(async {
        let withdrawn = withdraw(contexts.as_ref(), &reading.books, &options, dry_run).await?;
        report::withdrawn(&withdrawn, dry_run);
        Ok(if withdrawn.kept() > 0 { Exit::Differs } else { Exit::Done })
    })
}

pub(super) fn export(moving: &Moving, out: &Path) -> Result<Exit, Failure> {
    let Some(reading) = moving.reading()? else { return Ok(Exit::BadRows) };
    let (contexts, options) = (moving.contexts(false)?, moving.options(false));
    block_on(async {
        let changes = export::changes(contexts.as_ref(), &reading.books, &options).await?;
        let database = Database::open(&moving.db)?;
        write_back(&database, out, &changes).context("nothing was exported")?;
        let differences = export::differences(&reading.books, &changes, &source::read(out)?.books);
        report::exported(out, &changes, &differences);
        Ok(if differences.is_empty() { Exit::Done } else { Exit::Differs })
    })
}

async fn compared(contexts: &dyn Contexts, reading: &Reading, options: &Options) -> Result<Exit, Failure> {
    let verdict = verify::verify(contexts, &reading.books, options).await?;
    report::verdict(&verdict);
    Ok(if verdict.mismatches.is_empty() { Exit::Done } else { Exit::Differs })
}
