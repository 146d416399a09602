use deal_domain::deal::{DealCommand, DealRefusal, TermsPatch};
use deal_domain::{Deal, DealId};
use event_store::{ExecuteError, Outcome, Request};

use crate::{Deals, deal_stream};

/// Changes a deal's terms, as far as stock has no part in them, and its notes; only from the version the request expects, if
/// it expects one.
///
/// # Errors
/// [`ExecuteError::Stale`], a [`DealRefusal`], or a failure of the store.
pub async fn amend_deal(
    deals: &Deals,
    request: &Request,
    deal: DealId,
    patch: TermsPatch,
) -> Result<Outcome<Deal>, ExecuteError<DealRefusal>> {
    let command = DealCommand::Amend { patch };
    deals.store.execute(&deal_stream(&deals.tenant, deal), request, &command).await
}
