//! What everything in one simulated world shares: time, chance, the weather, and what has been found so far.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use kernel::Timestamp;

use crate::dice::Dice;
use crate::faults::{Fault, Sight, Tally, Weather};
use crate::mutants::Mutant;
use crate::scenario::Scenario;
use crate::scheduler::{Handle, Sleep};
use crate::sync::locked;

/// 2026-11-22T12:00:00Z: when every simulation begins.
pub const BEGINNING: Timestamp = Timestamp::from_unix_ms(1_795_348_800_000);

/// A rule of the system that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which rule.
    pub invariant: &'static str,
    /// What was found instead.
    pub detail: String,
    /// When it was found, in milliseconds since the beginning.
    pub at_ms: i64,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} s into the run): {}", self.invariant, self.at_ms / 1_000, self.detail)
    }
}

/// Receives the lines of a trace.
pub type TraceSink = Box<dyn Fn(&str) + Send + Sync>;

/// The heart of one simulation. Shared by every port, queue and client.
pub struct Sim {
    scheduler: Handle,
    dice: Mutex<Dice>,
    weather: Mutex<Weather>,
    mutant: Option<Mutant>,
    tally: Mutex<Tally>,
    digest: Mutex<Digest>,
    violations: Mutex<Vec<Violation>>,
    work: AtomicUsize,
    trace: Option<TraceSink>,
}

impl Sim {
    /// A world in this weather, without the defence that `mutant` removes.
    #[must_use]
    pub fn new(
        scheduler: Handle,
        mut dice: Dice,
        scenario: Scenario,
        mutant: Option<Mutant>,
        trace: Option<TraceSink>,
    ) -> Arc<Self> {
        let weather = Weather::drawn(&mut dice, scenario);
        Arc::new(Self {
            scheduler,
            dice: Mutex::new(dice),
            weather: Mutex::new(weather),
            mutant,
            tally: Mutex::default(),
            digest: Mutex::default(),
            violations: Mutex::default(),
            work: AtomicUsize::new(0),
            trace,
        })
    }

    /// The virtual present.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.scheduler.now()
    }

    /// Completes after `duration_ms` virtual milliseconds.
    #[must_use]
    pub fn sleep(&self, duration_ms: u64) -> Sleep {
        self.scheduler.sleep(duration_ms)
    }

    /// Completes when the clock shows `deadline` or more.
    #[must_use]
    pub fn sleep_until(&self, deadline: Timestamp) -> Sleep {
        self.scheduler.sleep_until(deadline)
    }

    /// Starts a task that may go on for ever.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.scheduler.spawn(task);
    }

    /// Starts a task that the world is not at rest without having finished.
    pub fn spawn_work(self: &Arc<Self>, task: impl Future<Output = ()> + Send + 'static) {
        self.work.fetch_add(1, Ordering::Relaxed);
        let sim = Arc::clone(self);
        self.scheduler.spawn(async move {
            task.await;
            sim.work.fetch_sub(1, Ordering::Relaxed);
        });
    }

    /// How many tasks of [`Sim::spawn_work`] are not over.
    #[must_use]
    pub fn unfinished_work(&self) -> usize {
        self.work.load(Ordering::Relaxed)
    }

    /// Draws from the dice.
    pub fn draw<T>(&self, draw: impl FnOnce(&mut Dice) -> T) -> T {
        draw(&mut locked(&self.dice))
    }

    /// Whether a fault strikes here and now.
    #[must_use]
    pub fn strikes(&self, fault: Fault) -> bool {
        let rate = locked(&self.weather).rate(fault);
        let struck = rate > 0 && self.draw(|dice| dice.chance(rate));
        if struck {
            *locked(&self.tally).faults.entry(fault).or_default() += 1;
        }
        struck
    }

    /// Whether a fault may strike in this weather.
    #[must_use]
    pub fn threatens(&self, fault: Fault) -> bool {
        locked(&self.weather).rate(fault) > 0
    }

    /// Notes that a fault struck that did not take the dice.
    pub fn struck(&self, fault: Fault) {
        *locked(&self.tally).faults.entry(fault).or_default() += 1;
    }

    /// From here on nothing fails.
    pub fn clear_up(&self) {
        *locked(&self.weather) = Weather::calm();
    }

    /// Whether this defence is missing.
    #[must_use]
    pub fn lacks(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }

    /// Notes that something happened.
    pub fn saw(&self, sight: Sight) {
        *locked(&self.tally).sights.entry(sight).or_default() += 1;
    }

    /// What has happened so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        locked(&self.tally).clone()
    }

    /// Notes that a rule did not hold.
    pub fn violate(&self, invariant: &'static str, detail: impl Into<String>) {
        let at_ms = self.now().since_ms(BEGINNING);
        let violation = Violation { invariant, detail: detail.into(), at_ms };
        self.trace(|| format!("VIOLATION {violation}"));
        locked(&self.violations).push(violation);
    }

    /// The first rule that did not hold.
    #[must_use]
    pub fn violation(&self) -> Option<Violation> {
        locked(&self.violations).first().cloned()
    }

    /// Writes a line of the trace and stirs it into the digest. The line is only put together when somebody reads it;
    /// the digest takes its `topic` and the instant.
    pub fn event(&self, topic: &str, line: impl FnOnce() -> String) {
        let mut digest = locked(&self.digest);
        digest.stir(&self.now().unix_ms().to_le_bytes());
        digest.stir(topic.as_bytes());
        drop(digest);
        self.trace(|| format!("{topic} {}", line()));
    }

    /// Stirs what a run has come to into the digest.
    pub fn stir(&self, bytes: &[u8]) {
        locked(&self.digest).stir(bytes);
    }

    /// A number that two runs share only if they were the same.
    #[must_use]
    pub fn digest(&self) -> u64 {
        locked(&self.digest).0
    }

    fn trace(&self, line: impl FnOnce() -> String) {
        if let Some(sink) = &self.trace {
            let elapsed_ms = self.now().since_ms(BEGINNING);
            sink(&format!("{:>6}.{:03} {}", elapsed_ms / 1_000, elapsed_ms % 1_000, line()));
        }
    }
}

/// FNV-1a, 64 bits: a fingerprint, not a defence.
struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Digest {
    fn stir(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

/// Counts by name, for putting many alike findings into one line.
pub(crate) fn counted<K: Ord + fmt::Display>(names: impl IntoIterator<Item = K>) -> String {
    let mut counts: BTreeMap<K, usize> = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    counts.iter().map(|(name, count)| format!("{count} × {name}")).collect::<Vec<_>>().join(", ")
}
