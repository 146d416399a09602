//! What ails an outside provider for a while.

use kernel::Timestamp;

use crate::faults::Fault;
use crate::sim::{BEGINNING, Sim};
use crate::world::after;

/// What may last.
const AILMENTS: [Fault; 3] = [Fault::ProviderDown, Fault::ProviderSilent, Fault::TokenRevoked];

/// A time in which every call fails alike.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spell {
    /// How.
    pub(crate) fault: Fault,
    from: Timestamp,
    until: Timestamp,
}

impl Spell {
    /// The spells of one provider in this history; up to three of a kind, so that its breaker has to flap.
    pub(crate) fn drawn(sim: &Sim) -> Vec<Self> {
        let mut spells = Vec::new();
        for fault in AILMENTS.into_iter().filter(|fault| sim.strikes(*fault)) {
            for _ in 0..sim.draw(|dice| dice.between(1, 3)) {
                let (from_s, length_s) = sim.draw(|dice| (dice.between(0, 400), dice.between(10, 240)));
                let from = after(BEGINNING, from_s);
                spells.push(Self { fault, from, until: after(from, length_s) });
            }
        }
        spells
    }

    /// Whether it lasts now. With the weather clearing up every spell is over.
    pub(crate) fn lasts(&self, sim: &Sim) -> bool {
        (self.from..self.until).contains(&sim.now()) && sim.threatens(self.fault)
    }
}
