//! The list of subscriptions, by audience and state, and by the chat they were confirmed in.

use std::collections::BTreeMap;

use event_store::{BoxError, Commit, Index, Row};
use kernel::Tenant;
use notification_domain::subscription::{Place, State};
use notification_domain::{AudienceName, ChatId, Subscription, SubscriptionId};

use crate::Notifications;
use crate::subscription_view::SubscriptionView;

/// The index that lists subscriptions by audience and state.
pub const BY_AUDIENCE: Index = Index::Extra(0);
/// The index that lists subscriptions by chat.
pub const BY_CHAT: Index = Index::Extra(1);

/// The partition that lists a tenant's subscriptions.
#[must_use]
pub fn subscriptions_partition(tenant: &Tenant) -> String {
    format!("T#{tenant}#subscriptions")
}

/// The index partition that lists the subscriptions to an audience in a state.
#[must_use]
pub fn subscriptions_by_audience(tenant: &Tenant, audience: AudienceName, state: State) -> String {
    format!("T#{tenant}#subscriptions#a#{audience}#{}", state.as_str())
}

/// The index partition that lists what was confirmed in a chat.
#[must_use]
pub fn subscriptions_by_chat(tenant: &Tenant, chat: ChatId) -> String {
    format!("T#{tenant}#subscriptions#c#{chat}")
}

/// Writes the row of the subscription that a commit belongs to, as it stands now.
pub(super) async fn project(notifications: &Notifications, commit: &Commit) -> Result<(), BoxError> {
    let stream = notifications.store.load::<Subscription>(&commit.stream).await?;
    let Some(standing) = stream.state().standing() else { return Ok(()) };
    let id: SubscriptionId = commit.stream.key().parse()?;
    let (tenant, audience) = (&notifications.tenant, standing.asked.audience);
    let chat = match standing.asked.recipient.place {
        Place::Chat { chat } => chat,
        Place::Phone { .. } => None,
    };
    let row = Row {
        pk: subscriptions_partition(tenant),
        sk: id.to_string(),
        sequence: stream.version(),
        indexes: [
            Some((subscriptions_by_audience(tenant, audience, standing.state), id.to_string())),
            chat.map(|chat| (subscriptions_by_chat(tenant, chat), id.to_string())),
            None,
        ],
        attributes: BTreeMap::from([
            ("state".to_owned(), standing.state.as_str().to_owned()),
            ("audience".to_owned(), audience.to_string()),
        ]),
        body: serde_json::to_string(&SubscriptionView::of(id, standing, stream.version()))?,
    };
    notifications.views.put(row).await?;
    Ok(())
}
