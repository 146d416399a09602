use event_store::log::verify;

use crate::platform::table::Tables;
use crate::sim::Sim;
use crate::world::World;

/// Versions follow each other from 1, and every commit names the hash of the one before.
pub(super) fn are_chained(world: &World) -> Result<(), String> {
    [&world.deal.tables, &world.inventory.tables]
        .into_iter()
        .try_for_each(|tables| chained(&world.sim, tables))
}

/// The same of one context. What it comes to is stirred into the digest.
pub(crate) fn chained(sim: &Sim, tables: &Tables) -> Result<(), String> {
    for (stream, commits) in tables.log.memory().streams() {
        verify(&commits).map_err(|broken| format!("{stream}: {broken}"))?;
        let first = commits.first().map(|commit| commit.first);
        if first != Some(1) {
            return Err(format!("{stream} begins at {first:?}"));
        }
        if let Some(head) = commits.last() {
            sim.stir(head.hash.to_string().as_bytes());
        }
    }
    Ok(())
}
