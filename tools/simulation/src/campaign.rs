//! Many seeds on a few threads; each history still runs on one.

use std::fmt;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::faults::Tally;
use crate::mutants::Mutant;
use crate::scenario::Scenario;
use crate::sim::Violation;
use crate::simulate::{Plan, simulate};
use crate::sync::locked;

/// Which seeds to run, and how.
#[derive(Debug, Clone)]
pub struct Campaign {
    /// Which part of the system.
    pub scenario: Scenario,
    /// The seeds.
    pub seeds: Range<u64>,
    /// How many deals there are to be in each.
    pub deals: usize,
    /// The defence that is missing, if any.
    pub mutant: Option<Mutant>,
    /// How many threads share the seeds.
    pub threads: usize,
    /// Whether the first violation ends the campaign.
    pub until_violated: bool,
}

/// A seed whose history broke a rule.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What was simulated.
    pub plan: Plan,
    /// Which rule did not hold.
    pub violation: Violation,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed {}: {}\n  replay: {}", self.plan.seed, self.violation, self.plan.replay())
    }
}

/// What came of a campaign.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// How many seeds ran.
    pub seeds: u64,
    /// How many deals there were.
    pub deals: usize,
    /// What happened how often.
    pub tally: Tally,
    /// What broke, in order of seeds.
    pub findings: Vec<Finding>,
    /// How long the slowest thing of all took that is waited for, in milliseconds.
    pub longest_pending_ms: i64,
    /// Virtual hours lived through.
    pub virtual_hours: i64,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} seeds, {} deals, {} virtual hours, {} violations; longest wait {} s",
            self.seeds,
            self.deals,
            self.virtual_hours,
            self.findings.len(),
            self.longest_pending_ms / 1_000,
        )?;
        write!(f, "{}", self.tally)?;
        for finding in &self.findings {
            writeln!(f, "{finding}")?;
        }
        Ok(())
    }
}

impl Campaign {
    /// Runs the seeds.
    #[must_use]
    pub fn run(&self) -> Summary {
        let (next, over) = (AtomicU64::new(self.seeds.start), AtomicBool::new(false));
        let summary = Mutex::new((Summary::default(), 0_i64));
        std::thread::scope(|scope| {
            for _ in 0..self.threads.max(1) {
                scope.spawn(|| {
                    while !over.load(Ordering::Relaxed) {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if !self.seeds.contains(&seed) {
                            break;
                        }
                        let found = self.run_seed(seed, &summary);
                        if found && self.until_violated {
                            over.store(true, Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        let (mut summary, virtual_ms) = locked(&summary).clone();
        summary.virtual_hours = virtual_ms / 3_600_000;
        summary.findings.sort_by_key(|finding| finding.plan.seed);
        summary
    }

    /// Whether a rule did not hold.
    fn run_seed(&self, seed: u64, summary: &Mutex<(Summary, i64)>) -> bool {
        let plan = Plan { scenario: self.scenario, seed, deals: self.deals, mutant: self.mutant };
        let outcome = catch_unwind(AssertUnwindSafe(|| simulate(plan, None)));
        let mut summary = locked(summary);
        let (summary, virtual_ms) = &mut *summary;
        summary.seeds += 1;
        let violation = match outcome {
            Ok(report) => {
                summary.deals += report.deals;
                summary.tally.add(&report.tally);
                summary.longest_pending_ms = summary.longest_pending_ms.max(report.longest_pending_ms);
                *virtual_ms += report.virtual_ms;
                report.violation
            }
            Err(_) => {
                let detail = "see above".to_owned();
                Some(Violation { invariant: "nothing panics", detail, at_ms: 0 })
            }
        };
        let found = violation.is_some();
        summary.findings.extend(violation.map(|violation| Finding { plan, violation }));
        found
    }
}
