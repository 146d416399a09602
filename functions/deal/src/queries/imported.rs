use std::collections::BTreeMap;

use deal_domain::DealId;
use event_store::{Index, LogError, Page, Position, Query, StorageError};
use serde::Deserialize;

use super::deal;
use super::filter::{WITHDRAWN, standing};
use crate::Deals;
use crate::deal_view::DealView;
use crate::projections::deals_partition;

/// The deal that another system knows by this identity, as the log has it now; `None` when it was not imported,
/// or its import was taken back.
///
/// # Errors
/// When the log cannot be read.
pub async fn imported_deal(deals: &Deals, legacy_id: &str) -> Result<Option<DealView>, LogError> {
    let found = deal(deals, DealId::imported(&deals.tenant, legacy_id)).await?;
    Ok(found.filter(|deal| deal.status != WITHDRAWN))
}

/// One page of the identities that imported deals had in the other system, each with the identity here. Read from the list,
/// which may lag behind the log.
///
/// # Errors
/// When the view cannot be read.
pub async fn imported_ids(
    deals: &Deals,
    limit: usize,
    after: Option<Position>,
) -> Result<(BTreeMap<String, String>, Option<Position>), StorageError> {
    let (index, partition) = (Index::Primary, deals_partition(&deals.tenant));
    let filters = vec![standing()];
    let query = Query { index, partition, from: None, to: None, descending: false, filters, limit, after };
    let Page { rows, next } = deals.views.query(query).await?;
    let ids = rows.iter().filter_map(|row| {
        let Known { legacy_id, id } = serde_json::from_str(&row.body).ok()?;
        Some((legacy_id?, id))
    });
    Ok((ids.collect(), next))
}

/// The part of a list entry that is looked at.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Known {
    legacy_id: Option<String>,
    id: String,
}
