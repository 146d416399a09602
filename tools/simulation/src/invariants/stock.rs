use std::collections::BTreeMap;

use event_store::Stream;
use inventory_domain::stock::{Lot, ReservationStatus, Stock};
use inventory_domain::{LotId, ProductId};
use kernel::Aggregate;

use super::Ending;
use crate::sync::locked;
use crate::world::World;

/// The product's fold has the same lots with the same buckets, balanced, and holds nothing for anybody.
pub(super) fn books_agree_with_the_fold(world: &World) -> Result<(), String> {
    let ledger = locked(&world.ledger);
    let mut lots = 0;
    for (stream, commits) in world.inventory.tables.log.memory().streams() {
        if stream.kind() != Stock::KIND {
            continue;
        }
        let product: ProductId = stream.key().parse().map_err(|e| format!("{e}"))?;
        let folded = Stream::<Stock>::fold(stream, &commits, world.sim.now()).map_err(|e| e.to_string())?;
        for (number, lot) in folded.state().lots() {
            let id = LotId::new(product, *number);
            if !lot.balances() || !lot.reserved.is_zero() {
                return Err(format!("{id} at rest: {lot:?}"));
            }
            if ledger.lots().get(&id).map(grams) != Some(grams_of(lot)) {
                return Err(format!("{id}: the fold has {lot:?}, the books {:?}", ledger.lots().get(&id)));
            }
            lots += 1;
        }
        let held = folded.state().reservations().iter().find(|(_, r)| r.status == ReservationStatus::Held);
        if let Some((deal, reservation)) = held {
            return Err(format!("{reservation:?} is held for {deal}"));
        }
    }
    if lots == ledger.lots().len() { Ok(()) } else { Err(format!("{lots} lots of {}", ledger.lots().len())) }
}

const fn grams(buckets: &super::ledger::Buckets) -> [i64; 5] {
    [buckets.received_g, buckets.adjusted_g, buckets.available_g, buckets.reserved_g, buckets.sold_g]
}

const fn grams_of(lot: &Lot) -> [i64; 5] {
    [
        lot.received.grams(),
        lot.adjusted.grams(),
        lot.available.grams(),
        lot.reserved.grams(),
        lot.sold.grams(),
    ]
}

/// For each lot: what stock has sold is what confirmed deals have taken.
pub(super) fn sold_is_what_is_confirmed(world: &World) -> Result<(), String> {
    let mut confirmed: BTreeMap<(uuid::Uuid, u32), i64> = BTreeMap::new();
    for life in locked(&world.lifecycles).lives().values() {
        if let Some(Ending::Confirmed(sources)) = life.ending() {
            for source in sources {
                let lot = (source.lot_id.root().uuid(), source.lot_id.number());
                *confirmed.entry(lot).or_default() += source.quantity_kg.grams();
            }
        }
    }
    for (lot, buckets) in locked(&world.ledger).lots() {
        let taken = confirmed.remove(&(lot.root().uuid(), lot.number())).unwrap_or_default();
        if taken != buckets.sold_g {
            return Err(format!("{lot}: {} g are sold, {taken} g confirmed", buckets.sold_g));
        }
    }
    if confirmed.is_empty() {
        Ok(())
    } else {
        Err(format!("sold from lots that do not exist: {confirmed:?}"))
    }
}
