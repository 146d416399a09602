use event_store::{Filter, Index, Page, Position, Query, StorageError};
use sync_domain::DealId;

use crate::Sheets;
use crate::projections::{BY_DEAL, BY_STATE, rows_in_state, rows_of_deal, rows_partition};

/// Most bytes of entries on a page, so that an answer stays below 64 KB.
const PAGE_BYTES: usize = 63_000;

/// One page of rows, by the day of their deals. Walks the narrowest index the filter allows.
///
/// # Errors
/// When the view cannot be read.
pub async fn rows(
    sheets: &Sheets,
    state: Option<&str>,
    deal: Option<DealId>,
    limit: usize,
    after: Option<Position>,
) -> Result<Page, StorageError> {
    let tenant = &sheets.tenant;
    let mut filters = Vec::new();
    let (index, partition) = match (deal, state) {
        (Some(deal), state) => {
            filters.extend(state.map(|state| Filter::Equals("state", state.to_owned())));
            (BY_DEAL, rows_of_deal(tenant, deal))
        }
        (None, Some(state)) => (BY_STATE, rows_in_state(tenant, state)),
        (None, None) => (Index::Primary, rows_partition(tenant)),
    };
    let query = Query { index, partition, from: None, to: None, descending: false, filters, limit, after };
    Ok(sheets.views.query(query).await?.within(PAGE_BYTES, index))
}
