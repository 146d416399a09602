//! `migrate export`: the way back. Deals that were made in the new system, and what is left in its stock, as rows of the old
//! database. Imported deals are in it already.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use deal::deal_view::{DealView, SourceView};
use deal_domain::DeliveryTerms;
use inventory::lot_view::LotView;
use inventory::product_view::ProductView;
use kernel::{Inr, Kg, RatePerKg, Timestamp};
use legacy::books::{DealOriginals, LotOriginals, MULTIPLE_SUPPLIERS};
use legacy::totals;
use legacy::value::{Delivery, SaleSource};
use legacy::write_back::Changes;
use legacy::{Books, Deal, DealSource, Described, Lot, Party, PartyTable, Product};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

use super::run::Options;
use crate::contexts::{Context, Contexts, ask_patiently};

/// Namespace of identities made for the old database.
const OLD: Uuid = Uuid::from_u128(0x2f9d_60c4_1b7e_5a83_9c05_d7f1_84e2_3a6b);

#[derive(Deserialize)]
struct Rows<T> {
    rows: Vec<T>,
    next: Option<Value>,
}

#[derive(Deserialize)]
struct Stock {
    product: ProductView,
    lots: Vec<LotView>,
}

/// What a copy of the old database needs to have everything that happened here.
///
/// # Errors
/// When a context stays silent or answers in a shape that is not known.
pub async fn changes(contexts: &dyn Contexts, books: &Books, options: &Options) -> anyhow::Result<Changes> {
    let stock: Vec<Stock> = pages(contexts, Context::Inventory, "stock", options).await?;
    let deals: Vec<DealView> = pages(contexts, Context::Deal, "made-here", options).await?;
    let mut back =
        Back { changes: Changes::default(), books, lots: BTreeMap::new(), described: BTreeMap::new() };
    for Stock { product, lots } in &stock {
        back.product(product);
        for lot in lots {
            back.lot(lot);
        }
    }
    for deal in &deals {
        back.deal(deal);
    }
    back.parties();
    Ok(back.changes)
}

async fn pages<T: DeserializeOwned>(
    contexts: &dyn Contexts,
    context: Context,
    kind: &str,
    options: &Options,
) -> anyhow::Result<Vec<T>> {
    let mut question = json!({ "kind": kind, "tenant": options.tenant });
    let mut all = Vec::new();
    loop {
        let answer = ask_patiently(contexts, context, &question).await?;
        let page: Rows<T> = serde_json::from_value(answer)
            .with_context(|| format!("the {context} function answers in another shape"))?;
        all.extend(page.rows);
        match page.next {
            Some(next) if !next.is_null() => question["after"] = next,
            _ => return Ok(all),
        }
    }
}

/// Every total of the copy that is not the sum of the old database's and of what was added.
#[must_use]
pub fn differences(old: &Books, changes: &Changes, copy: &Books) -> Vec<String> {
    let (old, new, copy) = (totals::of(old), totals::of(&changes.new), totals::of(copy));
    let sum = |a: Inr, b: Inr| (a + b).to_string();
    let expected = [
        ("deals", (old.deals.deals + new.deals.deals).to_string(), copy.deals.deals.to_string()),
        (
            "kg sold",
            old.deals.quantity_kg.saturating_add(new.deals.quantity_kg).to_string(),
            copy.deals.quantity_kg.to_string(),
        ),
        ("revenue", sum(old.deals.revenue_inr, new.deals.revenue_inr), copy.deals.revenue_inr.to_string()),
        ("cost", sum(old.deals.cost_inr, new.deals.cost_inr), copy.deals.cost_inr.to_string()),
        ("lots", (old.stock.lots + new.stock.lots).to_string(), copy.stock.lots.to_string()),
    ];
    let differs = expected.into_iter().filter(|(_, expected, found)| expected != found);
    differs
        .map(|(what, expected, found)| format!("{what} of the copy: {found} instead of {expected}"))
        .collect()
}

/// The changes as they grow.
struct Back<'a> {
    changes: Changes,
    books: &'a Books,
    /// Old identities of lots by their new ones.
    lots: BTreeMap<String, String>,
    described: BTreeMap<String, Described>,
}

impl Back<'_> {
    fn product(&mut self, product: &ProductView) {
        let described = Described {
            code: product.product_code.to_string(),
            grade: product.grade.clone(),
            company: product.company.clone(),
            specific_grade: product.specific_grade.clone(),
        };
        if product.legacy_id.is_none() && self.books.product(&described.code).is_none() {
            let (id, source) = (old_id(&product.id.to_string(), 0), "system".to_owned());
            self.changes.new.products.push(Product { id, described: described.clone(), source });
        }
        self.described.insert(described.code.clone(), described);
    }

    /// What is free or held in an imported lot is its quantity now; any other lot is a new row.
    fn lot(&mut self, lot: &LotView) {
        let left = lot.available_kg.saturating_add(lot.reserved_kg);
        if let Some(legacy_id) = &lot.legacy_id {
            self.lots.insert(lot.id.to_string(), legacy_id.clone());
            let before = self.books.lots.iter().find(|row| row.id == *legacy_id);
            if before.is_some_and(|row| row.quantity != left) {
                self.changes.left.insert(legacy_id.clone(), left);
            }
            return;
        }
        let id = old_id(&lot.id.root().to_string(), lot.id.number());
        self.lots.insert(lot.id.to_string(), id.clone());
        let code = lot.product_code.as_ref().map(ToString::to_string).unwrap_or_default();
        self.changes.new.lots.push(Lot {
            id,
            product: self.described(&code),
            quantity: left,
            rate: lot.rate_per_kg,
            supplier: lot.supplier.clone(),
            received_on: lot.received_on,
            created_at: instant(lot.received_on),
            originals: LotOriginals::default(),
        });
    }

    fn deal(&mut self, deal: &DealView) {
        let id = old_id(&deal.id.to_string(), 0);
        let drawn: Vec<&SourceView> = deal.sources.iter().filter(|s| s.quantity_kg.is_positive()).collect();
        let suppliers: BTreeSet<&str> =
            drawn.iter().filter_map(|source| source.supplier.as_deref()).collect();
        let supplier = match (suppliers.len(), suppliers.first()) {
            (1, Some(only)) => (*only).to_owned(),
            _ => MULTIPLE_SUPPLIERS.to_owned(),
        };
        let cost: Inr = drawn.iter().filter_map(|source| source.cost_inr).sum();
        let bought: Kg = deal.sources.iter().filter_map(|source| source.bought_kg).sum();
        // One purchase is told by the deal itself, exactly; anything else by a row per source.
        let (source, bought, purchase_rate) = match drawn.as_slice() {
            [only] if only.kind == "purchase" => {
                (SaleSource::New, bought, only.rate_per_kg.unwrap_or_default())
            }
            _ => (SaleSource::Inventory, deal.quantity_kg, average(cost, deal.quantity_kg)),
        };
        if source == SaleSource::Inventory {
            for (order, drawn) in (1..).zip(&drawn) {
                self.source(&id, order, drawn);
            }
        }
        self.changes.new.deals.push(Deal {
            id,
            date: deal.date,
            customer: deal.customer.clone(),
            quantity: deal.quantity_kg,
            rate: deal.rate_per_kg,
            delivery: match deal.delivery_terms {
                DeliveryTerms::Delivered => Delivery::Delivered,
                DeliveryTerms::Pickup => Delivery::Pickup,
            },
            product: self.described(&deal.product_code),
            source,
            supplier,
            bought,
            purchase_rate,
            sale_comments: deal.comments.sale.clone(),
            purchase_comments: deal.comments.purchase.clone(),
            final_comments: deal.comments.last.clone(),
            warehouse: deal.warehouse.clone(),
            created_at: deal.requested_at,
            updated_at: deal.decided_at.unwrap_or(deal.requested_at),
            originals: DealOriginals::default(),
        });
    }

    fn source(&mut self, deal: &str, order: u32, source: &SourceView) {
        let lot = source.lot_id.and_then(|lot| self.lots.get(&lot.to_string()));
        self.changes.new.sources.push(DealSource {
            id: old_id(deal, order),
            deal: deal.to_owned(),
            lot: lot.cloned().unwrap_or_default(),
            quantity: source.quantity_kg,
            cost: source.rate_per_kg.unwrap_or_default(),
            supplier: source.supplier.clone().unwrap_or_default(),
            order: i64::from(order),
        });
    }

    /// Names of new deals and lots that the master lists do not have.
    fn parties(&mut self) {
        let known: BTreeSet<(PartyTable, &str)> =
            self.books.parties.iter().map(|party| (party.table, party.name.as_str())).collect();
        let new = &self.changes.new;
        let customers = new.deals.iter().map(|deal| (PartyTable::Sale, deal.customer.as_str()));
        let suppliers = new.lots.iter().map(|lot| (PartyTable::Purchase, lot.supplier.as_str()));
        let named: BTreeSet<(PartyTable, &str)> = customers.chain(suppliers).collect();
        let missing = named.difference(&known).map(|(table, name)| Party {
            id: old_id(&format!("{}#{name}", table.name()), 0),
            table: *table,
            name: (*name).to_owned(),
            contact_person: None,
            phone: None,
            email: None,
            address: None,
        });
        self.changes.new.parties = missing.collect();
    }

    fn described(&self, code: &str) -> Described {
        self.described.get(code).cloned().unwrap_or_else(|| Described {
            code: code.to_owned(),
            grade: String::new(),
            company: String::new(),
            specific_grade: String::new(),
        })
    }
}

/// An identity of the old form, the same whenever it is derived: `c` and 24 hexadecimal digits.
fn old_id(of: &str, number: u32) -> String {
    let digits = Uuid::new_v5(&OLD, format!("{of}#{number}").as_bytes()).simple().to_string();
    format!("c{}", digits.get(..24).unwrap_or(&digits))
}

/// The rate at which a quantity costs so much, to the ten-thousandth of a rupee, half away from zero. 1 g at 10⁻⁴ INR/kg costs
/// 10⁻⁷ INR, the unit of an amount.
fn average(cost: Inr, quantity: Kg) -> RatePerKg {
    let grams = i128::from(quantity.grams()).max(1);
    let units = (cost.ten_millionths() + grams / 2) / grams;
    RatePerKg::from_ten_thousandths(i64::try_from(units).unwrap_or(i64::MAX))
}

/// The beginning of a day, in UTC.
fn instant(day: kernel::BusinessDate) -> Timestamp {
    format!("{day}T00:00:00Z").parse().unwrap_or_default()
}
