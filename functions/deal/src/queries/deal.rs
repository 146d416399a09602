use deal_domain::{Deal, DealId};
use event_store::{LogError, Stream};
use kernel::Timestamp;

use crate::deal_view::DealView;
use crate::{Deals, deal_stream};

/// A deal as the log has it now; `None` when there is no such deal.
///
/// # Errors
/// When the log cannot be read.
pub async fn deal(deals: &Deals, id: DealId) -> Result<Option<DealView>, LogError> {
    let stream = deals.store.load::<Deal>(&deal_stream(&deals.tenant, id)).await?;
    Ok(shown(id, &stream))
}

/// A deal as it stood at an instant; `None` when it was not registered then.
///
/// # Errors
/// When the log cannot be read.
pub async fn deal_as_of(deals: &Deals, id: DealId, instant: Timestamp) -> Result<Option<DealView>, LogError> {
    let stream = deal_stream(&deals.tenant, id);
    let mut commits = deals.store.history(&stream).await?;
    commits.retain(|commit| commit.at <= instant);
    Ok(shown(id, &Stream::fold(stream, &commits, instant)?))
}

fn shown(id: DealId, stream: &Stream<Deal>) -> Option<DealView> {
    stream.state().registered().map(|deal| DealView::of(id, deal, stream.version()))
}
