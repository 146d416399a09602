use event_store::log::verify;

use crate::world::World;

/// Versions follow each other from 1, and every commit names the hash of the one before.
pub(super) fn are_chained(world: &World) -> Result<(), String> {
    for tables in [&world.deal.tables, &world.inventory.tables] {
        for (stream, commits) in tables.log.memory().streams() {
            verify(&commits).map_err(|broken| format!("{stream}: {broken}"))?;
            let first = commits.first().map(|commit| commit.first);
            if first != Some(1) {
                return Err(format!("{stream} begins at {first:?}"));
            }
            if let Some(head) = commits.last() {
                world.sim.stir(head.hash.to_string().as_bytes());
            }
        }
    }
    Ok(())
}
