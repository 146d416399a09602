//! How far a long step is: a bar on a terminal, plain lines elsewhere.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Between two plain lines.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// A step over so many rows. Writes to standard error, so that reports on standard output stay clean.
#[derive(Debug)]
pub struct Progress {
    name: &'static str,
    rows: Option<u64>,
    done: u64,
    started: Instant,
    told: Instant,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Begins a step.
    #[must_use]
    pub fn start(name: &'static str, rows: usize) -> Self {
        let rows = u64::try_from(rows).unwrap_or(u64::MAX);
        Self::of(name, Some(rows), "  {msg:<10} {wide_bar} {pos}/{len} {per_sec}")
    }

    /// Begins a step of unknown length.
    #[must_use]
    pub fn counting(name: &'static str) -> Self {
        Self::of(name, None, "  {msg:<10} {spinner} {pos} {per_sec}")
    }

    fn of(name: &'static str, rows: Option<u64>, template: &str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = rows.map_or_else(ProgressBar::no_length, ProgressBar::new);
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar.with_message(name)
        });
        let now = Instant::now();
        Self { name, rows, done: 0, started: now, told: now, bar }
    }

    /// So many more rows are done.
    pub fn advance(&mut self, rows: usize) {
        self.done = self.done.saturating_add(u64::try_from(rows).unwrap_or_default());
        match &self.bar {
            Some(bar) => bar.set_position(self.done),
            None if self.told.elapsed() >= LINE_EVERY => {
                self.told = Instant::now();
                let of = self.rows.map(|rows| format!(" of {rows}")).unwrap_or_default();
                eprintln!("  {} {}{of}", self.name, self.done);
            }
            None => {}
        }
    }

    /// Ends the step and gives the time it took.
    pub fn finish(self) -> Duration {
        let took = self.started.elapsed();
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        eprintln!(
            "  {} {} in {:.1} s, {} rows/s",
            self.name,
            self.done,
            took.as_secs_f64(),
            rate(self.done, took)
        );
        took
    }
}

/// Rows per second, whole.
#[must_use]
pub fn rate(rows: u64, took: Duration) -> u128 {
    u128::from(rows).saturating_mul(1_000) / took.as_millis().max(1)
}
