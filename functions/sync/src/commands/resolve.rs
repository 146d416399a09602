use event_store::{ExecuteError, Outcome, Request};
use sync_domain::deal_rows::{Command, Refusal};
use sync_domain::{ConflictId, DealId, DealRows, Policy};

use crate::{Sheets, rows_stream};

/// Says which of two values stands. The flush that follows writes the cell over, or asks the deal to take what people typed.
///
/// # Errors
/// [`Refusal`], or a failure of the store.
pub async fn resolve(
    sheets: &Sheets,
    request: &Request,
    deal: DealId,
    (id, take): (ConflictId, Policy),
) -> Result<Outcome<DealRows>, ExecuteError<Refusal>> {
    sheets.store.execute(&rows_stream(&sheets.tenant, deal), request, &Command::Resolve { id, take }).await
}
