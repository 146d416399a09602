//! The contexts on their tables as they are, without a network between: for looking at a world at rest.

use std::sync::Arc;

use async_trait::async_trait;
use deal::Deals;
use deal::ports::{KnownProduct, ProductName, StockAnswer, StockDesk, StockDeskError};
use deal_domain::Terms;
use directory::{Answer, Directory, Identity, Known, Owner, OwnerError, Reference};
use event_store::{CommitLog, EventStore, Views};
use inventory::Inventory;
use kernel::{Name, Provenance};

use crate::clock::{DrawnIds, SkewedClock, VirtualTimer};
use crate::platform::table::Tables;
use crate::world::World;

/// The deal context.
#[must_use]
pub fn deals(world: &World) -> Deals {
    Deals {
        tenant: world.tenant.clone(),
        store: store(world, &world.deal.tables),
        views: world.deal.tables.views.memory() as Arc<dyn Views>,
        stock_desk: Arc::new(NoDesk),
        parties: Directory::new(deal::PARTIES, world.deal.tables.views.memory(), Arc::new(Nobody)),
        clock: Arc::new(SkewedClock::exact(Arc::clone(&world.sim))),
        ids: Arc::new(DrawnIds::drawn(&world.sim)),
        timer: Arc::new(VirtualTimer(Arc::clone(&world.sim))),
    }
}

/// The inventory context.
#[must_use]
pub fn inventory(world: &World) -> Inventory {
    Inventory {
        tenant: world.tenant.clone(),
        store: store(world, &world.inventory.tables),
        views: world.inventory.tables.views.memory() as Arc<dyn Views>,
        parties: Directory::new(inventory::PARTIES, world.inventory.tables.views.memory(), Arc::new(Nobody)),
        clock: Arc::new(SkewedClock::exact(Arc::clone(&world.sim))),
        ids: Arc::new(DrawnIds::drawn(&world.sim)),
    }
}

fn store(world: &World, tables: &Tables) -> EventStore {
    EventStore::new(
        tables.log.memory() as Arc<dyn CommitLog>,
        Arc::new(SkewedClock::exact(Arc::clone(&world.sim))),
        Arc::new(DrawnIds::drawn(&world.sim)),
        Arc::new(VirtualTimer(Arc::clone(&world.sim))),
    )
}

/// Who only looks asks nobody.
struct NoDesk;

#[async_trait]
impl StockDesk for NoDesk {
    async fn product(&self, _: &ProductName) -> Result<Option<KnownProduct>, StockDeskError> {
        Err(StockDeskError("the world is at rest".into()))
    }

    async fn quote(&self, _: &Terms) -> Result<StockAnswer, StockDeskError> {
        Err(StockDeskError("the world is at rest".into()))
    }
}

/// Who only looks enters nobody.
struct Nobody;

#[async_trait]
impl<I: Identity> Owner<I> for Nobody {
    async fn whom(&self, _: &Provenance, _: &Reference<I>) -> Result<Answer<I>, OwnerError> {
        Err(OwnerError("the world is at rest".into()))
    }

    async fn whom_or_new(&self, _: &Provenance, _: &Name, _: &'static str) -> Result<Known<I>, OwnerError> {
        Err(OwnerError("the world is at rest".into()))
    }
}
