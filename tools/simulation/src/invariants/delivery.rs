use std::collections::BTreeSet;

use event_store::Ops;
use futures_util::FutureExt;
use kernel::Tenant;
use messaging::{Envelope, OwnCommits, Parking, envelopes, marker};
use uuid::Uuid;

use crate::bystander;
use crate::platform::bus::Bus;
use crate::platform::table::Tables;
use crate::sim::counted;
use crate::simulate::Stage as _;
use crate::world::World;

/// No message waits, none is dead, no fact is parked.
pub(super) fn nothing_is_left_over(world: &World) -> Result<(), String> {
    let mut left = world.unfinished();
    left.push(("dead letters of deal-inbox", world.deal.inbox.dead()));
    left.push(("dead letters of inventory-inbox", world.inventory.inbox.dead()));
    left.push(("facts parked by deal", parked(&world.tenant, &world.deal.tables)));
    left.push(("facts parked by inventory", parked(&world.tenant, &world.inventory.tables)));
    left.retain(|(_, count)| *count > 0);
    if left.is_empty() { Ok(()) } else { Err(format!("{left:?}")) }
}

/// How many facts this context has parked.
pub(crate) fn parked(tenant: &Tenant, tables: &Tables) -> usize {
    let partition = Parking::partition(tenant);
    tables.ops.memory().items().iter().filter(|item| item.pk == partition).count()
}

/// The outbox marker of every commit stands.
pub(super) fn every_commit_is_marked(world: &World) -> Result<(), String> {
    [&world.deal.tables, &world.inventory.tables].into_iter().try_for_each(|tables| marked(tables))
}

/// The outbox marker of every commit of one context stands.
pub(crate) fn marked(tables: &Tables) -> Result<(), String> {
    for commit in tables.log.memory().streams().values().flatten() {
        let key = marker(&commit.stream, commit.first);
        let present = tables.ops.memory().present(std::slice::from_ref(&key)).now_or_never();
        if !matches!(present, Some(Ok(present)) if present == [true]) {
            return Err(format!("{}#{} has no marker", commit.stream, commit.first));
        }
    }
    Ok(())
}

/// Every fact that the commits publish was taken by the bus, and handled by each context whose rule lets it through.
pub(super) fn every_fact_was_handled(world: &World) -> Result<(), String> {
    let (deals, inventory) = (bystander::deals(world), bystander::inventory(world));
    let deals = deal::projections::Projections::new(deals);
    let inventory = inventory::projections::Projections::new(inventory);
    let mut facts = published(world.deal.name, &world.deal.tables, &deals)?;
    facts.extend(published(world.inventory.name, &world.inventory.tables, &inventory)?);
    handled(&world.bus, &facts)
}

/// Every one of these facts was taken by the bus, and handled from each queue whose rule lets it through.
pub(crate) fn handled(bus: &Bus, facts: &[Envelope]) -> Result<(), String> {
    let ids: BTreeSet<Uuid> = facts.iter().map(|fact| fact.id).collect();
    if ids.len() < facts.len() {
        return Err(format!("two facts share an identity: {}", counted(facts.iter().map(|f| &f.fact_type))));
    }
    let accepted = bus.accepted();
    let handled: Vec<BTreeSet<Uuid>> = bus.rules().iter().map(|rule| rule.queue.handled()).collect();
    for fact in facts {
        let name = || format!("{} of {}#{}", fact.fact_type, fact.stream_id, fact.sequence);
        if !accepted.contains(&fact.id) {
            return Err(format!("{} never reached the bus", name()));
        }
        for (rule, handled) in bus.rules().iter().zip(&handled) {
            if rule.types.contains(&fact.fact_type.as_str()) && !handled.contains(&fact.id) {
                return Err(format!("{} was never handled from {}", name(), rule.queue.name));
            }
        }
    }
    Ok(())
}

/// What the log of one context says that was to be published.
pub(crate) fn published(
    name: &'static str,
    tables: &Tables,
    own: &dyn OwnCommits,
) -> Result<Vec<Envelope>, String> {
    let mut facts = Vec::new();
    for commit in tables.log.memory().streams().values().flatten() {
        let publications = own.publications(commit).now_or_never().ok_or("publications must not wait")?;
        let publications = publications.map_err(|e| e.to_string())?;
        facts.extend(envelopes(name, commit, publications));
    }
    Ok(facts)
}
