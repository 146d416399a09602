use deal_domain::deal::{DealCommand, DealRefusal, ImportedDeal};
use deal_domain::{Deal, DealId};
use event_store::{ExecuteError, Outcome, Request};

use crate::{Deals, deal_stream};

/// Takes a deal over from another system. One write for a new deal; an unchanged one writes nothing.
///
/// # Errors
/// [`DealRefusal::Terms`], [`DealRefusal::ImportedOnAnotherDay`], or a failure of the store.
pub async fn import_deal(
    deals: &Deals,
    request: &Request,
    deal: ImportedDeal,
) -> Result<Outcome<Deal>, ExecuteError<DealRefusal>> {
    let stream = deal_stream(&deals.tenant, DealId::imported(&deals.tenant, &deal.legacy_id));
    deals.store.create(&stream, request, &DealCommand::Import(Box::new(deal))).await
}
