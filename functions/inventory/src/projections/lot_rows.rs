//! The list of lots: in order of receipt, and so by product, warehouse and supplier.

use std::collections::{BTreeMap, BTreeSet};

use event_store::{BoxError, Commit, Filter, Index, Row};
use inventory_domain::product::Product;
use inventory_domain::stock::{Lot, Stock, StockEvent};
use inventory_domain::{LotId, ProductCode, ProductId};
use kernel::Tenant;

use crate::lot_view::LotView;
use crate::{Inventory, product_stream, stock_stream};

/// Which extra index lists lots by product, by warehouse and by supplier.
pub const LOT_INDEXES: [Index; 3] = [Index::Extra(0), Index::Extra(1), Index::Extra(2)];

/// Passes over lots whose import was taken back.
#[must_use]
pub fn standing_lots() -> Filter {
    Filter::Differs("withdrawn", "yes".to_owned())
}

/// The partition that lists a tenant's lots.
#[must_use]
pub fn lots_partition(tenant: &Tenant) -> String {
    format!("T#{tenant}#lots")
}

/// The index partition that lists the lots of a product.
#[must_use]
pub fn lots_by_product(tenant: &Tenant, product: ProductId) -> String {
    format!("T#{tenant}#lots#p#{product}")
}

/// The index partition that lists the lots in a warehouse.
#[must_use]
pub fn lots_by_warehouse(tenant: &Tenant, warehouse: &str) -> String {
    format!("T#{tenant}#lots#w#{warehouse}")
}

/// The index partition that lists the lots of a supplier.
#[must_use]
pub fn lots_by_supplier(tenant: &Tenant, supplier: &str) -> String {
    format!("T#{tenant}#lots#s#{supplier}")
}

/// Writes the rows of the lots a commit touched, as the log has them now, which may be later than that commit.
pub(super) async fn project(
    inventory: &Inventory,
    product: ProductId,
    commit: &Commit,
) -> Result<(), BoxError> {
    let mut touched = BTreeSet::new();
    for stored in &commit.events {
        touched.extend(lots_of(&serde_json::from_value(stored.data.clone())?));
    }
    if touched.is_empty() {
        return Ok(());
    }
    let stock = inventory.store.load::<Stock>(&stock_stream(&inventory.tenant, product)).await?;
    let catalogue = inventory.store.load::<Product>(&product_stream(&inventory.tenant, product)).await?;
    let code = catalogue.state().details().map(|(code, _)| code);
    for number in touched {
        if let Some(lot) = stock.state().lots().get(&number) {
            let row = row(&inventory.tenant, LotId::new(product, number), code, lot, stock.version())?;
            inventory.views.put(row).await?;
        }
    }
    Ok(())
}

fn lots_of(event: &StockEvent) -> Vec<u32> {
    match event {
        StockEvent::LotReceived { lot, .. }
        | StockEvent::LotImported { lot, .. }
        | StockEvent::LotReimported { lot, .. }
        | StockEvent::LotImportWithdrawn { lot, .. }
        | StockEvent::LotAdjusted { lot, .. } => vec![*lot],
        StockEvent::StockReserved { sources, .. } => sources.iter().map(|source| source.lot).collect(),
        StockEvent::StockSold { draws, .. } | StockEvent::StockReleased { draws, .. } => {
            draws.iter().map(|draw| draw.lot).collect()
        }
        StockEvent::StockRejected { .. } | StockEvent::ReservationForestalled { .. } => vec![],
    }
}

fn row(
    tenant: &Tenant,
    id: LotId,
    code: Option<&ProductCode>,
    lot: &Lot,
    version: u64,
) -> Result<Row, serde_json::Error> {
    // The number is padded so that lots of one day keep the order in which they were received.
    let place = format!("{}#{}#{:010}", lot.received_on, id.root(), id.number());
    let mut attributes = BTreeMap::from([
        ("product", id.root().to_string()),
        ("supplier", lot.supplier.clone()),
        ("available", if lot.available.is_positive() { "yes" } else { "no" }.to_owned()),
    ]);
    attributes.extend(lot.warehouse.clone().map(|warehouse| ("warehouse", warehouse)));
    // A lot whose import was taken back leaves every index; its row keeps its place, and queries pass it over.
    if lot.is_withdrawn() {
        attributes.insert("withdrawn", "yes".to_owned());
    }
    let listed = !lot.is_withdrawn();
    Ok(Row {
        pk: lots_partition(tenant),
        sk: place.clone(),
        sequence: version,
        indexes: [
            Some(lots_by_product(tenant, id.root())),
            lot.warehouse.as_deref().map(|warehouse| lots_by_warehouse(tenant, warehouse)),
            Some(lots_by_supplier(tenant, &lot.supplier)),
        ]
        .map(|partition| partition.filter(|_| listed).map(|partition| (partition, place.clone()))),
        attributes: attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        body: serde_json::to_string(&LotView::of(id, code.cloned(), lot, version))?,
    })
}
