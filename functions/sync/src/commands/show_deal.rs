use event_store::{ExecuteError, Outcome, Request};
use sync_domain::deal_rows::{Command, Origin, Refusal};
use sync_domain::{DealId, DealRows, SheetDeal};

use crate::{Sheets, rows_stream};

/// Lets the sheet show a deal as it stands at `as_of` of its own stream. The rows wait for the next flush, or, when they are
/// `held`, for somebody to release them. What was shown before, or comes late, changes nothing.
///
/// # Errors
/// A failure of the store.
pub async fn show_deal(
    sheets: &Sheets,
    request: &Request,
    id: DealId,
    (as_of, deal, held): (u64, SheetDeal, bool),
    origin: Option<Origin>,
) -> Result<Outcome<DealRows>, ExecuteError<Refusal>> {
    let command = Command::Show { as_of, deal, held, origin };
    sheets.store.execute(&rows_stream(&sheets.tenant, id), request, &command).await
}
