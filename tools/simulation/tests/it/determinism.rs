use simulation::{Mutant, Plan, simulate};

#[test]
fn one_seed_is_one_history() {
    for seed in [1, 7, 42] {
        let (first, second) = (simulate(Plan::of(seed), None), simulate(Plan::of(seed), None));
        assert_eq!(first.digest, second.digest, "seed {seed}");
        assert_eq!(first.tally, second.tally, "seed {seed}");
    }
}

#[test]
fn a_trace_does_not_change_the_history() {
    let silent = simulate(Plan::of(3), None);
    let traced = simulate(Plan::of(3), Some(Box::new(|_| {})));
    assert_eq!(silent.digest, traced.digest);
}

#[test]
fn another_seed_is_another_history() {
    assert_ne!(simulate(Plan::of(1), None).digest, simulate(Plan::of(2), None).digest);
}

#[test]
fn a_finding_names_the_command_that_replays_it() {
    let plan = Plan { seed: 9, deals: 50, mutant: Some(Mutant::StaleReads) };
    assert_eq!(plan.replay(), "cargo run -p simulation -- --seed 9 --mutant stale-reads --trace");
}
