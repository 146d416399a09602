use std::collections::BTreeSet;
use std::sync::Arc;

use event_store::Ops;
use futures_util::FutureExt;
use messaging::{Envelope, OwnCommits, Parking, envelopes, marker};
use uuid::Uuid;

use crate::bystander;
use crate::platform::table::Tables;
use crate::sim::counted;
use crate::world::World;

/// No message waits, none is dead, no fact is parked.
pub(super) fn nothing_is_left_over(world: &World) -> Result<(), String> {
    let mut left = world.unfinished();
    left.push(("dead letters of deal-inbox", world.deal.inbox.dead()));
    left.push(("dead letters of inventory-inbox", world.inventory.inbox.dead()));
    left.push(("facts parked by deal", parked(world, &world.deal.tables)));
    left.push(("facts parked by inventory", parked(world, &world.inventory.tables)));
    left.retain(|(_, count)| *count > 0);
    if left.is_empty() { Ok(()) } else { Err(format!("{left:?}")) }
}

fn parked(world: &World, tables: &Tables) -> usize {
    let partition = Parking::partition(&world.tenant);
    tables.ops.items().iter().filter(|item| item.pk == partition).count()
}

/// The outbox marker of every commit stands.
pub(super) fn every_commit_is_marked(world: &World) -> Result<(), String> {
    for tables in [&world.deal.tables, &world.inventory.tables] {
        for commit in tables.log.memory().streams().values().flatten() {
            let key = marker(&commit.stream, commit.first);
            let present = tables.ops.present(std::slice::from_ref(&key)).now_or_never();
            if !matches!(present, Some(Ok(present)) if present == [true]) {
                return Err(format!("{}#{} has no marker", commit.stream, commit.first));
            }
        }
    }
    Ok(())
}

/// Every fact that the commits publish was taken by the bus, and handled by each context whose rule lets it through.
pub(super) fn every_fact_was_handled(world: &World) -> Result<(), String> {
    let accepted = world.bus.accepted();
    let handled: Vec<BTreeSet<Uuid>> = world.bus.rules().iter().map(|rule| rule.queue.handled()).collect();
    for fact in facts(world)? {
        let name = || format!("{} of {}#{}", fact.fact_type, fact.stream_id, fact.sequence);
        if !accepted.contains(&fact.id) {
            return Err(format!("{} never reached the bus", name()));
        }
        for (rule, handled) in world.bus.rules().iter().zip(&handled) {
            if rule.types.contains(&fact.fact_type.as_str()) && !handled.contains(&fact.id) {
                return Err(format!("{} was never handled from {}", name(), rule.queue.name));
            }
        }
    }
    Ok(())
}

/// What the log says that was to be published.
fn facts(world: &World) -> Result<Vec<Envelope>, String> {
    let (deals, inventory) = (bystander::deals(world), bystander::inventory(world));
    let contexts: [(&'static str, &Arc<Tables>, Box<dyn OwnCommits>); 2] = [
        (world.deal.name, &world.deal.tables, Box::new(deal::projections::Projections::new(deals))),
        (
            world.inventory.name,
            &world.inventory.tables,
            Box::new(inventory::projections::Projections::new(inventory)),
        ),
    ];
    let mut facts = Vec::new();
    for (name, tables, own) in contexts {
        for commit in tables.log.memory().streams().values().flatten() {
            let publications = own.publications(commit).now_or_never().ok_or("publications must not wait")?;
            let publications = publications.map_err(|e| e.to_string())?;
            facts.extend(envelopes(name, commit, publications));
        }
    }
    let ids: BTreeSet<Uuid> = facts.iter().map(|fact| fact.id).collect();
    if ids.len() < facts.len() {
        return Err(format!("two facts share an identity: {}", counted(facts.iter().map(|f| &f.fact_type))));
    }
    Ok(facts)
}
