use std::collections::BTreeMap;

use deal::deal_view::DealView;
use deal::projections::{Figures, deals_by_status, deals_partition, figures_of_month, month_of};
use deal_domain::{Deal, DealId};
use event_store::{Commit, Row, Stream, StreamId};
use inventory::lot_view::LotView;
use inventory::product_view::{ProductEntry, ProductView};
use inventory::projections::{
    StockFigures, last_sales_partition, lots_partition, product_names, products_partition, stock_partition,
};
use inventory_domain::product::Product;
use inventory_domain::stock::Stock;
use inventory_domain::{LotId, ProductCode, ProductId};
use kernel::{Aggregate, Timestamp};

use crate::world::World;

/// Rows by partition and position, without what is compared already.
type Rows = BTreeMap<(String, String), Row>;

/// Every row shows its stream as it is now, there is a row for everything, and there is nothing else.
pub(super) fn rows_are_the_fold(world: &World) -> Result<(), String> {
    let now = world.sim.now();
    let mut rows = rows_of(world.deal.tables.views.memory().rows());
    let mut inventory = rows_of(world.inventory.tables.views.memory().rows());
    let mut sales = BTreeMap::new();
    for (stream, commits) in world.deal.tables.log.memory().streams() {
        deal_row(world, stream, &commits, now, &mut rows, &mut sales)?;
    }
    for (product, last) in sales {
        let row = take(&mut inventory, last_sales_partition(&world.tenant), product.clone())?;
        if row.body != last {
            return Err(format!("{product} was last sold on {last}, not on {}", row.body));
        }
    }
    let streams = world.inventory.tables.log.memory().streams();
    let mut codes = BTreeMap::new();
    for (stream, commits) in streams.iter().filter(|(stream, _)| stream.kind() == Product::KIND) {
        let (product, code) = product_rows(world, stream, commits, now, &mut inventory, &mut rows)?;
        codes.insert(product, code);
    }
    for (stream, commits) in streams.iter().filter(|(stream, _)| stream.kind() == Stock::KIND) {
        lot_rows(world, stream, commits, now, &codes, &mut inventory)?;
    }
    match rows.into_keys().chain(inventory.into_keys()).next() {
        None => Ok(()),
        Some((partition, position)) => Err(format!("{partition} {position} shows nothing that there is")),
    }
}

fn rows_of(rows: Vec<Row>) -> Rows {
    rows.into_iter().map(|row| ((row.pk.clone(), row.sk.clone()), row)).collect()
}

fn folded<A: Aggregate>(stream: &StreamId, commits: &[Commit], now: Timestamp) -> Result<Stream<A>, String> {
    Stream::fold(stream.clone(), commits, now).map_err(|e| e.to_string())
}

fn take(rows: &mut Rows, partition: String, position: String) -> Result<Row, String> {
    let missing = format!("{partition} {position} is missing");
    rows.remove(&(partition, position)).ok_or(missing)
}

fn same_body(row: &Row, view: &impl serde::Serialize, sequence: u64) -> Result<(), String> {
    let expected = serde_json::to_string(view).map_err(|e| e.to_string())?;
    if row.body == expected && row.sequence == sequence {
        return Ok(());
    }
    Err(format!("{} {} at {} shows {}, not {expected} at {sequence}", row.pk, row.sk, row.sequence, row.body))
}

fn deal_row(
    world: &World,
    stream: StreamId,
    commits: &[Commit],
    now: Timestamp,
    rows: &mut Rows,
    sales: &mut BTreeMap<String, String>,
) -> Result<(), String> {
    let id: DealId = stream.key().parse().map_err(|e| format!("{e}"))?;
    let folded = folded::<Deal>(&stream, commits, now)?;
    let Some(deal) = folded.state().registered() else { return Err(format!("{id} is not registered")) };
    let mut events = commits.iter().flat_map(|commit| &commit.events);
    if events.any(|event| event.data.get("type").is_some_and(|kind| kind == "deal_confirmed")) {
        let last = sales.entry(deal.terms.product_id.to_string()).or_default();
        *last = deal.terms.date.to_string().max(std::mem::take(last));
    }
    let position = format!("{}#{}#{id}", deal.terms.date, deal.requested_at);
    let row = take(rows, deals_partition(&world.tenant), position)?;
    same_body(&row, &DealView::of(id, deal, folded.version()), folded.version())?;
    let month = figures_of_month(&world.tenant, &month_of(deal.terms.date));
    let figures = take(rows, month, format!("{}#{id}", deal.terms.date))?;
    same_body(&figures, &Figures::of(deal), folded.version())?;
    let listed = deals_by_status(&world.tenant, deal.status.name());
    let [_, _, by_status] = &row.indexes;
    if by_status.as_ref().is_some_and(|(partition, _)| *partition == listed) {
        Ok(())
    } else {
        Err(format!("{id} is listed under {by_status:?}, not {listed}"))
    }
}

/// The row of a product, of its stock, those by which it is found, and the two by which the deal context knows it.
fn product_rows(
    world: &World,
    stream: &StreamId,
    commits: &[Commit],
    now: Timestamp,
    inventory: &mut Rows,
    deals: &mut Rows,
) -> Result<(ProductId, ProductCode), String> {
    let id: ProductId = stream.key().parse().map_err(|e| format!("{e}"))?;
    let folded = folded::<Product>(stream, commits, now)?;
    let Some((code, attributes)) = folded.state().details() else { return Err(format!("{id} is nothing")) };
    let row = take(inventory, products_partition(&world.tenant), format!("{code}#{id}"))?;
    let view = ProductView::of(id, code, attributes, folded.version()).with_origin(folded.state());
    same_body(&row, &view, folded.version())?;
    name_rows(world, ProductEntry::of(view), folded.version(), inventory)?;
    stock_row(world, id, &folded, now, inventory)?;
    for name in [format!("id#{id}"), format!("code#{code}")] {
        let row = take(deals, format!("T#{}#catalogue", world.tenant), name)?;
        let known: serde_json::Value = serde_json::from_str(&row.body).map_err(|e| e.to_string())?;
        let expected = serde_json::json!({ "code": code, "id": id });
        if known != expected || row.sequence != folded.version() {
            return Err(format!("{row:?} is not {expected} at {}", folded.version()));
        }
    }
    Ok((id, code.clone()))
}

/// A product is found by what it is called, and whatever else leads to it says what that is.
fn name_rows(world: &World, entry: ProductEntry, version: u64, rows: &mut Rows) -> Result<(), String> {
    let key = entry.id.to_string();
    for row in product_names(&world.tenant).rows([entry.full_name().as_str()], &key, version, "") {
        same_body(&take(rows, row.pk, row.sk)?, &entry, version)?;
    }
    let (place, end) = (format!("T#{}#product-names#", world.tenant), format!("#{key}"));
    let leads = |(pk, sk): &(String, String)| pk.starts_with(&place) && sk.ends_with(&end);
    let former: Vec<(String, String)> = rows.keys().filter(|key| leads(key)).cloned().collect();
    for (pk, sk) in former {
        same_body(&take(rows, pk, sk)?, &entry, version)?;
    }
    Ok(())
}

/// The figures of a product's stock are those of its lots, as of the versions of both streams.
fn stock_row(
    world: &World,
    id: ProductId,
    product: &Stream<Product>,
    now: Timestamp,
    rows: &mut Rows,
) -> Result<(), String> {
    let streams = world.inventory.tables.log.memory().streams();
    let of_product = |stream: &&StreamId| stream.kind() == Stock::KIND && stream.key() == id.to_string();
    let (stock, version) = match streams.iter().find(|(stream, _)| of_product(stream)) {
        Some((stream, commits)) => {
            let folded = folded::<Stock>(stream, commits, now)?;
            (folded.state().clone(), folded.version())
        }
        None => (Stock::default(), 0),
    };
    let figures = StockFigures::of(id, product.state(), &stock);
    let figures = figures.ok_or_else(|| format!("{id} has no figures"))?;
    let row = take(rows, stock_partition(&world.tenant), format!("{}#{id}", figures.product_code))?;
    same_body(&row, &figures, product.version() + version)
}

/// The row of a lot shows it as it is, with the version its stock had when something last touched it, or a later one.
fn lot_rows(
    world: &World,
    stream: &StreamId,
    commits: &[Commit],
    now: Timestamp,
    codes: &BTreeMap<ProductId, ProductCode>,
    rows: &mut Rows,
) -> Result<(), String> {
    let product: ProductId = stream.key().parse().map_err(|e| format!("{e}"))?;
    let present = folded::<Stock>(stream, commits, now)?;
    for (number, lot) in present.state().lots() {
        let id = LotId::new(product, *number);
        let position = format!("{}#{product}#{number:010}", lot.received_on);
        let row = take(rows, lots_partition(&world.tenant), position)?;
        if !commits.iter().any(|commit| commit.last == row.sequence) {
            return Err(format!("{id} is shown as of {}, which is no version of its stock", row.sequence));
        }
        let view = LotView::of(id, codes.get(&product).cloned(), lot, row.sequence);
        same_body(&row, &view, row.sequence)?;
    }
    Ok(())
}
