//! The list of lots: in order of receipt, and so by product, warehouse and supplier.

use std::collections::{BTreeMap, BTreeSet};

use event_store::{BoxError, Commit, Index, Row, Stream};
use inventory_domain::stock::{Lot, Stock, StockEvent};
use inventory_domain::{LotId, ProductCode, ProductId};
use kernel::Tenant;
use kernel::sortable::rate;
use kernel::text::{comparable, words};

use super::withdrawn;
use crate::Inventory;
use crate::lot_view::LotView;

/// Which extra index lists lots by product, by warehouse and by supplier.
pub const LOT_INDEXES: [Index; 3] = [Index::Extra(0), Index::Extra(1), Index::Extra(2)];

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

/// The index partition that lists the lots in a warehouse, however its name was spelled.
#[must_use]
pub fn lots_by_warehouse(tenant: &Tenant, warehouse: &str) -> String {
    format!("T#{tenant}#lots#w#{}", comparable(warehouse))
}

/// The index partition that lists the lots of a supplier, however the name was spelled.
#[must_use]
pub fn lots_by_supplier(tenant: &Tenant, supplier: &str) -> String {
    format!("T#{tenant}#lots#s#{}", comparable(supplier))
}

/// Writes the rows of the lots a commit touched, as `stock` has them now, which may be later than that commit.
pub(super) async fn project(
    inventory: &Inventory,
    product: ProductId,
    commit: &Commit,
    stock: &Stream<Stock>,
    code: Option<&ProductCode>,
) -> Result<(), BoxError> {
    let mut touched = BTreeSet::new();
    for stored in &commit.events {
        touched.extend(lots_of(&stored.decode()?));
    }
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
    // A lot whose import was taken back leaves every index; its row keeps its place, and queries pass it over.
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
        attributes: attributes(id, code, lot),
        body: serde_json::to_string(&LotView::of(id, code.cloned(), lot, version))?,
    })
}

/// What the conditions of lists look at.
fn attributes(id: LotId, code: Option<&ProductCode>, lot: &Lot) -> BTreeMap<String, String> {
    let mut attributes = BTreeMap::from([
        ("product", id.root().to_string()),
        ("supplier", comparable(&lot.supplier)),
        ("available", if lot.available.is_positive() { "yes" } else { "no" }.to_owned()),
        ("rate", rate(lot.rate)),
        ("text", text(code, lot)),
    ]);
    attributes.extend(lot.warehouse.as_deref().map(|warehouse| ("warehouse", comparable(warehouse))));
    attributes.extend(lot.is_withdrawn().then(withdrawn));
    attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// All words of a lot that people search for. The product's grade and company may change and are not among them.
fn text(code: Option<&ProductCode>, lot: &Lot) -> String {
    let code = code.map(ToString::to_string);
    let parts = [code.as_deref(), Some(lot.supplier.as_str()), lot.warehouse.as_deref()];
    let mut words: Vec<String> = parts.into_iter().flatten().flat_map(words).collect();
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}
