//! What this context does with its own commits: keep the lists up to date and tell the others.

mod lot_rows;
mod product_rows;
mod sale_rows;
mod stock_rows;

use async_trait::async_trait;
use event_store::{BoxError, Commit, Filter, Stream};
use futures_util::try_join;
use inventory_domain::ProductId;
use inventory_domain::product::{Product, ProductEvent};
use inventory_domain::published::InventoryFact;
use inventory_domain::stock::{Stock, StockEvent};
use kernel::Aggregate;
use messaging::{OwnCommits, Publication};

use crate::{Inventory, product_stream, stock_stream};

pub use lot_rows::{LOT_INDEXES, lots_by_product, lots_by_supplier, lots_by_warehouse, lots_partition};
pub use product_rows::{product_names, products_partition};
pub use sale_rows::{BY_LAST_SALE, by_last_sale, last_sales_partition, note_sale};
pub use stock_rows::{BY_URGENCY, DayFigures, StockFigures, low_stock_partition, stock_partition};

/// Version of the published facts' shapes.
const FACT_VERSION: u16 = 1;

/// The attribute of a product or lot whose import was taken back.
const WITHDRAWN: (&str, &str) = ("withdrawn", "yes");

/// Passes over products and lots whose import was taken back: their rows keep their places, because rows are never deleted.
#[must_use]
pub fn standing() -> Filter {
    Filter::Differs(WITHDRAWN.0, WITHDRAWN.1.to_owned())
}

/// What [`standing`] looks at.
fn withdrawn() -> (&'static str, String) {
    (WITHDRAWN.0, WITHDRAWN.1.to_owned())
}

/// Projects and publishes the commits of this context.
#[derive(Debug, Clone)]
pub struct Projections {
    inventory: Inventory,
}

impl Projections {
    /// Projects into the views of `inventory`.
    #[must_use]
    pub const fn new(inventory: Inventory) -> Self {
        Self { inventory }
    }
}

/// A commit of a kind of stream that this context does not write.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not a kind of stream of this context")]
pub(crate) struct ForeignStream(pub(crate) String);

#[async_trait]
impl OwnCommits for Projections {
    async fn project(&self, commit: &Commit) -> Result<(), BoxError> {
        let product: ProductId = commit.stream.key().parse()?;
        let inventory = self.inventory.of(commit.stream.tenant());
        match commit.stream.kind() {
            Product::KIND => project_product(&inventory, product).await,
            Stock::KIND => project_stock(&inventory, product, commit).await,
            other => Err(ForeignStream(other.to_owned()).into()),
        }
    }

    async fn publications(&self, commit: &Commit) -> Result<Vec<Publication>, BoxError> {
        let product: ProductId = commit.stream.key().parse()?;
        let mut publications = Vec::new();
        for (sequence, stored) in (commit.first..).zip(&commit.events) {
            let fact = match commit.stream.kind() {
                Product::KIND => {
                    let event: ProductEvent = stored.decode()?;
                    InventoryFact::of_product(product, &event)
                }
                Stock::KIND => {
                    let event: StockEvent = stored.decode()?;
                    InventoryFact::of_stock(product, &event)
                }
                other => return Err(ForeignStream(other.to_owned()).into()),
            };
            if let Some(fact) = fact {
                publications.push(Publication::new(sequence, fact.fact_type(), FACT_VERSION, &fact)?);
            }
        }
        Ok(publications)
    }
}

/// Brings the lists up to date with a product, which may be later than the commit that was made of it.
async fn project_product(inventory: &Inventory, id: ProductId) -> Result<(), BoxError> {
    let (catalogue, stock) = (product_stream(&inventory.tenant, id), stock_stream(&inventory.tenant, id));
    // All of its commits: rows that say what it was called before have to be written again.
    let history = inventory.store.history(&catalogue);
    let (history, stock) = try_join!(history, inventory.store.load::<Stock>(&stock))?;
    let product: Stream<Product> = Stream::fold(catalogue, &history, inventory.clock.now())?;
    try_join!(
        product_rows::project(inventory, id, &history, &product),
        stock_rows::project(inventory, id, &product, &stock),
    )?;
    Ok(())
}

/// Brings the lists up to date with a stock, which may be later than the commit that was made of it.
async fn project_stock(inventory: &Inventory, id: ProductId, commit: &Commit) -> Result<(), BoxError> {
    let (catalogue, stock) = (product_stream(&inventory.tenant, id), stock_stream(&inventory.tenant, id));
    let store = &inventory.store;
    let (product, stock) = try_join!(store.load::<Product>(&catalogue), store.load::<Stock>(&stock))?;
    let code = product.state().last_details().map(|(code, _)| code);
    try_join!(
        lot_rows::project(inventory, id, commit, &stock, code),
        stock_rows::project(inventory, id, &product, &stock),
    )?;
    Ok(())
}
