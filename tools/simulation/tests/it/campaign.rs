use kernel::config::Env;
use simulation::{Campaign, Scenario};

/// Seeds of the normal test run; `SIMULATION_SEEDS` asks for more.
const SEEDS: u64 = 2_000;
/// The same of telling and filing: there is far less that could happen at the same time.
const TELLING_SEEDS: u64 = 300;
const FILING_SEEDS: u64 = 400;

#[test]
fn no_seed_breaks_an_invariant() {
    hold(Scenario::Trading, SEEDS);
}

#[test]
fn no_seed_of_telling_breaks_an_invariant() {
    hold(Scenario::Telling, TELLING_SEEDS);
}

#[test]
fn no_seed_of_filing_breaks_an_invariant() {
    hold(Scenario::Filing, FILING_SEEDS);
}

fn hold(scenario: Scenario, usually: u64) {
    let seeds = Env::from_process().parsed("SIMULATION_SEEDS", usually);
    let campaign = Campaign {
        scenario,
        seeds: 0..seeds,
        deals: scenario.usual_deals(),
        mutant: None,
        threads: 2,
        until_violated: false,
    };
    let summary = campaign.run();
    println!("{summary}");
    assert!(summary.findings.is_empty(), "{} of {seeds} seeds broke an invariant", summary.findings.len());
    assert_eq!(summary.seeds, seeds);
    // A simulation in which nothing goes wrong proves nothing.
    assert_eq!(summary.tally.missing(scenario), Vec::<&str>::new(), "never happened in {seeds} seeds");
}
