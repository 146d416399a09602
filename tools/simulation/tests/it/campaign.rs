use kernel::config::Env;
use simulation::Campaign;

/// Seeds of the normal test run; `SIMULATION_SEEDS` asks for more.
const SEEDS: u64 = 2_000;

#[test]
fn no_seed_breaks_an_invariant() {
    let seeds = Env::from_process().parsed("SIMULATION_SEEDS", SEEDS);
    let campaign = Campaign { seeds: 0..seeds, deals: 50, mutant: None, threads: 2, until_violated: false };
    let summary = campaign.run();
    println!("{summary}");
    assert!(summary.findings.is_empty(), "{} of {seeds} seeds broke an invariant", summary.findings.len());
    assert_eq!(summary.seeds, seeds);
    // A simulation in which nothing goes wrong proves nothing.
    assert_eq!(summary.tally.missing(), Vec::<&str>::new(), "never happened in {seeds} seeds");
}
