//! What the old books ask of the new contexts: the items of their import commands, in order.

use std::collections::BTreeMap;

use legacy::books::DealSource;
use legacy::value::SaleSource;
use legacy::{Books, Deal, Described, Lot, Party, PartyTable};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Everything to import.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    pub(crate) parties: Vec<PartyItem>,
    pub(crate) products: Vec<ProductItem>,
    pub(crate) lots: Vec<LotsItem>,
    pub(crate) deals: Vec<DealItem>,
}

/// One party, whatever lists it stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PartyItem {
    pub(crate) legacy_ids: Vec<String>,
    pub(crate) name: String,
    pub(crate) roles: Vec<&'static str>,
    pub(crate) active: bool,
    pub(crate) contact_person: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) address: Option<String>,
}

/// One product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProductItem {
    pub(crate) legacy_id: String,
    pub(crate) product_code: String,
    pub(crate) grade: String,
    pub(crate) company: String,
    pub(crate) specific_grade: String,
    pub(crate) active: bool,
}

/// The lots of one product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LotsItem {
    pub(crate) product_code: String,
    pub(crate) lots: Vec<LotItem>,
}

/// One lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LotItem {
    pub(crate) legacy_id: String,
    pub(crate) supplier: String,
    /// The party it is, once parties are imported: see [`LotsItem::with_parties`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) supplier_id: Option<String>,
    pub(crate) quantity_kg: kernel::Kg,
    pub(crate) rate_per_kg: kernel::RatePerKg,
    pub(crate) received_on: kernel::BusinessDate,
    pub(crate) originals: Map<String, Value>,
}

/// One deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DealItem {
    pub(crate) legacy_id: String,
    pub(crate) date: kernel::BusinessDate,
    pub(crate) customer: String,
    /// The party it is, once parties are imported: see [`DealItem::with_parties`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) customer_id: Option<String>,
    pub(crate) product_code: String,
    pub(crate) quantity_kg: kernel::Kg,
    pub(crate) rate_per_kg: kernel::RatePerKg,
    pub(crate) delivery_terms: legacy::value::Delivery,
    pub(crate) warehouse: Option<String>,
    pub(crate) sale_comments: Option<String>,
    pub(crate) purchase_comments: Option<String>,
    pub(crate) final_comments: Option<String>,
    pub(crate) created_at: kernel::Timestamp,
    pub(crate) sources: Vec<SourceItem>,
    pub(crate) originals: Map<String, Value>,
}

/// Where a deal's material came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SourceItem {
    pub(crate) kind: &'static str,
    /// The lot's identity in the old system until the new one is known: see [`DealItem::with_lots`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lot_id: Option<String>,
    pub(crate) supplier: String,
    /// The party it is, once parties are imported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) supplier_id: Option<String>,
    pub(crate) quantity_kg: kernel::Kg,
    pub(crate) rate_per_kg: kernel::RatePerKg,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bought_kg: Option<kernel::Kg>,
}

impl Plan {
    /// The plan for these books. Products come before what names them; deals of one product stand together, so that a batch
    /// looks few products up.
    pub(crate) fn of(books: &Books) -> Self {
        let mut sources: BTreeMap<&str, Vec<&DealSource>> = BTreeMap::new();
        for source in &books.sources {
            sources.entry(source.deal.as_str()).or_default().push(source);
        }
        let mut deals: Vec<DealItem> = books
            .deals
            .iter()
            .map(|deal| deal_item(deal, sources.remove(deal.id.as_str()).unwrap_or_default()))
            .collect();
        deals.sort_by(|a, b| (&a.product_code, &a.legacy_id).cmp(&(&b.product_code, &b.legacy_id)));
        Self { parties: parties(books), products: products(books), lots: lots(books), deals }
    }
}

impl DealItem {
    /// The deal with the new identities of its lots; the old identity of one that has none is the error.
    pub(crate) fn with_lots(&self, lots: &BTreeMap<String, String>) -> Result<Self, String> {
        let mut deal = self.clone();
        for lot in deal.sources.iter_mut().filter_map(|source| source.lot_id.as_mut()) {
            *lot = lots.get(lot.as_str()).ok_or_else(|| lot.clone())?.clone();
        }
        Ok(deal)
    }
}

impl LotsItem {
    /// The lots with the identities of their suppliers, by their names; names stay as they were written.
    pub(crate) fn with_parties(&self, parties: &BTreeMap<String, String>) -> Self {
        let mut item = self.clone();
        for lot in &mut item.lots {
            lot.supplier_id = parties.get(&lot.supplier).cloned();
        }
        item
    }
}

impl DealItem {
    /// The deal with the identities of its parties, by their names; names stay as they were written.
    pub(crate) fn with_parties(mut self, parties: &BTreeMap<String, String>) -> Self {
        self.customer_id = parties.get(&self.customer).cloned();
        for source in &mut self.sources {
            source.supplier_id = parties.get(&source.supplier).cloned();
        }
        self
    }
}

/// Parties of one name are one party. A name that no master list has is an inactive party.
fn parties(books: &Books) -> Vec<PartyItem> {
    let mut items: BTreeMap<&str, PartyItem> = BTreeMap::new();
    for party in &books.parties {
        let item = items.entry(&party.name).or_insert_with(|| new_party(&party.name, true));
        add(item, format!("{}:{}", party.table.name(), party.id), role(party.table));
        keep_contact(item, party);
    }
    let customers =
        books.deals.iter().map(|deal| (deal.customer.as_str(), PartyTable::Sale, "deals.saleParty"));
    let suppliers = books.deals.iter().map(|deal| (deal.supplier.as_str(), "deals.purchaseParty"));
    let suppliers = suppliers
        .chain(books.lots.iter().map(|lot| (lot.supplier.as_str(), "inventory.purchaseParty")))
        .chain(books.sources.iter().map(|source| (source.supplier.as_str(), "deal_sources.supplierName")))
        .map(|(name, column)| (name, PartyTable::Purchase, column));
    for (name, table, column) in customers.chain(suppliers) {
        let item = items.entry(name).or_insert_with(|| new_party(name, false));
        if !item.roles.contains(&role(table)) {
            add(item, format!("{column}:{name}"), role(table));
        }
    }
    items.into_values().collect()
}

fn new_party(name: &str, active: bool) -> PartyItem {
    PartyItem {
        legacy_ids: Vec::new(),
        name: name.to_owned(),
        roles: Vec::new(),
        active,
        contact_person: None,
        phone: None,
        email: None,
        address: None,
    }
}

fn add(item: &mut PartyItem, legacy_id: String, role: &'static str) {
    item.legacy_ids.push(legacy_id);
    if !item.roles.contains(&role) {
        item.roles.push(role);
    }
}

fn keep_contact(item: &mut PartyItem, party: &Party) {
    for (kept, new) in [
        (&mut item.contact_person, &party.contact_person),
        (&mut item.phone, &party.phone),
        (&mut item.email, &party.email),
        (&mut item.address, &party.address),
    ] {
        if kept.is_none() {
            kept.clone_from(new);
        }
    }
}

const fn role(table: PartyTable) -> &'static str {
    match table {
        PartyTable::Sale => "customer",
        PartyTable::Purchase => "supplier",
    }
}

/// The catalogue, and an inactive product for every code that only deals or lots have.
fn products(books: &Books) -> Vec<ProductItem> {
    let mut items: BTreeMap<&str, ProductItem> = BTreeMap::new();
    for product in &books.products {
        let item = product_item(product.id.clone(), &product.described, true);
        items.insert(&product.described.code, item);
    }
    let named = books.deals.iter().map(|deal| ("deals.productCode", &deal.product));
    for (column, described) in
        named.chain(books.lots.iter().map(|lot| ("inventory.productCode", &lot.product)))
    {
        let orphan = || product_item(format!("{column}:{}", described.code), described, false);
        items.entry(&described.code).or_insert_with(orphan);
    }
    items.into_values().collect()
}

fn product_item(legacy_id: String, described: &Described, active: bool) -> ProductItem {
    ProductItem {
        legacy_id,
        product_code: described.code.clone(),
        grade: described.grade.clone(),
        company: described.company.clone(),
        specific_grade: described.specific_grade.clone(),
        active,
    }
}

fn lots(books: &Books) -> Vec<LotsItem> {
    let mut items: BTreeMap<&str, Vec<LotItem>> = BTreeMap::new();
    for lot in &books.lots {
        items.entry(&lot.product.code).or_default().push(lot_item(lot));
    }
    items.into_iter().map(|(code, lots)| LotsItem { product_code: code.to_owned(), lots }).collect()
}

fn lot_item(lot: &Lot) -> LotItem {
    LotItem {
        legacy_id: lot.id.clone(),
        supplier: lot.supplier.clone(),
        supplier_id: None,
        quantity_kg: lot.quantity,
        rate_per_kg: lot.rate,
        received_on: lot.received_on,
        originals: originals(json!(lot.originals), &lot.product),
    }
}

fn deal_item(deal: &Deal, rows: Vec<&DealSource>) -> DealItem {
    let mut originals = originals(json!(deal.originals), &deal.product);
    originals.insert("purchaseParty".to_owned(), json!(deal.supplier));
    DealItem {
        legacy_id: deal.id.clone(),
        date: deal.date,
        customer: deal.customer.clone(),
        customer_id: None,
        product_code: deal.product.code.clone(),
        quantity_kg: deal.quantity,
        rate_per_kg: deal.rate,
        delivery_terms: deal.delivery,
        warehouse: deal.warehouse.clone(),
        sale_comments: deal.sale_comments.clone(),
        purchase_comments: deal.purchase_comments.clone(),
        final_comments: deal.final_comments.clone(),
        created_at: deal.created_at,
        sources: sources(deal, rows),
        originals,
    }
}

/// The row's own cells, its copy of the product included: nothing that changes when another row does.
fn originals(cells: Value, described: &Described) -> Map<String, Value> {
    let mut originals = cells.as_object().cloned().unwrap_or_default();
    originals.extend(json!(described).as_object().cloned().unwrap_or_default());
    originals
}

/// Rows of deal_sources are sources from lots. Without any, material bought for the deal is a purchase, as far as it goes;
/// the rest was in stock, nobody knows where.
fn sources(deal: &Deal, mut rows: Vec<&DealSource>) -> Vec<SourceItem> {
    if !rows.is_empty() {
        rows.sort_by_key(|row| row.order);
        let from_lot = |row: &&DealSource| SourceItem {
            kind: "lot",
            lot_id: Some(row.lot.clone()),
            supplier: row.supplier.clone(),
            supplier_id: None,
            quantity_kg: row.quantity,
            rate_per_kg: row.cost,
            bought_kg: None,
        };
        return rows.iter().map(from_lot).collect();
    }
    let source = |kind, quantity_kg, bought_kg| SourceItem {
        kind,
        lot_id: None,
        supplier: deal.supplier.clone(),
        supplier_id: None,
        quantity_kg,
        rate_per_kg: deal.purchase_rate,
        bought_kg,
    };
    let purchased = match deal.source {
        SaleSource::New => deal.bought.min(deal.quantity),
        SaleSource::Inventory => kernel::Kg::ZERO,
    };
    let rest = deal.quantity.saturating_sub(purchased);
    let bought = purchased.is_positive().then(|| source("purchase", purchased, Some(deal.bought)));
    let stocked = rest.is_positive().then(|| source("stock", rest, None));
    bought.into_iter().chain(stocked).collect()
}
