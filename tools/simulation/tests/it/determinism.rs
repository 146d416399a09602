use simulation::{Mutant, Plan, Scenario, simulate};

#[test]
fn one_seed_is_one_history() {
    for scenario in Scenario::ALL {
        for seed in [1, 7, 42] {
            let plan = Plan::of(*scenario, seed);
            let (first, second) = (simulate(plan, None), simulate(plan, None));
            assert_eq!(first.digest, second.digest, "{scenario}, seed {seed}");
            assert_eq!(first.tally, second.tally, "{scenario}, seed {seed}");
        }
    }
}

#[test]
fn a_trace_does_not_change_the_history() {
    for scenario in Scenario::ALL {
        let silent = simulate(Plan::of(*scenario, 3), None);
        let traced = simulate(Plan::of(*scenario, 3), Some(Box::new(|_| {})));
        assert_eq!(silent.digest, traced.digest);
    }
}

#[test]
fn another_seed_is_another_history() {
    for scenario in Scenario::ALL {
        let digest = |seed| simulate(Plan::of(*scenario, seed), None).digest;
        assert_ne!(digest(1), digest(2));
    }
}

#[test]
fn a_finding_names_the_command_that_replays_it() {
    let plan = Plan { mutant: Some(Mutant::StaleReads), ..Plan::of(Scenario::Trading, 9) };
    assert_eq!(plan.replay(), "cargo run -p simulation -- --seed 9 --mutant stale-reads --trace");
    let plan = Plan { deals: 3, ..Plan::of(Scenario::Telling, 9) };
    assert_eq!(plan.replay(), "cargo run -p simulation -- --scenario telling --seed 9 --deals 3 --trace");
}
