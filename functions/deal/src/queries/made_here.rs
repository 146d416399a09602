use event_store::{Page, Position, Query, StorageError};

use crate::Deals;
use crate::deal_view::DealView;
use crate::projections::{BY_STATUS, deals_by_status};

/// One page of the confirmed deals that were registered here and not imported, oldest day first, from the list. A page may be
/// empty and still have a next one.
///
/// # Errors
/// When the view cannot be read.
pub async fn made_here(
    deals: &Deals,
    limit: usize,
    after: Option<Position>,
) -> Result<(Vec<DealView>, Option<Position>), StorageError> {
    let query = Query {
        index: BY_STATUS,
        partition: deals_by_status(&deals.tenant, "confirmed"),
        from: None,
        to: None,
        descending: false,
        filters: Vec::new(),
        limit,
        after,
    };
    let Page { rows, next } = deals.views.query(query).await?;
    let shown = rows.iter().map(|row| serde_json::from_str::<DealView>(&row.body));
    let shown = shown.collect::<Result<Vec<_>, _>>().map_err(|source| StorageError::Failed {
        operation: "reading a deal of the list",
        source: source.into(),
    })?;
    Ok((shown.into_iter().filter(|deal| !deal.imported).collect(), next))
}
