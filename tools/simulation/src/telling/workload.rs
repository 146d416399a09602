//! What the neighbours of one run are going to do: drawn before anything runs, so that faults do not shift it.

use kernel::Timestamp;
use messaging::Envelope;
use notification_domain::audience::Recipients;
use notification_domain::preferences::DigestTimes;
use notification_domain::{AudienceName, DealId, Recipient};
use serde_json::{Value, json};
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
    /// One of its terms is changed.
    Amended(&'static str),
    /// It is called off; whether it had stood.
    Cancelled(bool),
}

/// One deal.
#[derive(Debug, Clone)]
pub struct Deal {
    /// Which.
    pub id: DealId,
    /// When it is registered, in milliseconds after the beginning.
    pub start_ms: u64,
    /// What happens to it, each so long after the one before, in milliseconds, with the identity of the fact.
    pub steps: Vec<(u64, Step, Uuid)>,
    /// When somebody is named for it besides the audiences, in milliseconds after it is registered, and who.
    pub named: Option<(u64, Recipient)>,
}

/// All of it.
#[derive(Debug, Clone)]
pub struct Workload {
    /// Who is told.
    pub audiences: Recipients,
    /// Who is told by digest.
    pub digests: Vec<DigestTimes>,
    /// The deals.
    pub deals: Vec<Deal>,
    /// Who writes when, in milliseconds after the beginning.
    pub writings: Vec<(u64, String)>,
}

/// Somebody who is told, by number; with a second channel or without.
fn person(number: u64, channels: &[&str]) -> Option<Recipient> {
    let card = json!({ "name": format!("Person {number}"), "phone": format!("+91980000{number:04}"),
        "channels": channels });
    serde_json::from_value(card).ok()
}

/// The owners are told together: every other minute while deals come in, which is from half past five in the afternoon on in
/// India, and twice later.
fn digest() -> Option<DigestTimes> {
    let times = ["17:32", "17:34", "17:36", "17:40", "18:00", "20:00"];
    let at = times.iter().map(|time| time.parse().ok()).collect::<Option<Vec<_>>>()?;
    Some(DigestTimes { audience: AudienceName::Owners, at })
}

impl Workload {
    /// Draws it; `None` when a literal is not what it claims to be.
    #[must_use]
    pub fn drawn(dice: &mut Dice, deals: usize) -> Option<Self> {
        let one = ["whatsapp"];
        let two = ["whatsapp", "sms"];
        let audiences = Recipients {
            accounts: vec![person(1, &one)?],
            logistics: vec![person(2, &two)?],
            // One of them is told twice of each deal, once as each.
            owners: vec![person(3, &one)?, person(1, &one)?],
        };
        let digests = if dice.chance(5_000) { vec![digest()?] } else { vec![] };
        let mut all = Vec::with_capacity(deals);
        for number in 0..deals {
            let haulier = person(100 + u64::try_from(number).ok()? % 2, &one)?;
            all.push(Deal::drawn(dice, haulier));
        }
        let writings = (1..=3_u64)
            .filter(|_| dice.chance(6_000))
            .map(|number| (number, format!("+91980000{number:04}")))
            .collect::<Vec<_>>();
        let writings = writings.into_iter().map(|(_, phone)| (dice.below(TRADING_MS), phone)).collect();
        Some(Self { audiences, digests, deals: all, writings })
    }
}

impl Deal {
    fn drawn(dice: &mut Dice, haulier: Recipient) -> Self {
        let mut steps = Vec::new();
        let mut happens =
            |dice: &mut Dice, step, latest_ms| steps.push((dice.below(latest_ms), step, dice.uuid()));
        if dice.chance(8_500) {
            happens(dice, Step::Confirmed, 5_000);
            if dice.chance(3_000) {
                let terms = ["ratePerKg", "warehouse", "deliveryTerms"];
                let term = terms.get(dice.index(terms.len())).copied().unwrap_or("ratePerKg");
                happens(dice, Step::Amended(term), 60_000);
            }
            if dice.chance(2_500) {
                happens(dice, Step::Cancelled(true), 60_000);
            }
        } else {
            happens(dice, Step::Cancelled(false), 20_000);
        }
        let named = dice.chance(4_000).then(|| (dice.below(40_000), haulier));
        // Half of them come in a burst.
        let start_ms = if dice.chance(5_000) { dice.below(2_000) } else { dice.below(TRADING_MS) };
        Self { id: DealId::new(dice.uuid()), start_ms, steps, named }
    }

    /// As the deal context shows it while it stands like this.
    #[must_use]
    pub fn shown(&self, status: &str) -> Value {
        json!({
            "dealId": self.id,
            "status": status,
            "sources": [{ "supplier": "Gulf Polymers", "quantityKg": "1000.000", "ratePerKg": "90.00" }],
            "terms": {
                "customer": "Ivory Cups",
                "date": "2026-11-22",
                "deliveryTerms": "delivered",
                "productCode": "TR131",
                "productId": "product_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f",
                "quantityKg": "1000.000",
                "ratePerKg": "95.00",
                "warehouse": "Main Warehouse",
            },
        })
    }

    /// The fact that tells of a step, by its type, and how the deal stands afterwards.
    fn told(&self, step: Step) -> (&'static str, Value, &'static str) {
        match step {
            Step::Confirmed => ("deal.confirmed", self.shown("confirmed"), "confirmed"),
            Step::Amended(term) => {
                let mut data = self.shown("confirmed");
                data["changes"] = json!([{ "field": term, "before": "a", "after": "b" }]);
                ("deal.amended", data, "confirmed")
            }
            Step::Cancelled(stood) => {
                let mut data = self.shown("cancelled");
                data["wasConfirmed"] = stood.into();
                ("deal.cancelled", data, "cancelled")
            }
        }
    }

    /// The fact that tells of a step taken now, and how the deal stands afterwards; `None` when a literal is not what it
    /// claims to be.
    #[must_use]
    pub fn fact(&self, position: usize, now: Timestamp) -> Option<(Envelope, &'static str)> {
        let (_, step, id) = *self.steps.get(position)?;
        let (fact_type, data, status) = self.told(step);
        let fact = DealFact { id, fact_type, deal: self.id.to_string(), position, data };
        Some((fact.published(now)?, status))
    }
}
