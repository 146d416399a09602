use std::collections::BTreeMap;

use event_store::StorageError;
use kernel::text::comparable;
use kernel::{Inr, Kg};
use schemars::JsonSchema;
use serde::Serialize;

use super::stock_filter::{StockFilter, figures};
use crate::Inventory;
use crate::projections::StockFigures;

/// By what stock is added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValuationBy {
    /// All together.
    Nothing,
    /// By producer or brand.
    Company,
    /// By application family.
    Grade,
    /// By product.
    Product,
}

/// What a group of products is worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ValuationRow {
    /// Company, grade, product code, or `all`; empty where products have none.
    pub key: String,
    /// How many products there is something of.
    pub products: u64,
    /// How many lots have something available.
    pub lots: u64,
    /// Free to be reserved.
    pub available_kg: Kg,
    /// Held for deals that are not decided yet; not in the value.
    pub reserved_kg: Kg,
    /// What is available, each lot at the rate paid for it.
    pub value_inr: Inr,
}

/// What the stock is worth, group by group in order of their keys. Exact: sums first, rounds once. Products of which there is
/// nothing are in no group. One query for each megabyte of rows, which is a thousand products or more.
///
/// # Errors
/// When the view cannot be read.
pub async fn valuation(
    inventory: &Inventory,
    filter: &StockFilter,
    by: ValuationBy,
) -> Result<Vec<ValuationRow>, StorageError> {
    let mut groups: BTreeMap<String, ValuationRow> = BTreeMap::new();
    if by == ValuationBy::Nothing {
        groups.insert(comparable(ALL), empty(ALL.to_owned()));
    }
    for stock in figures(inventory, filter).await? {
        if stock.days.is_empty() && stock.reserved.is_zero() {
            continue;
        }
        let name = name(&stock, by);
        // Codes are compared exactly, everything else as people compare names.
        let key = if by == ValuationBy::Product { name.clone() } else { comparable(&name) };
        let group = groups.entry(key).or_insert_with(|| empty(name.clone()));
        // Of several spellings the first in order.
        if name < group.key {
            group.key = name;
        }
        add(group, &stock);
    }
    Ok(groups.into_values().collect())
}

const ALL: &str = "all";

fn name(stock: &StockFigures, by: ValuationBy) -> String {
    match by {
        ValuationBy::Nothing => ALL.to_owned(),
        ValuationBy::Company => stock.company.clone(),
        ValuationBy::Grade => stock.grade.clone(),
        ValuationBy::Product => stock.product_code.to_string(),
    }
}

const fn empty(key: String) -> ValuationRow {
    let nothing = Kg::ZERO;
    ValuationRow {
        key,
        products: 0,
        lots: 0,
        available_kg: nothing,
        reserved_kg: nothing,
        value_inr: Inr::ZERO,
    }
}

fn add(group: &mut ValuationRow, stock: &StockFigures) {
    group.products = group.products.saturating_add(1);
    group.lots = group.lots.saturating_add(stock.lots());
    group.available_kg = group.available_kg.saturating_add(stock.available());
    group.reserved_kg = group.reserved_kg.saturating_add(stock.reserved);
    group.value_inr = group.value_inr + stock.value();
}
