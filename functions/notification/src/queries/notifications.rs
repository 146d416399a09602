use event_store::{Filter, Index, Page, Position, Query, StorageError};
use notification_domain::DealId;
use notification_domain::message::State;
use notification_domain::recipient::RecipientKey;

use crate::Notifications;
use crate::projections::{
    BY_DEAL, BY_RECIPIENT, BY_STATE, notifications_by_deal, notifications_by_recipient,
    notifications_by_state, notifications_partition,
};

/// Most bytes of entries on a page, so that an answer stays below 64 KB.
const PAGE_BYTES: usize = 63_000;

/// Which notifications; what is `None` does not narrow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NotificationFilter {
    /// About this deal.
    pub deal: Option<DealId>,
    /// To this recipient.
    pub recipient: Option<RecipientKey>,
    /// In this state.
    pub state: Option<State>,
}

/// One page of notifications, newest first. Walks the narrowest index the filter allows and filters the rest.
///
/// # Errors
/// When the view cannot be read.
pub async fn notifications(
    notifications: &Notifications,
    filter: &NotificationFilter,
    limit: usize,
    after: Option<Position>,
) -> Result<Page, StorageError> {
    let tenant = &notifications.tenant;
    let state = filter.state.map(|state| Filter::Equals("state", state.as_str().to_owned()));
    let recipient = filter.recipient.as_ref().map(|key| Filter::Equals("recipient", key.to_string()));
    let (index, partition, filters) = match (filter.deal, &filter.recipient, filter.state) {
        (Some(deal), _, _) => (BY_DEAL, notifications_by_deal(tenant, deal), [state, recipient]),
        (None, Some(key), _) => (BY_RECIPIENT, notifications_by_recipient(tenant, key), [state, None]),
        (None, None, Some(state)) => (BY_STATE, notifications_by_state(tenant, state), [None, None]),
        (None, None, None) => (Index::Primary, notifications_partition(tenant), [None, None]),
    };
    let filters = filters.into_iter().flatten().collect();
    let query = Query { index, partition, from: None, to: None, descending: true, filters, limit, after };
    Ok(notifications.views.query(query).await?.within(PAGE_BYTES, index))
}
