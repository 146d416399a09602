use event_store::StorageError;
use kernel::{BusinessDate, Inr, Kg};
use schemars::JsonSchema;
use serde::Serialize;

use super::stock_filter::{StockFilter, figures};
use crate::Inventory;
use crate::projections::StockFigures;

/// What is available of one range of ages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AgeBucket {
    /// Least age in days, included. The first bucket has also what was received with a date that is still to come.
    pub from_days: u32,
    /// Most age in days, included; absent in the last bucket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_days: Option<u32>,
    /// How many lots have something available.
    pub lots: u64,
    /// Free to be reserved.
    pub available_kg: Kg,
    /// What is available, each lot at the rate paid for it; absent for callers without `cost:read`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_inr: Option<Inr>,
}

/// What is available by age: up to each of `ends` in days, which ascend, and beyond. Exact: sums first, rounds once.
///
/// From the figures of each product's days of receipt, without a look at lots: one query for each megabyte of rows, which is
/// a thousand products or more.
///
/// # Errors
/// When the view cannot be read.
pub async fn ageing(
    inventory: &Inventory,
    filter: &StockFilter,
    ends: &[u32],
    today: BusinessDate,
) -> Result<Vec<AgeBucket>, StorageError> {
    Ok(buckets(&figures(inventory, filter).await?, ends, today))
}

fn buckets(stocks: &[StockFigures], ends: &[u32], today: BusinessDate) -> Vec<AgeBucket> {
    let starts = std::iter::once(0).chain(ends.iter().map(|end| end.saturating_add(1)));
    let to = ends.iter().copied().map(Some).chain([None]);
    let mut buckets: Vec<AgeBucket> = starts
        .zip(to)
        .map(|(from_days, to_days)| AgeBucket {
            from_days,
            to_days,
            lots: 0,
            available_kg: Kg::ZERO,
            value_inr: Some(Inr::ZERO),
        })
        .collect();
    for day in stocks.iter().flat_map(|stock| &stock.days) {
        let age = today.days_since(day.on);
        let place = ends.partition_point(|end| i64::from(*end) < age);
        if let Some(bucket) = buckets.get_mut(place) {
            bucket.lots = bucket.lots.saturating_add(u64::from(day.lots));
            bucket.available_kg = bucket.available_kg.saturating_add(day.kg);
            bucket.value_inr = bucket.value_inr.map(|value| value + day.inr);
        }
    }
    buckets
}
