//! What becomes of deals in one run: drawn before anything runs, so that faults do not shift it.

use kernel::Timestamp;
use messaging::Envelope;
use serde_json::{Value, json};
use sync_domain::DealId;
use uuid::Uuid;

use crate::deal_facts::DealFact;
use crate::dice::Dice;

/// Over how long deals come in, in milliseconds.
const TRADING_MS: u64 = 300_000;

/// What happens to a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It is confirmed.
    Confirmed,
    /// Its sale rate is changed.
    Amended,
    /// It is called off; whether it had stood.
    Cancelled(bool),
}

/// One deal.
#[derive(Debug, Clone)]
pub struct Deal {
    /// Which.
    pub id: DealId,
    /// Who buys; tells it from the others.
    pub customer: String,
    /// From how many sources.
    pub sources: usize,
    /// When it is registered, in milliseconds after the beginning.
    pub start_ms: u64,
    /// What happens to it, each so long after the one before, in milliseconds, with the identity of the fact.
    pub steps: Vec<(u64, Step, Uuid)>,
}

/// All of it.
#[derive(Debug, Clone)]
pub struct Workload {
    /// The deals.
    pub deals: Vec<Deal>,
}

impl Workload {
    /// Draws it.
    #[must_use]
    pub fn drawn(dice: &mut Dice, deals: usize) -> Self {
        Self { deals: (0..deals).map(|number| Deal::drawn(dice, number)).collect() }
    }
}

impl Deal {
    fn drawn(dice: &mut Dice, number: usize) -> Self {
        let mut steps = Vec::new();
        if dice.chance(9_000) {
            steps.push((dice.below(5_000), Step::Confirmed, dice.uuid()));
            for _ in 0..dice.below(4) {
                steps.push((dice.below(40_000), Step::Amended, dice.uuid()));
            }
            if dice.chance(2_500) {
                steps.push((dice.below(60_000), Step::Cancelled(true), dice.uuid()));
            }
        } else {
            steps.push((dice.below(20_000), Step::Cancelled(false), dice.uuid()));
        }
        Self {
            id: DealId::new(dice.uuid()),
            customer: format!("Customer {number:03}"),
            sources: 1 + dice.index(3),
            // Half of them come in a burst.
            start_ms: if dice.chance(5_000) { dice.below(2_000) } else { dice.below(TRADING_MS) },
            steps,
        }
    }

    /// The sale rate after so many steps: each amendment makes it one more.
    #[must_use]
    pub fn rate(&self, position: usize) -> usize {
        let steps = self.steps.iter().take(position + 1);
        95 + steps.filter(|(_, step, _)| *step == Step::Amended).count()
    }

    /// Whether there is anything to be shown of it in the end, and whether that it was called off.
    #[must_use]
    pub fn stands(&self) -> Option<bool> {
        let (_, last, _) = self.steps.last()?;
        (*last != Step::Cancelled(false)).then_some(*last == Step::Cancelled(true))
    }

    /// The fact that tells of a step taken now; `None` when a literal is not what it claims to be.
    #[must_use]
    pub fn fact(&self, position: usize, now: Timestamp) -> Option<Envelope> {
        let (_, step, id) = *self.steps.get(position)?;
        let source = json!({ "supplier": "Gulf Polymers", "quantityKg": "1000.000", "ratePerKg": "90.00" });
        let sources = vec![source; self.sources];
        let mut data: Value = json!({
            "dealId": self.id,
            "sources": sources,
            "terms": {
                "customer": self.customer,
                "date": "2026-11-22",
                "deliveryTerms": "delivered",
                "productCode": "TR131",
                "productId": "product_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f",
                "quantityKg": format!("{}000.000", self.sources),
                "ratePerKg": format!("{}.00", self.rate(position)),
            },
        });
        let fact_type = match step {
            Step::Confirmed => "deal.confirmed",
            Step::Amended => "deal.amended",
            Step::Cancelled(_) => "deal.cancelled",
        };
        match step {
            Step::Confirmed | Step::Amended => data["status"] = "confirmed".into(),
            Step::Cancelled(stood) => data["wasConfirmed"] = stood.into(),
        }
        DealFact { id, fact_type, deal: self.id.to_string(), position, data }.published(now)
    }
}
