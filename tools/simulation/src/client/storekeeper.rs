//! The storekeeper: products into the catalogue, lots onto the shelves, corrections.

use std::sync::Arc;

use directory::Reference;
use event_store::ExecuteError;
use inventory::commands::{Delivery, Missing, adjust_lot, change_product, create_product, receive_lot};
use inventory_domain::product::{Attributes, AttributesChange};
use inventory_domain::stock::Receipt;
use inventory_domain::{LotId, ProductId};
use kernel::Kg;

use super::Errand as Noted;
use super::edge::{call, insist, request};
use super::workload::{Errand, ErrandKind, Shelf};
use crate::sync::locked;
use crate::world::World;

const STOREKEEPER: &str = "user_logistics";

/// Creates every product and receives its first lots, one after the other.
pub(super) async fn fill_the_shelves(world: &Arc<World>, shelves: &[Shelf]) {
    for shelf in shelves {
        let product = ProductId::of(&world.tenant, &shelf.code);
        insist(&world.sim, |_| create(world, shelf)).await;
        for receipt in &shelf.receipts {
            let mark = receipt.supplier.clone();
            let accepted = insist(&world.sim, |_| receive(world, product, receipt)).await.is_some();
            note(world, mark, accepted);
        }
    }
}

/// Runs one errand.
pub(super) async fn run(world: &Arc<World>, errand: Errand) {
    world.sim.sleep(errand.start_ms).await;
    let product = ProductId::new(errand.product.uuid());
    let mark = errand.mark.as_str();
    let accepted = match &errand.kind {
        ErrandKind::Receive(receipt) => insist(&world.sim, |_| receive(world, product, receipt)).await,
        ErrandKind::Adjust(lot, delta) => {
            insist(&world.sim, |_| adjust(world, LotId::new(product, *lot), *delta, mark)).await
        }
        ErrandKind::Describe => insist(&world.sim, |_| describe(world, product, mark)).await,
    };
    note(world, errand.mark.clone(), accepted == Some(true));
}

fn note(world: &World, mark: String, accepted: bool) {
    locked(&world.diary.errands).push(Noted { mark, accepted });
}

async fn create(world: &Arc<World>, shelf: &Shelf) -> Option<()> {
    let request = request(world, STOREKEEPER, Some(&format!("create {}", shelf.code)))?;
    let code = shelf.code.clone();
    let answer = call(&world.sim, &world.inventory.fleet, move |function| {
        Box::pin(async move {
            let created = create_product(&function.context, &request, code, Attributes::default()).await;
            created.ok().map(drop)
        })
    });
    answer.await.flatten()
}

/// `true` once received.
async fn receive(world: &Arc<World>, product: ProductId, receipt: &Receipt) -> Option<bool> {
    let request = request(world, STOREKEEPER, Some(&format!("receive {}", receipt.supplier)))?;
    let delivery = Delivery {
        product,
        supplier: Reference::Name(receipt.supplier.parse().ok()?),
        warehouse: receipt.warehouse.clone(),
        quantity: receipt.quantity,
        rate: receipt.rate,
        received_on: receipt.received_on,
    };
    let answer = call(&world.sim, &world.inventory.fleet, move |function| {
        Box::pin(async move {
            let received = receive_lot(&function.context, &request, delivery, Missing::Create).await;
            received.ok().map(|_| true)
        })
    });
    answer.await.flatten()
}

/// `true` once corrected, `false` when it is refused.
async fn adjust(world: &Arc<World>, lot: LotId, delta: Kg, mark: &str) -> Option<bool> {
    let request = request(world, STOREKEEPER, Some(mark))?;
    let reason = mark.to_owned();
    let answer = call(&world.sim, &world.inventory.fleet, move |function| {
        Box::pin(async move {
            match adjust_lot(&function.context, &request, lot, delta, reason).await {
                Ok(_) => Some(true),
                Err(ExecuteError::Refused(_)) => Some(false),
                Err(_) => None,
            }
        })
    });
    answer.await.flatten()
}

/// `true` once described.
async fn describe(world: &Arc<World>, product: ProductId, mark: &str) -> Option<bool> {
    let request = request(world, STOREKEEPER, Some(mark))?;
    let change = AttributesChange { grade: Some(mark.to_owned()), ..Default::default() };
    let answer = call(&world.sim, &world.inventory.fleet, move |function| {
        Box::pin(async move {
            change_product(&function.context, &request, product, change).await.ok().map(|_| true)
        })
    });
    answer.await.flatten()
}
