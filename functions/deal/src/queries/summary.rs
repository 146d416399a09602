use std::collections::BTreeMap;

use event_store::{Index, Query, StorageError};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use kernel::text::comparable;
use kernel::{Inr, Kg};
use schemars::JsonSchema;
use serde::Serialize;

use super::filter::Held;
use crate::Deals;
use crate::projections::{Figures, deals_partition, figures_of_month, month_of};
use crate::queries::DealFilter;

/// Months read at once.
const MONTHS_AT_ONCE: usize = 8;
/// Rows asked for in one read; a read also ends at a megabyte.
const ROWS_AT_ONCE: usize = 5_000;

/// By what deals are added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupBy {
    /// By month of the day of the deal.
    Month,
    /// By customer.
    Customer,
    /// By product code.
    Product,
    /// By supplier; a deal from several suppliers counts once for each, with its share.
    Supplier,
    /// All together.
    None,
}

/// The sums of a group of deals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SummaryRow {
    /// Month (`2025-07`), customer, product code, supplier, or `all`.
    pub key: String,
    /// How many deals.
    pub deals: u64,
    /// How much was sold.
    pub quantity_kg: Kg,
    /// What customers pay.
    pub revenue_inr: Inr,
    /// What the material cost.
    pub cost_inr: Inr,
    /// Revenue less cost.
    pub margin_inr: Inr,
}

/// Adds up the deals that pass the filter, group by group in order of their keys. Exact: sums first, rounds once.
///
/// Two queries tell the first and the last deal; then each month between them that the filter's days touch takes one, or one
/// for each megabyte of figures.
///
/// # Errors
/// When the view cannot be read.
pub async fn summary(
    deals: &Deals,
    filter: &DealFilter,
    by: GroupBy,
) -> Result<Vec<SummaryRow>, StorageError> {
    let months = stream::iter(months(deals, filter).await?);
    let read = months.map(|month| async move { month_of_figures(deals, filter, &month).await });
    let read: Vec<Vec<(String, Figures)>> = read.buffered(MONTHS_AT_ONCE).try_collect().await?;
    let mut groups: BTreeMap<String, (String, Sums)> = BTreeMap::new();
    for (month, figures) in read.into_iter().flatten() {
        for (name, share) in shares(&month, &figures, by) {
            let (shown, sums) =
                groups.entry(comparable(&name)).or_insert_with(|| (name.clone(), Sums::default()));
            // Of several spellings the first in order, whatever order the deals came in.
            if name < *shown {
                *shown = name;
            }
            sums.add(&share);
        }
    }
    if by == GroupBy::None && groups.is_empty() {
        groups.insert(String::new(), ("all".to_owned(), Sums::default()));
    }
    Ok(groups.into_values().map(|(key, sums)| sums.row(key)).collect())
}

/// How many deals pass the filter.
///
/// # Errors
/// When the view cannot be read.
pub async fn total(deals: &Deals, filter: &DealFilter) -> Result<u64, StorageError> {
    Ok(summary(deals, filter, GroupBy::None).await?.iter().map(|row| row.deals).sum())
}

#[derive(Debug, Default, Clone, Copy)]
struct Sums {
    deals: u64,
    quantity: Kg,
    revenue: Inr,
    cost: Inr,
}

impl Sums {
    fn add(&mut self, other: &Self) {
        self.deals = self.deals.saturating_add(other.deals);
        self.quantity = self.quantity.saturating_add(other.quantity);
        self.revenue = self.revenue + other.revenue;
        self.cost = self.cost + other.cost;
    }

    fn row(self, key: String) -> SummaryRow {
        let Self { deals, quantity, revenue, cost } = self;
        SummaryRow {
            key,
            deals,
            quantity_kg: quantity,
            revenue_inr: revenue,
            cost_inr: cost,
            margin_inr: revenue - cost,
        }
    }
}

/// What a deal contributes to which group.
fn shares(month: &str, figures: &Figures, by: GroupBy) -> Vec<(String, Sums)> {
    let costs = figures.sources.iter().map(|source| source.rate.times(source.quantity));
    let whole = Sums {
        deals: 1,
        quantity: figures.quantity,
        revenue: figures.rate.times(figures.quantity),
        cost: costs.sum(),
    };
    match by {
        GroupBy::Month => vec![(month.to_owned(), whole)],
        GroupBy::Customer => vec![(figures.customer.clone(), whole)],
        GroupBy::Product => vec![(figures.product.clone(), whole)],
        GroupBy::None => vec![("all".to_owned(), whole)],
        GroupBy::Supplier => {
            let mut shares: BTreeMap<&str, Sums> = BTreeMap::new();
            for source in &figures.sources {
                let share = shares.entry(&source.supplier).or_insert(Sums { deals: 1, ..Sums::default() });
                share.add(&Sums {
                    deals: 0,
                    quantity: source.quantity,
                    revenue: figures.rate.times(source.quantity),
                    cost: source.rate.times(source.quantity),
                });
            }
            shares.into_iter().map(|(name, share)| (name.to_owned(), share)).collect()
        }
    }
}

/// The months that have deals and lie in the filter's days, oldest first.
async fn months(deals: &Deals, filter: &DealFilter) -> Result<Vec<String>, StorageError> {
    let (first, last) = (end_of_list(deals, false).await?, end_of_list(deals, true).await?);
    let first = first.max(filter.from.map(month_of));
    let last = last.map(|last| filter.to.map(month_of).map_or(last.clone(), |to| to.min(last)));
    let (Some(first), Some(last)) = (first, last) else { return Ok(Vec::new()) };
    let months = std::iter::successors(Some(first), |month| next_month(month));
    Ok(months.take_while(|month| *month <= last).collect())
}

/// The month of the first or last deal of all.
async fn end_of_list(deals: &Deals, descending: bool) -> Result<Option<String>, StorageError> {
    let query = Query {
        index: Index::Primary,
        partition: deals_partition(&deals.tenant),
        from: None,
        to: None,
        descending,
        filters: Vec::new(),
        limit: 1,
        after: None,
    };
    let page = deals.views.query(query).await?;
    Ok(page.rows.first().map(|row| row.sk.chars().take(7).collect()))
}

/// `2025-12` → `2026-01`.
fn next_month(month: &str) -> Option<String> {
    let (year, month) = month.split_once('-')?;
    let (year, month): (u16, u8) = (year.parse().ok()?, month.parse().ok()?);
    let (year, month) = if month == 12 { (year.checked_add(1)?, 1) } else { (year, month.checked_add(1)?) };
    (year <= 9999).then(|| format!("{year:04}-{month:02}"))
}

async fn month_of_figures(
    deals: &Deals,
    filter: &DealFilter,
    month: &str,
) -> Result<Vec<(String, Figures)>, StorageError> {
    let (from, to) = filter.days();
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let query = Query {
            index: Index::Primary,
            partition: figures_of_month(&deals.tenant, month),
            from: from.clone(),
            to: to.clone(),
            descending: false,
            filters: filter.conditions(Held::Nothing),
            limit: ROWS_AT_ONCE,
            after,
        };
        let page = deals.views.query(query).await?;
        for row in page.rows {
            let figures = serde_json::from_str(&row.body)
                .map_err(|error| StorageError::Failed { operation: "figures.read", source: error.into() })?;
            found.push((month.to_owned(), figures));
        }
        after = page.next;
        if after.is_none() {
            return Ok(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_follow_each_other() {
        assert_eq!(next_month("2025-07").unwrap(), "2025-08");
        assert_eq!(next_month("2025-12").unwrap(), "2026-01");
        assert_eq!(next_month("9999-12"), None);
    }

    #[test]
    fn a_deal_of_two_suppliers_is_shared_by_weight() {
        let source = |supplier: &str, kg: &str, rate: &str| crate::projections::SourceFigures {
            supplier: supplier.to_owned(),
            quantity: kg.parse().unwrap(),
            rate: rate.parse().unwrap(),
        };
        let figures = Figures {
            customer: "Acme".to_owned(),
            product: "TR131".to_owned(),
            quantity: "30".parse().unwrap(),
            rate: "100".parse().unwrap(),
            sources: vec![
                source("Gulf", "10", "90"),
                source("Deccan", "15", "80"),
                source("Gulf", "5", "70"),
            ],
        };
        let shares = shares("2025-07", &figures, GroupBy::Supplier);
        let shown: Vec<SummaryRow> = shares.into_iter().map(|(name, sums)| sums.row(name)).collect();
        assert_eq!(shown[0].key, "Deccan");
        assert_eq!(
            (shown[0].quantity_kg.to_string(), shown[0].margin_inr.to_string()),
            ("15.000".into(), "300.00".into())
        );
        assert_eq!((shown[1].deals, shown[1].cost_inr.to_string()), (1, "1250.00".into()));
    }
}
