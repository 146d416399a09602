//! What upkeep must know of this context: its views, and how its streams are folded.

use std::sync::Arc;

use assembly::{Examined, Upkept};
use event_store::{BoxError, Commit, CommitLog, Stream, StreamId, View, Views};
use inventory_domain::product::Product;
use inventory_domain::stock::Stock;
use kernel::Aggregate as _;
use messaging::OwnCommits;

use crate::Inventory;
use crate::projections::{ForeignStream, Projections};

/// The views of this context: name, families of rows, and what they are made from. A view that is not here is rebuilt and
/// checked by nobody.
pub const VIEWS: &[View] = &[
    View::of_log("products", &["products"], "product", "product_"),
    View::of_log("product-names", &["product-names"], "product", "product_"),
    View::of_log("lots", &["lots"], "stock", "product_"),
    // Rows show a product with its stock; every product has one, with or without lots.
    View::of_log("stock", &["stock"], "product", "product_"),
    View::of_facts("last-sales", &["last-sales"], "deal"),
    View::of_facts("parties", &["parties"], "customer"),
];

/// Products and stocks, for upkeep.
#[derive(Debug, Clone)]
pub struct InventoryUpkeep(Inventory);

impl InventoryUpkeep {
    /// Upkeep of `inventory`.
    #[must_use]
    pub const fn new(inventory: Inventory) -> Self {
        Self(inventory)
    }
}

impl Upkept for InventoryUpkeep {
    fn projections(&self, log: Arc<dyn CommitLog>, views: Arc<dyn Views>) -> Arc<dyn OwnCommits> {
        Arc::new(Projections::new(Inventory { store: self.0.store.over(log), views, ..self.0.clone() }))
    }

    fn examine(&self, stream: &StreamId, commits: &[Commit]) -> Result<Examined, BoxError> {
        let wrong_snapshots = match stream.kind() {
            Product::KIND => Stream::<Product>::examine(stream.clone(), commits)?.1,
            Stock::KIND => Stream::<Stock>::examine(stream.clone(), commits)?.1,
            other => return Err(ForeignStream(other.to_owned()).into()),
        };
        Ok(Examined { wrong_snapshots, guards: Vec::new() })
    }
}
