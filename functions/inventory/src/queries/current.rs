use event_store::{BoxError, Filter, Index, Page, Position, Query};
use serde::Deserialize;
use serde_json::Value;

use crate::Inventory;
use crate::product_view::ProductView;
use crate::projections::{lots_partition, products_partition, standing};

/// Rows of one answer: some 700 KB of lots, and far less than an invocation may answer.
const ROWS_A_PAGE: usize = 1_000;

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Current {
    /// Products that are traded.
    Products,
    /// Lots of which something is available.
    Lots,
}

/// A page of what there is now, for whoever shows all of it elsewhere: each row as lists have it, rates included. A page may be
/// empty and still have a next one.
///
/// # Errors
/// When the view cannot be read.
pub async fn current(
    inventory: &Inventory,
    list: Current,
    after: Option<Position>,
) -> Result<(Vec<Value>, Option<Position>), BoxError> {
    let (partition, available) = match list {
        Current::Products => (products_partition(&inventory.tenant), None),
        Current::Lots => {
            (lots_partition(&inventory.tenant), Some(Filter::Equals("available", "yes".to_owned())))
        }
    };
    let query = Query {
        index: Index::Primary,
        partition,
        from: None,
        to: None,
        descending: false,
        filters: available.into_iter().chain([standing()]).collect(),
        limit: ROWS_A_PAGE,
        after,
    };
    let Page { rows, next } = inventory.views.query(query).await?;
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        if list == Current::Products && !serde_json::from_str::<ProductView>(&row.body)?.active {
            continue;
        }
        shown.push(serde_json::from_str(&row.body)?);
    }
    Ok((shown, next))
}
