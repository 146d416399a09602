use simulation::{Campaign, Mutant};

/// Seeds within which a missing defence must be noticed.
const SEEDS: u64 = 200;

#[test]
fn every_missing_defence_is_noticed() {
    let mut unnoticed = Vec::new();
    for mutant in Mutant::ALL {
        let campaign =
            Campaign { seeds: 0..SEEDS, deals: 50, mutant: Some(*mutant), threads: 2, until_violated: true };
        let summary = campaign.run();
        match summary.findings.first() {
            Some(finding) => println!("{mutant}: noticed within {} seeds. {finding}", summary.seeds),
            None => unnoticed.push(mutant.name()),
        }
    }
    assert_eq!(unnoticed, Vec::<&str>::new(), "not noticed within {SEEDS} seeds");
}
