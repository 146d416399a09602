//! Runs one seed with its trace, or many.

use std::process::ExitCode;

use clap::Parser;
use simulation::{Campaign, Mutant, Plan, Report, Scenario, simulate};

/// Deterministic simulation of the deal, inventory, notification and sync contexts.
#[derive(Debug, Parser)]
struct Arguments {
    /// The part of the system: trading, telling, filing.
    #[arg(long, default_value = "trading")]
    scenario: Scenario,
    /// The seed to run.
    #[arg(long, conflicts_with = "seeds")]
    seed: Option<u64>,
    /// How many seeds to run, from 0.
    #[arg(long, default_value_t = 100)]
    seeds: u64,
    /// How many deals there are to be; as many as usual without.
    #[arg(long)]
    deals: Option<usize>,
    /// The defence to do without.
    #[arg(long)]
    mutant: Option<Mutant>,
    /// Prints everything that happens; for one seed.
    #[arg(long, requires = "seed")]
    trace: bool,
    /// Over how many threads to spread many seeds.
    #[arg(long, default_value_t = 2)]
    threads: usize,
}

impl Arguments {
    fn deals(&self) -> usize {
        self.deals.unwrap_or_else(|| self.scenario.usual_deals())
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let violated = match arguments.seed {
        Some(seed) => one(seed, &arguments),
        None => many(&arguments),
    };
    if violated { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn one(seed: u64, arguments: &Arguments) -> bool {
    let plan =
        Plan { scenario: arguments.scenario, seed, deals: arguments.deals(), mutant: arguments.mutant };
    let report = simulate(plan, arguments.trace.then(|| Box::new(|line: &str| println!("{line}")) as Box<_>));
    let Report { deals, steps, digest, tally, .. } = &report;
    println!("seed {seed}: {deals} deals, {steps} steps, digest {digest:016x}\n{tally}");
    match &report.violation {
        Some(violation) => println!("VIOLATED {violation}"),
        None => println!("every invariant holds"),
    }
    report.violation.is_some()
}

fn many(arguments: &Arguments) -> bool {
    let campaign = Campaign {
        seeds: 0..arguments.seeds,
        scenario: arguments.scenario,
        deals: arguments.deals(),
        mutant: arguments.mutant,
        threads: arguments.threads,
        until_violated: false,
    };
    let summary = campaign.run();
    println!("{summary}");
    !summary.findings.is_empty()
}
