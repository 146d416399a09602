use std::collections::BTreeMap;

use notification_domain::AudienceName;

use crate::faults::Sight;
use crate::sync::locked;
use crate::telling::World;
use crate::telling::lives::Told;

/// How often each thing is told.
type Counts = BTreeMap<Told, usize>;

/// Every fact of a deal is one message to everybody whom it concerns, and there is no other.
pub(super) fn everybody_is_told_once(world: &World) -> Result<(), String> {
    let mut expected = Counts::new();
    let audiences = locked(&world.audiences).clone();
    for fact in locked(&world.facts).iter() {
        for audience in AudienceName::ALL {
            let Some(template) = template(&fact.fact_type, &fact.data, audience.as_str()) else { continue };
            for recipient in audiences.of(audience) {
                let phone = recipient.phone().map(ToString::to_string).unwrap_or_default();
                let told = (fact.stream_id.clone(), template.clone(), phone);
                *expected.entry(told).or_default() += 1;
            }
        }
    }
    let mut planned = planned(world);
    planned.retain(|(_, template, _), _| !template.ends_with("-additional"));
    differences(&expected, &planned)
}

/// The words in which an audience is told of a fact, if it is.
fn template(fact_type: &str, data: &serde_json::Value, audience: &str) -> Option<String> {
    let occasion = match fact_type {
        "deal.confirmed" => "confirmed",
        "deal.cancelled" if data["wasConfirmed"] == true => "cancelled",
        "deal.amended" if audience == "logistics" && data["changes"][0]["field"] != "warehouse" => {
            return None;
        }
        "deal.amended" => "amended",
        _ => return None,
    };
    Some(format!("deal-{occasion}-{audience}"))
}

/// Whoever is named for a deal hears what follows exactly once, and that it stands, if it stays so; and nothing twice.
/// That a deal stands may be told after it was called off, when it is while somebody is being named.
pub(super) fn who_is_named_is_told(world: &World) -> Result<(), String> {
    let mut planned = planned(world);
    planned.retain(|(_, template, _), _| template.ends_with("-additional"));
    let facts = locked(&world.facts);
    for named in locked(&world.named).iter() {
        let of_deal: Vec<_> = facts.iter().filter(|fact| fact.stream_id == named.deal).collect();
        let count = |occasion: &str| {
            let told = (named.deal.clone(), format!("deal-{occasion}-additional"), named.phone.clone());
            planned.get(&told).copied().unwrap_or_default()
        };
        let follows = |fact_type: &str, concerns: fn(&serde_json::Value) -> bool| {
            let later = of_deal.iter().skip(named.after_facts);
            later.filter(|fact| fact.fact_type == fact_type && concerns(&fact.data)).count()
        };
        let confirmed = of_deal.iter().any(|fact| fact.fact_type == "deal.confirmed");
        let cancelled = of_deal.iter().any(|fact| fact.fact_type == "deal.cancelled");
        if confirmed && !cancelled {
            if count("confirmed") != 1 {
                return Err(format!("{named:?} is told {} times that it stands", count("confirmed")));
            }
            world.sim.saw(Sight::NamedAndTold);
        }
        let cancellations = follows("deal.cancelled", |data| data["wasConfirmed"] == true);
        let amendments = follows("deal.amended", |data| data["changes"][0]["field"] == "deliveryTerms");
        if count("cancelled") < cancellations || count("amended") < amendments {
            return Err(format!("{named:?} is not told of what followed: {planned:?}"));
        }
    }
    match planned.iter().find(|(_, count)| **count > 1) {
        Some((told, count)) => Err(format!("{told:?} {count} times")),
        None => Ok(()),
    }
}

fn planned(world: &World) -> Counts {
    let mut planned = Counts::new();
    for life in locked(&world.lives).all().values().filter(|life| !life.is_digest()) {
        *planned.entry(life.told.clone()).or_default() += 1;
    }
    planned
}

fn differences(expected: &Counts, planned: &Counts) -> Result<(), String> {
    for (told, times) in expected {
        let found = planned.get(told).copied().unwrap_or_default();
        if found != *times {
            return Err(format!("{told:?} is planned {found} times, not {times}"));
        }
    }
    match planned.keys().find(|told| !expected.contains_key(*told)) {
        Some(told) => Err(format!("{told:?} is planned, and nothing happened that asks for it")),
        None => Ok(()),
    }
}
