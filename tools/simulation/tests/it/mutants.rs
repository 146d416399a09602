use simulation::{Campaign, Mutant, Scenario};

/// Seeds within which a missing defence must be noticed.
const SEEDS: u64 = 200;

#[test]
fn every_missing_defence_is_noticed() {
    let mut unnoticed = Vec::new();
    for (mutant, scenario) in pairs() {
        let campaign = Campaign {
            scenario,
            seeds: 0..SEEDS,
            deals: scenario.usual_deals(),
            mutant: Some(mutant),
            threads: 2,
            until_violated: true,
        };
        let summary = campaign.run();
        match summary.findings.first() {
            Some(finding) => {
                println!("{mutant} in {scenario}: noticed within {} seeds. {finding}", summary.seeds);
            }
            None => unnoticed.push(format!("{mutant} in {scenario}")),
        }
    }
    assert_eq!(unnoticed, Vec::<String>::new(), "not noticed within {SEEDS} seeds");
}

/// Every defence with each part of the system that it guards.
fn pairs() -> impl Iterator<Item = (Mutant, Scenario)> {
    let of = |mutant: Mutant| Scenario::ALL.iter().map(move |scenario| (mutant, *scenario));
    Mutant::ALL
        .iter()
        .flat_map(move |mutant| of(*mutant))
        .filter(|(mutant, scenario)| mutant.concerns(*scenario))
}

#[test]
fn every_defence_guards_something() {
    for mutant in Mutant::ALL {
        assert!(Scenario::ALL.iter().any(|scenario| mutant.concerns(*scenario)), "{mutant}");
    }
}
