use event_store::{BoxError, Filter, Index, LogError, Page, Position, Query, StorageError};
use notification_domain::subscription::State;
use notification_domain::{AudienceName, ChatId, Recipient, Subscription, SubscriptionId};

use crate::projections::{
    BY_AUDIENCE, BY_CHAT, subscriptions_by_audience, subscriptions_by_chat, subscriptions_partition,
};
use crate::subscription_view::SubscriptionView;
use crate::{Notifications, subscription_stream};

/// Most bytes of entries on a page, so that an answer stays below 64 KB.
const PAGE_BYTES: usize = 63_000;
/// Subscribers read at a time.
const AT_A_TIME: usize = 200;

/// Which subscriptions; what is `None` does not narrow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SubscriptionFilter {
    /// To this audience.
    pub audience: Option<AudienceName>,
    /// In this state.
    pub state: Option<State>,
}

/// A subscription as the log has it now; `None` when there is none.
///
/// # Errors
/// When the log cannot be read.
pub async fn subscription(
    notifications: &Notifications,
    id: SubscriptionId,
) -> Result<Option<SubscriptionView>, LogError> {
    let stream =
        notifications.store.load::<Subscription>(&subscription_stream(&notifications.tenant, id)).await?;
    Ok(stream.state().standing().map(|standing| SubscriptionView::of(id, standing, stream.version())))
}

/// One page of subscriptions, in order of their ids.
///
/// # Errors
/// When the view cannot be read.
pub async fn subscriptions(
    notifications: &Notifications,
    filter: &SubscriptionFilter,
    limit: usize,
    after: Option<Position>,
) -> Result<Page, StorageError> {
    let tenant = &notifications.tenant;
    let (index, partition, filters) = match (filter.audience, filter.state) {
        (Some(audience), Some(state)) => {
            (BY_AUDIENCE, subscriptions_by_audience(tenant, audience, state), [None, None])
        }
        (audience, state) => {
            let audience = audience.map(|name| Filter::Equals("audience", name.to_string()));
            let state = state.map(|state| Filter::Equals("state", state.as_str().to_owned()));
            (Index::Primary, subscriptions_partition(tenant), [audience, state])
        }
    };
    let filters = filters.into_iter().flatten().collect();
    let query = Query { index, partition, from: None, to: None, descending: false, filters, limit, after };
    Ok(notifications.views.query(query).await?.within(PAGE_BYTES, index))
}

/// Everybody who has subscribed to an audience and confirmed it. Eventually consistent: whoever confirmed, or sent STOP, a
/// moment ago may be missing, or still there.
///
/// # Errors
/// When the view cannot be read.
pub async fn subscribers(
    notifications: &Notifications,
    audience: AudienceName,
) -> Result<Vec<Recipient>, BoxError> {
    let filter = SubscriptionFilter { audience: Some(audience), state: Some(State::Confirmed) };
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = subscriptions(notifications, &filter, AT_A_TIME, after).await?;
        for row in page.rows {
            let view: SubscriptionView = serde_json::from_str(&row.body)?;
            found.extend(view.recipient.recipient());
        }
        after = page.next;
        if after.is_none() {
            return Ok(found);
        }
    }
}

/// What was confirmed in a chat, also what has ended since. Eventually consistent, as [`subscribers`] is.
///
/// # Errors
/// When the view cannot be read.
pub async fn subscriptions_of_chat(
    notifications: &Notifications,
    chat: ChatId,
) -> Result<Vec<SubscriptionId>, BoxError> {
    let partition = subscriptions_by_chat(&notifications.tenant, chat);
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let partition = partition.clone();
        let query = Query {
            index: BY_CHAT,
            partition,
            from: None,
            to: None,
            descending: false,
            filters: vec![],
            limit: AT_A_TIME,
            after,
        };
        let page = notifications.views.query(query).await?;
        for row in page.rows {
            found.push(row.sk.parse()?);
        }
        after = page.next;
        if after.is_none() {
            return Ok(found);
        }
    }
}
