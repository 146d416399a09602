//! What must hold when nothing is under way any more.

mod digests;
mod providers;
mod told;
mod views;

use event_store::EventStore;
use messaging::Envelope;
use notification::Notifications;
use notification::projections::Lists;
use std::sync::Arc;

use super::World;
use super::neighbours::Nobody;
use crate::clock::{DrawnIds, SkewedClock, VirtualTimer};
use crate::invariants::delivery::{handled, marked, parked, published};
use crate::invariants::streams::chained;
use crate::simulate::Stage as _;
use crate::sync::locked;

/// What must hold, in words, and what finds out; the error says what does not.
type Check = (&'static str, fn(&World) -> Result<(), String>);

/// Checks it; what does not hold is noted as a violation.
pub(super) fn at_rest(world: &World) {
    let checks: [Check; 9] = [
        ("every stream is gapless and chained", |world| chained(&world.sim, &world.context.tables)),
        ("queues, dead letters and parked facts are empty", nothing_is_left_over),
        ("every commit is marked as published", |world| marked(&world.context.tables)),
        ("every fact reached the bus and was handled", every_fact_was_handled),
        ("everybody is told of every deal once", told::everybody_is_told_once),
        ("who is named for a deal is told of it", told::who_is_named_is_told),
        ("a digest tells what it is to tell, once", digests::each_tells_its_own),
        ("a message is where its provider says", providers::agree),
        ("every view row is the fold of the log", views::rows_are_the_fold),
    ];
    for (invariant, check) in checks {
        if let Err(detail) = check(world) {
            world.sim.violate(invariant, detail);
        }
    }
}

fn nothing_is_left_over(world: &World) -> Result<(), String> {
    let mut left = world.unfinished();
    left.push(("dead letters of notification-inbox", world.queues.inbox.dead()));
    left.push(("dead letters of notification-whatsapp", world.queues.whatsapp.dead()));
    left.push(("dead letters of notification-sms", world.queues.sms.dead()));
    left.push(("parked facts", parked(&world.tenant, &world.context.tables)));
    left.retain(|(_, count)| *count > 0);
    if left.is_empty() { Ok(()) } else { Err(format!("{left:?}")) }
}

/// The facts of deals, and those that the context's own commits publish.
fn every_fact_was_handled(world: &World) -> Result<(), String> {
    let mut facts: Vec<Envelope> = locked(&world.facts).clone();
    let lists = Lists::new(bystander(world));
    facts.extend(published(world.context.name, &world.context.tables, &lists)?);
    handled(&world.bus, &facts)
}

/// The context on its tables as they are, without a network between.
fn bystander(world: &World) -> Notifications {
    let clock = Arc::new(SkewedClock::exact(Arc::clone(&world.sim)));
    let ids = Arc::new(DrawnIds::drawn(&world.sim));
    let tables = &world.context.tables;
    let timer = Arc::new(VirtualTimer(Arc::clone(&world.sim)));
    Notifications {
        tenant: world.tenant.clone(),
        store: EventStore::new(tables.log.memory(), clock.clone(), ids.clone(), timer),
        views: tables.views.memory(),
        ops: Arc::new(event_store::ops::MemoryOps::default()),
        goods: Arc::new(Nobody),
        deals: Arc::new(Nobody),
        queues: Arc::new(Nobody),
        clock,
        ids,
    }
}
