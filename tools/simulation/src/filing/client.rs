//! The deal context, as far as this one hears of it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::World;
use super::workload::{Deal, Workload};
use crate::sync::locked;

/// Publishes what happens to the deals.
pub fn start(world: &Arc<World>, workload: Workload) {
    world.busy.store(workload.deals.len(), Ordering::Relaxed);
    locked(&world.deals).clone_from(&workload.deals);
    for deal in workload.deals {
        let trading = Arc::clone(world);
        world.sim.spawn(async move {
            trade(&trading, deal).await;
            trading.busy.fetch_sub(1, Ordering::Relaxed);
        });
    }
}

async fn trade(world: &World, deal: Deal) {
    world.sim.sleep(deal.start_ms).await;
    for (position, (after_ms, ..)) in deal.steps.iter().enumerate() {
        world.sim.sleep(*after_ms).await;
        let Some(fact) = deal.fact(position, world.sim.now()) else { return };
        locked(&world.facts).push(fact.clone());
        // As the outbox of the deal context does it.
        while world.bus.put(std::slice::from_ref(&fact)).iter().any(Result::is_err) {
            world.sim.sleep(500).await;
        }
    }
}
