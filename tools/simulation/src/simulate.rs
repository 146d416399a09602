//! One seed, one history.

use crate::client::{self, Workload};
use crate::dice::Dice;
use crate::faults::Tally;
use crate::invariants;
use crate::mutants::Mutant;
use crate::scheduler::{Scheduler, Stop};
use crate::sim::{BEGINNING, Sim, TraceSink, Violation};
use crate::sync::locked;
use crate::world::World;

/// Most steps of one simulation: some hundred times what a usual one takes.
const MOST_STEPS: u64 = 1_000_000;
/// How long clients may be busy, in virtual milliseconds.
const LONGEST_TRADING_MS: i64 = 3 * 60 * 60 * 1_000;
/// How long faults go on at most when the clients have gone, in virtual milliseconds: redeliveries, sweeps and audits
/// fail like anything else.
const LONGEST_AFTERMATH_MS: u64 = 15 * 60 * 1_000;
/// How long schedules run on after the last fault, in virtual milliseconds: grace and period of the audit, the due time
/// of a deal, a sweep, and a message that must wait for its visibility in between.
const SETTLING_MS: i64 = 15 * 60 * 1_000;
/// How long the world may then take to come to rest, in virtual milliseconds.
const LONGEST_UNREST_MS: i64 = 2 * 60 * 60 * 1_000;

/// What to simulate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Decides everything.
    pub seed: u64,
    /// How many deals traders want.
    pub deals: usize,
    /// The defence that is missing, if any.
    pub mutant: Option<Mutant>,
}

impl Plan {
    /// A seed with all defences and the usual number of deals.
    #[must_use]
    pub const fn of(seed: u64) -> Self {
        Self { seed, deals: 50, mutant: None }
    }

    /// The command that runs this plan again, with a trace.
    #[must_use]
    pub fn replay(&self) -> String {
        let mutant = self.mutant.map(|mutant| format!(" --mutant {mutant}")).unwrap_or_default();
        let deals =
            if self.deals == Self::of(0).deals { String::new() } else { format!(" --deals {}", self.deals) };
        format!("cargo run -p simulation -- --seed {}{deals}{mutant} --trace", self.seed)
    }
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Report {
    /// What was simulated.
    pub plan: Plan,
    /// The same for the same history, and for no other.
    pub digest: u64,
    /// What happened how often.
    pub tally: Tally,
    /// The first rule that did not hold.
    pub violation: Option<Violation>,
    /// How many deals were registered.
    pub deals: usize,
    /// How long the slowest decision took, in milliseconds.
    pub longest_pending_ms: i64,
    /// How long the world ran, in virtual milliseconds.
    pub virtual_ms: i64,
    /// How many steps that took.
    pub steps: u64,
}

/// Runs one seed from its first product to rest, and checks what must hold.
#[must_use]
pub fn simulate(plan: Plan, trace: Option<TraceSink>) -> Report {
    let mut dice = Dice::new(plan.seed);
    let mut scheduler = Scheduler::new(BEGINNING, dice.fork(), MOST_STEPS);
    let mut wishes = dice.fork();
    let sim = Sim::new(scheduler.handle(), dice, plan.mutant, trace);
    let drawn = "main".parse().ok().and_then(|tenant| {
        let workload = Workload::drawn(&mut wishes, &tenant, plan.deals)?;
        Some((World::new(&sim, tenant), workload))
    });
    if let Some((world, workload)) = drawn {
        client::start(&world, workload);
        world.start();
        run(&mut scheduler, &world);
        report(plan, &world, scheduler.steps())
    } else {
        sim.violate("the workload can be drawn", "a literal is not what it claims to be");
        let (digest, tally, violation) = (sim.digest(), sim.tally(), sim.violation());
        Report { plan, digest, tally, violation, deals: 0, longest_pending_ms: 0, virtual_ms: 0, steps: 0 }
    }
}

/// Trading in any weather, then calm, then rest.
fn run(scheduler: &mut Scheduler, world: &World) {
    let sim = &world.sim;
    let broken = || sim.violation().is_some();
    let horizon = BEGINNING.plus_ms(LONGEST_TRADING_MS);
    let traded = scheduler.run(horizon, || broken() || world.diary.is_closed());
    if broken() || !arrived(world, traded, "clients are busy") {
        return;
    }
    let aftermath_ms = sim.draw(|dice| dice.below(LONGEST_AFTERMATH_MS));
    let cleared = sim.now().plus_ms(i64::try_from(aftermath_ms).unwrap_or_default());
    let blown_over = scheduler.run(cleared, broken);
    if broken() || (blown_over != Stop::Horizon && !arrived(world, blown_over, "the storm does not end")) {
        return;
    }
    sim.clear_up();
    sim.event("calm", String::new);
    let settled = world.inventory.fleet.down_until().unwrap_or(sim.now()).max(sim.now()).plus_ms(SETTLING_MS);
    let calmed = scheduler.run(settled, broken);
    if broken() || (calmed != Stop::Horizon && !arrived(world, calmed, "nothing settles")) {
        return;
    }
    let horizon = settled.plus_ms(LONGEST_UNREST_MS);
    let rested = scheduler.run(horizon, || broken() || world.unfinished().is_empty());
    if !broken() && arrived(world, rested, "there is no rest") {
        invariants::at_rest(world);
    }
}

fn arrived(world: &World, stop: Stop, otherwise: &str) -> bool {
    if stop != Stop::Done {
        let detail = format!("{otherwise} ({stop:?}): {:?}", world.unfinished());
        world.sim.violate("the world comes to rest", detail);
    }
    stop == Stop::Done
}

fn report(plan: Plan, world: &World, steps: u64) -> Report {
    let sim = &world.sim;
    let lifecycles = locked(&world.lifecycles);
    let lives = lifecycles.lives().values();
    let pending = lives.filter_map(|life| Some(life.endings.first()?.0.since_ms(life.requested_at)));
    Report {
        plan,
        digest: sim.digest(),
        tally: sim.tally(),
        violation: sim.violation(),
        deals: lifecycles.lives().len(),
        longest_pending_ms: pending.max().unwrap_or_default(),
        virtual_ms: sim.now().since_ms(BEGINNING),
        steps,
    }
}
