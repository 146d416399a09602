use std::collections::BTreeMap;

use deal_domain::DealId;
use deal_domain::deal::{CancelCause, CostedSource};
use kernel::Kg;

use super::{Ending, Hold, HoldState, Life};
use crate::client::{Errand, Reply};
use crate::faults::Sight;
use crate::sync::locked;
use crate::world::World;

/// How long any deal may stay undecided, in milliseconds: its 120 s, and then the worst that the platform does to the
/// view, the audit and the sweep. An outage of the inventory lasts longer.
pub const LONGEST_PENDING_MS: i64 = 20 * 60 * 1_000;

fn lives(world: &World) -> BTreeMap<DealId, Life> {
    locked(&world.lifecycles).lives().clone()
}

/// A deal that was accepted exists, once; one that was refused does not; nobody got two; every errand was run once.
pub(super) fn every_intent_has_one_effect(world: &World) -> Result<(), String> {
    let lives = lives(world);
    let mut keys: BTreeMap<&str, DealId> = BTreeMap::new();
    for (deal, life) in &lives {
        let key = life.key.as_deref().ok_or(format!("{deal} was registered without a key"))?;
        if let Some(other) = keys.insert(key, *deal) {
            return Err(format!("{deal} and {other} have one key, {key}"));
        }
    }
    for intent in world.diary.intents() {
        let mut mine = lives.iter().filter(|(_, life)| life.terms.customer == intent.customer);
        match (intent.reply, mine.next(), mine.next()) {
            (_, Some((first, _)), Some((second, _))) => {
                return Err(format!("{} got {first} and {second}", intent.customer));
            }
            (Reply::Accepted, None, _) => return Err(format!("{} was accepted and lost", intent.customer)),
            (Reply::Accepted, Some((deal, _)), _) if *deal != intent.deal => {
                return Err(format!("{} was told {} and got {deal}", intent.customer, intent.deal));
            }
            (Reply::Refused, Some((deal, _)), _) => {
                return Err(format!("{} was refused and got {deal}", intent.customer));
            }
            _ => {}
        }
    }
    let mut marks: BTreeMap<String, usize> = BTreeMap::new();
    for commit in world.inventory.tables.log.memory().streams().values().flatten() {
        for event in &commit.events {
            for place in ["/receipt/supplier", "/reason", "/attributes/grade"] {
                if let Some(mark) = event.data.pointer(place).and_then(|mark| mark.as_str()) {
                    *marks.entry(mark.to_owned()).or_default() += 1;
                }
            }
        }
    }
    for Errand { mark, accepted } in world.diary.errands() {
        let times = marks.get(&mark).copied().unwrap_or_default();
        if times > 1 || (accepted && times == 0) {
            return Err(format!("{mark:?} was run {times} times, accepted: {accepted}"));
        }
    }
    Ok(())
}

/// No deal is pending, and none was for longer than the sweeper allows.
pub(super) fn every_deal_is_decided(world: &World) -> Result<(), String> {
    for (deal, life) in lives(world) {
        let Some((at, _)) = life.endings.first() else {
            return Err(format!("{deal} is pending since {}", life.requested_at));
        };
        let pending_ms = at.since_ms(life.requested_at);
        if pending_ms > LONGEST_PENDING_MS {
            return Err(format!("{deal} was pending for {} s", pending_ms / 1_000));
        }
        for sight in sights(&life) {
            world.sim.saw(sight);
        }
    }
    Ok(())
}

/// What the life of a deal is an example of.
fn sights(life: &Life) -> Vec<Sight> {
    let mut sights = Vec::new();
    for (_, ending) in &life.endings {
        let sight = match ending {
            Ending::Confirmed(sources) => {
                let bought = sources.iter().filter(|source| source.bought_kg.is_some()).count();
                sights.push(Sight::Confirmed);
                match bought {
                    0 => Sight::CoveredByLots,
                    all if all == sources.len() => Sight::CoveredByPurchases,
                    _ => Sight::CoveredByBoth,
                }
            }
            Ending::Rejected => Sight::Rejected,
            Ending::Cancelled(CancelCause::Timeout) => Sight::TimedOut,
            Ending::Cancelled(CancelCause::Trader { .. }) if life.endings.len() > 1 => {
                Sight::CancelledConfirmed
            }
            Ending::Cancelled(CancelCause::Trader { .. }) => Sight::CancelledPending,
        };
        sights.push(sight);
    }
    sights
}

/// Stock holds nothing for anybody; it has sold to each confirmed deal exactly what covers it, at the cost the deal
/// records, and to nobody else.
pub(super) fn deals_and_stock_agree(world: &World) -> Result<(), String> {
    let lives = lives(world);
    let ledger = locked(&world.ledger);
    for (deal, hold) in ledger.holds() {
        let known = DealId::new(deal.uuid());
        if !lives.contains_key(&known) {
            return Err(format!("{deal}, which nobody registered, has {hold:?}"));
        }
        if hold.state == HoldState::Forestalled {
            world.sim.saw(Sight::Tombstone);
        }
    }
    for (deal, life) in &lives {
        let hold = ledger.holds().get(&inventory_domain::DealId::new(deal.uuid()));
        let state = hold.map(|hold| hold.state);
        let agrees = match life.ending() {
            Some(Ending::Confirmed(sources)) => {
                covered(life, sources).map_err(|fault| format!("{deal}: {fault}"))?;
                state == Some(HoldState::Sold) && hold.is_some_and(|hold| same_draws(hold, sources))
            }
            Some(Ending::Rejected) => state == Some(HoldState::Rejected),
            Some(Ending::Cancelled(_)) => {
                matches!(state, Some(HoldState::Released | HoldState::Forestalled | HoldState::Rejected))
            }
            None => false,
        };
        if !agrees {
            return Err(format!("{deal} is {:?}, and stock has {hold:?}", life.ending()));
        }
        for source in life.ending().map(confirmed).unwrap_or_default() {
            let lot = inventory_domain::LotId::new(
                inventory_domain::ProductId::new(source.lot_id.root().uuid()),
                source.lot_id.number(),
            );
            if ledger.lots().get(&lot).map(|buckets| buckets.rate) != Some(source.rate_per_kg) {
                return Err(format!("{deal} pays {} for {lot}, which cost otherwise", source.rate_per_kg));
            }
        }
    }
    Ok(())
}

fn confirmed(ending: &Ending) -> &[CostedSource] {
    match ending {
        Ending::Confirmed(sources) => sources,
        Ending::Rejected | Ending::Cancelled(_) => &[],
    }
}

/// The sources bring exactly what is sold.
fn covered(life: &Life, sources: &[CostedSource]) -> Result<(), String> {
    let brought: Kg = sources.iter().map(|source| source.quantity_kg).sum();
    let sold = life.terms.quantity_kg.get();
    if brought == sold { Ok(()) } else { Err(format!("{brought} kg cover a sale of {sold} kg")) }
}

fn same_draws(hold: &Hold, sources: &[CostedSource]) -> bool {
    let taken = sources.iter().filter(|source| source.quantity_kg.is_positive());
    let taken: BTreeMap<u32, i64> =
        taken.map(|source| (source.lot_id.number(), source.quantity_kg.grams())).collect();
    hold.draws == taken
}

/// No trader was ever shown a status that the deal did not have, or did not keep.
pub(super) fn clients_were_told_the_truth(world: &World) -> Result<(), String> {
    let lives = lives(world);
    for intent in world.diary.intents() {
        let endings = lives.get(&intent.deal).map(|life| life.endings.as_slice()).unwrap_or_default();
        for told in &intent.told {
            let last = endings.last().map(|(_, ending)| ending);
            let true_ = match told.as_str() {
                "confirmed" => endings.iter().any(|(_, ending)| matches!(ending, Ending::Confirmed(_))),
                "rejected" => matches!(last, Some(Ending::Rejected)),
                "cancelled" => matches!(last, Some(Ending::Cancelled(_))),
                _ => false,
            };
            if !true_ {
                return Err(format!("{} was told {told}, and {} is {last:?}", intent.customer, intent.deal));
            }
        }
    }
    Ok(())
}
