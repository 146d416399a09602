//! By totals: exact sums of both sides, over everything and in groups.

use std::collections::{BTreeMap, BTreeSet};

use deal::deal_view::{DealView, SourceView};
use kernel::{Inr, Kg};
use legacy::Books;
use legacy::totals::{DealTotals, StockTotals};

use super::rows::whole;
use super::{Stored, Verdict};

/// Sums of one group. Of stock, the cost is its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Sums {
    rows: u64,
    kg: Kg,
    revenue: Inr,
    cost: Inr,
}

impl Sums {
    fn add(&mut self, kg: Kg, revenue: Inr, cost: Inr) {
        self.rows += 1;
        self.kg = self.kg.saturating_add(kg);
        self.revenue = self.revenue + revenue;
        self.cost = self.cost + cost;
    }
}

impl From<&DealTotals> for Sums {
    fn from(totals: &DealTotals) -> Self {
        let DealTotals { deals, quantity_kg, revenue_inr, cost_inr, .. } = *totals;
        Self { rows: deals, kg: quantity_kg, revenue: revenue_inr, cost: cost_inr }
    }
}

impl From<&StockTotals> for Sums {
    fn from(totals: &StockTotals) -> Self {
        let StockTotals { lots, quantity_kg, value_inr } = *totals;
        Self { rows: lots, kg: quantity_kg, revenue: Inr::ZERO, cost: value_inr }
    }
}

/// Sums by kind of group and key.
type Groups = BTreeMap<(&'static str, String), Sums>;

pub(super) fn compare(books: &Books, stored: &Stored, verdict: &mut Verdict) {
    let (old, new) = (old(books, verdict), new(stored));
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    for key in keys {
        verdict.compared.sums += 1;
        let (kind, name) = key;
        let nothing = Sums::default();
        let (old, new) = (old.get(key).unwrap_or(&nothing), new.get(key).unwrap_or(&nothing));
        for (what, sum) in sums_of(kind) {
            let (old, new) = (sum(old), sum(new));
            if old != new {
                verdict.mismatches.push(format!("{kind} {name}: {what} {new} instead of {old}"));
            }
        }
    }
}

/// A sum as it is shown.
type Shown = fn(&Sums) -> String;

const ROWS: (&str, Shown) = ("rows", |sums| sums.rows.to_string());
const KG: (&str, Shown) = ("kg", |sums| sums.kg.to_string());
const REVENUE: (&str, Shown) = ("revenue", |sums| sums.revenue.to_string());
const COST: (&str, Shown) = ("cost", |sums| sums.cost.to_string());
const MARGIN: (&str, Shown) = ("margin", |sums| (sums.revenue - sums.cost).to_string());
const WORTH: (&str, Shown) = ("worth", |sums| sums.cost.to_string());

/// What is compared of a kind of group. Of a supplier's material neither revenue nor rows: a deal may become a purchase and a
/// rest from stock of one supplier.
fn sums_of(kind: &str) -> &'static [(&'static str, Shown)] {
    match kind {
        "deals of supplier" => &[KG, COST],
        stock if stock.starts_with("stock") => &[ROWS, KG, WORTH],
        _ => &[ROWS, KG, REVENUE, COST, MARGIN],
    }
}

fn old(books: &Books, verdict: &Verdict) -> Groups {
    let totals = &verdict.totals;
    let mut groups = Groups::new();
    groups.insert(("deals", "in all".to_owned()), Sums::from(&totals.deals));
    groups.insert(("stock", "in all".to_owned()), Sums::from(&totals.stock));
    for (kind, parts) in [
        ("deals of year", &totals.by_year),
        ("deals of month", &totals.by_month),
        ("deals of customer", &totals.by_customer),
        ("deals of product", &totals.by_product),
    ] {
        groups.extend(parts.iter().map(|(key, sums)| ((kind, key.clone()), Sums::from(sums))));
    }
    for (kind, parts) in
        [("stock of product", &totals.stock_by_product), ("stock of supplier", &totals.stock_by_supplier)]
    {
        groups.extend(parts.iter().map(|(key, sums)| ((kind, key.clone()), Sums::from(sums))));
    }
    // What each supplier's material cost: by the source rows of a deal, or all of it by the supplier named on the deal.
    let mut sourced: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for source in &books.sources {
        sourced.entry(source.deal.as_str()).or_default().push(source);
    }
    for deal in &books.deals {
        match sourced.get(deal.id.as_str()) {
            Some(sources) => {
                for source in sources {
                    let cost = source.cost.times(source.quantity);
                    of_supplier(&mut groups, &source.supplier, source.quantity, cost);
                }
            }
            None => of_supplier(&mut groups, &deal.supplier, deal.quantity, deal.cost_as_stored()),
        }
    }
    groups
}

fn new(stored: &Stored) -> Groups {
    let mut groups = Groups::new();
    groups.insert(("deals", "in all".to_owned()), Sums::default());
    groups.insert(("stock", "in all".to_owned()), Sums::default());
    for deal in stored.deals.values() {
        let (revenue, cost) = (deal.rate_per_kg.times(deal.quantity_kg), cost(deal));
        let date = deal.date.to_string();
        for (kind, key) in [
            ("deals", "in all"),
            ("deals of year", date.get(..4).unwrap_or_default()),
            ("deals of month", date.get(..7).unwrap_or_default()),
            ("deals of customer", &deal.customer),
            ("deals of product", &deal.product_code),
        ] {
            groups.entry((kind, key.to_owned())).or_default().add(deal.quantity_kg, revenue, cost);
        }
        for source in &deal.sources {
            let supplier = source.supplier.as_deref().unwrap_or_default();
            of_supplier(&mut groups, supplier, source.quantity_kg, source_cost(source));
        }
    }
    for lot in stored.lots.values() {
        let (kg, value) = (whole(lot), lot.rate_per_kg.times(whole(lot)));
        let product = lot.product_code.as_ref().map(ToString::to_string).unwrap_or_default();
        for (kind, key) in
            [("stock", "in all"), ("stock of product", &product), ("stock of supplier", &lot.supplier)]
        {
            groups.entry((kind, key.to_owned())).or_default().add(kg, Inr::ZERO, value);
        }
    }
    groups
}

fn cost(deal: &DealView) -> Inr {
    deal.sources.iter().map(source_cost).sum()
}

fn source_cost(source: &SourceView) -> Inr {
    source.rate_per_kg.map(|rate| rate.times(source.quantity_kg)).unwrap_or_default()
}

fn of_supplier(groups: &mut Groups, supplier: &str, kg: Kg, cost: Inr) {
    groups.entry(("deals of supplier", supplier.to_owned())).or_default().add(kg, Inr::ZERO, cost);
}
