use deal_domain::deal::{DealCommand, DealRefusal};
use deal_domain::{Deal, DealId};
use event_store::{ExecuteError, Outcome, Request};

use crate::{Deals, deal_stream};

/// Calls a deal off. Calling it off again changes nothing and is no error.
///
/// # Errors
/// [`DealRefusal::Unknown`] or [`DealRefusal::Rejected`], or a failure of the store.
pub async fn cancel_deal(
    deals: &Deals,
    request: &Request,
    deal: DealId,
    reason: Option<String>,
) -> Result<Outcome<Deal>, ExecuteError<DealRefusal>> {
    let command = DealCommand::Cancel { reason };
    deals.store.execute(&deal_stream(&deals.tenant, deal), request, &command).await
}
