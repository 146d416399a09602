//! The sums that prove a migration. Exact: quantities are summed in grams, amounts in 10⁻⁷ rupees, and rounding happens
//! once, where an amount is shown.

use std::collections::BTreeMap;

use kernel::{Inr, Kg};
use serde::Serialize;

use crate::{Books, Deal};

/// Sums over deals. Cost and margin twice: by the deal's own purchase rate, and by its source rows where it has any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DealTotals {
    /// How many.
    pub deals: u64,
    /// Sold.
    pub quantity_kg: Kg,
    /// What customers paid.
    pub revenue_inr: Inr,
    /// What the sold material cost, as stored on the deals.
    pub cost_as_stored_inr: Inr,
    /// What the sold material cost, by the source rows where there are any.
    pub cost_inr: Inr,
    /// Bought for the deals.
    pub bought_kg: Kg,
    /// What was spent on it.
    pub spend_inr: Inr,
}

impl DealTotals {
    /// Revenue less cost as stored.
    #[must_use]
    pub fn margin_as_stored(&self) -> Inr {
        self.revenue_inr - self.cost_as_stored_inr
    }

    /// Revenue less cost by source rows.
    #[must_use]
    pub fn margin(&self) -> Inr {
        self.revenue_inr - self.cost_inr
    }

    fn add(&mut self, deal: &Deal, cost: Inr) {
        self.deals += 1;
        self.quantity_kg = self.quantity_kg.saturating_add(deal.quantity);
        self.revenue_inr = self.revenue_inr + deal.revenue();
        self.cost_as_stored_inr = self.cost_as_stored_inr + deal.cost_as_stored();
        self.cost_inr = self.cost_inr + cost;
        self.bought_kg = self.bought_kg.saturating_add(deal.bought);
        self.spend_inr = self.spend_inr + deal.purchase_rate.times(deal.bought);
    }
}

/// Sums over lots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StockTotals {
    /// How many.
    pub lots: u64,
    /// In them.
    pub quantity_kg: Kg,
    /// At the rates paid.
    pub value_inr: Inr,
}

/// All sums.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Over all deals.
    pub deals: DealTotals,
    /// By year, `YYYY`.
    pub by_year: BTreeMap<String, DealTotals>,
    /// By month, `YYYY-MM`.
    pub by_month: BTreeMap<String, DealTotals>,
    /// By customer.
    pub by_customer: BTreeMap<String, DealTotals>,
    /// By product code.
    pub by_product: BTreeMap<String, DealTotals>,
    /// By the supplier named on the deal.
    pub by_supplier: BTreeMap<String, DealTotals>,
    /// Over all lots.
    pub stock: StockTotals,
    /// Over the lots that the backfill script made.
    pub backfill: StockTotals,
    /// Over the others: what is really there.
    pub stock_without_backfill: StockTotals,
    /// Stock by product code.
    pub stock_by_product: BTreeMap<String, StockTotals>,
    /// Stock by supplier.
    pub stock_by_supplier: BTreeMap<String, StockTotals>,
}

/// Sums up the books.
#[must_use]
pub fn of(books: &Books) -> Totals {
    let mut by_sources: BTreeMap<&str, Inr> = BTreeMap::new();
    for source in &books.sources {
        let cost = by_sources.entry(source.deal.as_str()).or_default();
        *cost = *cost + source.cost.times(source.quantity);
    }
    let mut totals = Totals::default();
    for deal in &books.deals {
        let cost = by_sources.get(deal.id.as_str()).copied().unwrap_or_else(|| deal.cost_as_stored());
        let date = deal.date.to_string();
        totals.deals.add(deal, cost);
        for (groups, key) in [
            (&mut totals.by_year, date.get(..4)),
            (&mut totals.by_month, date.get(..7)),
            (&mut totals.by_customer, Some(deal.customer.as_str())),
            (&mut totals.by_product, Some(deal.product.code.as_str())),
            (&mut totals.by_supplier, Some(deal.supplier.as_str())),
        ] {
            groups.entry(key.unwrap_or_default().to_owned()).or_default().add(deal, cost);
        }
    }
    for lot in &books.lots {
        let part = if lot.is_backfill() { &mut totals.backfill } else { &mut totals.stock_without_backfill };
        for sums in [
            part,
            &mut totals.stock,
            totals.stock_by_product.entry(lot.product.code.clone()).or_default(),
            totals.stock_by_supplier.entry(lot.supplier.clone()).or_default(),
        ] {
            sums.lots += 1;
            sums.quantity_kg = sums.quantity_kg.saturating_add(lot.quantity);
            sums.value_inr = sums.value_inr + lot.value();
        }
    }
    totals
}
