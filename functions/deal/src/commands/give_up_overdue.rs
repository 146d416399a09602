use deal_domain::Deal;
use deal_domain::DealId;
use deal_domain::deal::DealCommand;
use event_store::{BoxError, Query, Request};
use kernel::{Actor, CorrelationId, Provenance};

use crate::projections::{BY_STATUS, deals_by_status};
use crate::{CONTEXT, Deals, deal_stream};

/// Pending deals looked at in one page.
const PAGE: usize = 100;

/// Cancels every pending deal whose due time has passed; tells how many. One deal that fails does not hold up the
/// others.
///
/// # Errors
/// When the list cannot be read, or a deal could not be given up: the schedule then comes again.
pub async fn give_up_overdue(deals: &Deals) -> Result<usize, BoxError> {
    let now = deals.clock.now();
    let mut after = None;
    let (mut given_up, mut failure) = (0, None);
    loop {
        let page = deals
            .views
            .query(Query {
                index: BY_STATUS,
                partition: deals_by_status(&deals.tenant, "pending"),
                from: None,
                to: None,
                descending: false,
                filters: Vec::new(),
                limit: PAGE,
                after,
            })
            .await?;
        for row in &page.rows {
            let deal: DealId = row.attributes.get("id").map(String::as_str).unwrap_or_default().parse()?;
            let correlation: CorrelationId = format!("sweep-{}", deals.ids.uuid().simple()).parse()?;
            let request = Request::new(Provenance {
                tenant: deals.tenant.clone(),
                actor: Actor::system(CONTEXT),
                correlation,
                causation: None,
                traceparent: None,
            });
            let stream = deal_stream(&deals.tenant, deal);
            match deals.store.execute::<Deal>(&stream, &request, &DealCommand::GiveUp { now }).await {
                Ok(outcome) => given_up += usize::from(outcome.commit.is_some()),
                Err(error) => {
                    tracing::error!(deal.id = %deal, error = %kernel::error::chain(&error), "deal not given up");
                    failure = Some(error);
                }
            }
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    if given_up > 0 {
        tracing::warn!(deals = given_up, "undecided deals were given up");
    }
    failure.map_or(Ok(given_up), |error| Err(error.into()))
}
