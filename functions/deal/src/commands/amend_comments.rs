use deal_domain::deal::{CommentsPatch, DealCommand, DealRefusal};
use deal_domain::{Deal, DealId};
use event_store::{ExecuteError, Outcome, Request};

use crate::{Deals, deal_stream};

/// Changes what is noted on a deal that still is at the version the request expects.
///
/// # Errors
/// [`ExecuteError::Stale`], [`DealRefusal::Unknown`], or a failure of the store.
pub async fn amend_comments(
    deals: &Deals,
    request: &Request,
    deal: DealId,
    patch: CommentsPatch,
) -> Result<Outcome<Deal>, ExecuteError<DealRefusal>> {
    let command = DealCommand::AmendComments { patch };
    deals.store.execute(&deal_stream(&deals.tenant, deal), request, &command).await
}
