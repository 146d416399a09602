//! One seed, one history.

use std::sync::Arc;

use kernel::{Tenant, Timestamp};

use crate::client::{self, Workload};
use crate::dice::Dice;
use crate::faults::Tally;
use crate::filing;
use crate::mutants::Mutant;
use crate::scenario::Scenario;
use crate::scheduler::{Scheduler, Stop};
use crate::sim::{BEGINNING, Sim, TraceSink, Violation};
use crate::telling;
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
    /// Which part of the system.
    pub scenario: Scenario,
    /// Decides everything.
    pub seed: u64,
    /// How many deals there are to be.
    pub deals: usize,
    /// The defence that is missing, if any.
    pub mutant: Option<Mutant>,
}

impl Plan {
    /// A seed with all defences and the usual number of deals.
    #[must_use]
    pub const fn of(scenario: Scenario, seed: u64) -> Self {
        Self { scenario, seed, deals: scenario.usual_deals(), mutant: None }
    }

    /// The command that runs this plan again, with a trace.
    #[must_use]
    pub fn replay(&self) -> String {
        let mutant = self.mutant.map(|mutant| format!(" --mutant {mutant}")).unwrap_or_default();
        let deals = if self.deals == self.scenario.usual_deals() {
            String::new()
        } else {
            format!(" --deals {}", self.deals)
        };
        let scenario = match self.scenario {
            Scenario::Trading => String::new(),
            Scenario::Telling | Scenario::Filing => format!(" --scenario {}", self.scenario),
        };
        format!("cargo run -p simulation --{scenario} --seed {}{deals}{mutant} --trace", self.seed)
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
    /// How many deals there were.
    pub deals: usize,
    /// How long the slowest thing that clients wait for took, in milliseconds: a decision, or a message on its way.
    pub longest_pending_ms: i64,
    /// How long the world ran, in virtual milliseconds.
    pub virtual_ms: i64,
    /// How many steps that took.
    pub steps: u64,
}

/// What takes place in one history: a part of the system with its clients.
pub(crate) trait Stage {
    /// Whether the clients want nothing more.
    fn is_deserted(&self) -> bool;

    /// When the last outage is over that goes on after the faults, if there is one.
    fn down_until(&self) -> Option<Timestamp>;

    /// What is still under way; empty at rest.
    fn unfinished(&self) -> Vec<(&'static str, usize)>;

    /// Checks everything that must hold at rest.
    fn at_rest(&self);

    /// How many deals there were, and how long the slowest thing took that is waited for, in milliseconds.
    fn figures(&self) -> (usize, i64);
}

/// Runs one seed from its first client to rest, and checks what must hold.
#[must_use]
pub fn simulate(plan: Plan, trace: Option<TraceSink>) -> Report {
    let mut dice = Dice::new(plan.seed);
    let mut scheduler = Scheduler::new(BEGINNING, dice.fork(), MOST_STEPS);
    let mut wishes = dice.fork();
    let sim = Sim::new(scheduler.handle(), dice, plan.scenario, plan.mutant, trace);
    let stage = "main".parse().ok().and_then(|tenant| set(&sim, tenant, &mut wishes, plan));
    let (deals, longest_pending_ms) = if let Some(stage) = stage {
        run(&mut scheduler, &sim, stage.as_ref());
        stage.figures()
    } else {
        sim.violate("the workload can be drawn", "a literal is not what it claims to be");
        (0, 0)
    };
    Report {
        plan,
        digest: sim.digest(),
        tally: sim.tally(),
        violation: sim.violation(),
        deals,
        longest_pending_ms,
        virtual_ms: sim.now().since_ms(BEGINNING),
        steps: scheduler.steps(),
    }
}

/// The system and its clients, started.
fn set(sim: &Arc<Sim>, tenant: Tenant, wishes: &mut Dice, plan: Plan) -> Option<Arc<dyn Stage>> {
    match plan.scenario {
        Scenario::Trading => {
            let workload = Workload::drawn(wishes, &tenant, plan.deals)?;
            let world = World::new(sim, tenant);
            client::start(&world, workload);
            world.start();
            Some(world)
        }
        Scenario::Filing => {
            let world = filing::World::new(sim, tenant);
            filing::client::start(&world, filing::Workload::drawn(wishes, plan.deals));
            world.start();
            Some(world)
        }
        Scenario::Telling => {
            let workload = telling::Workload::drawn(wishes, plan.deals)?;
            let world = telling::World::new(sim, tenant);
            telling::client::start(&world, workload);
            world.start();
            Some(world)
        }
    }
}

/// Trading in any weather, then calm, then rest.
fn run(scheduler: &mut Scheduler, sim: &Sim, stage: &dyn Stage) {
    let broken = || sim.violation().is_some();
    let horizon = BEGINNING.plus_ms(LONGEST_TRADING_MS);
    let traded = scheduler.run(horizon, || broken() || stage.is_deserted());
    if broken() || !arrived(sim, stage, traded, "clients are busy") {
        return;
    }
    let aftermath_ms = sim.draw(|dice| dice.below(LONGEST_AFTERMATH_MS));
    let cleared = sim.now().plus_ms(i64::try_from(aftermath_ms).unwrap_or_default());
    let blown_over = scheduler.run(cleared, broken);
    if broken() || (!passed(blown_over) && !arrived(sim, stage, blown_over, "the storm does not end")) {
        return;
    }
    sim.clear_up();
    sim.event("calm", String::new);
    let settled = stage.down_until().unwrap_or(sim.now()).max(sim.now()).plus_ms(SETTLING_MS);
    let calmed = scheduler.run(settled, broken);
    if broken() || (!passed(calmed) && !arrived(sim, stage, calmed, "nothing settles")) {
        return;
    }
    let horizon = settled.plus_ms(LONGEST_UNREST_MS);
    let rested = scheduler.run(horizon, || broken() || stage.unfinished().is_empty());
    if !broken() && arrived(sim, stage, rested, "there is no rest") {
        stage.at_rest();
    }
}

/// Whether time went by: nothing can be left to happen where nobody keeps a schedule.
fn passed(stop: Stop) -> bool {
    matches!(stop, Stop::Horizon | Stop::Idle)
}

fn arrived(sim: &Sim, stage: &dyn Stage, stop: Stop, otherwise: &str) -> bool {
    if stop != Stop::Done {
        let detail = format!("{otherwise} ({stop:?}): {:?}", stage.unfinished());
        sim.violate("the world comes to rest", detail);
    }
    stop == Stop::Done
}
