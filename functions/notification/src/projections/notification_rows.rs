//! The list of notifications, newest first, and by deal, state and recipient.

use std::collections::BTreeMap;

use event_store::{BoxError, Index, Row};
use kernel::Tenant;
use notification_domain::message::{Planned, State};
use notification_domain::recipient::RecipientKey;
use notification_domain::{DealId, NotificationId};

use crate::Notifications;
use crate::notification_view::NotificationView;

/// The index that lists notifications by deal.
pub const BY_DEAL: Index = Index::Extra(0);
/// The index that lists notifications by state.
pub const BY_STATE: Index = Index::Extra(1);
/// The index that lists notifications by recipient.
pub const BY_RECIPIENT: Index = Index::Extra(2);

/// The partition that lists a tenant's notifications.
#[must_use]
pub fn notifications_partition(tenant: &Tenant) -> String {
    format!("T#{tenant}#notifications")
}

/// The index partition that lists the notifications about a deal.
#[must_use]
pub fn notifications_by_deal(tenant: &Tenant, deal: DealId) -> String {
    format!("T#{tenant}#notifications#d#{deal}")
}

/// The index partition that lists the notifications in a state.
#[must_use]
pub fn notifications_by_state(tenant: &Tenant, state: State) -> String {
    format!("T#{tenant}#notifications#s#{}", state.as_str())
}

/// The index partition that lists the notifications to somebody.
#[must_use]
pub fn notifications_by_recipient(tenant: &Tenant, key: &RecipientKey) -> String {
    format!("T#{tenant}#notifications#r#{key}")
}

/// Writes the row of a message as it stands at `version`.
pub(super) async fn project(
    notifications: &Notifications,
    id: NotificationId,
    message: &Planned,
    version: u64,
) -> Result<(), BoxError> {
    let (tenant, plan) = (&notifications.tenant, &message.plan);
    let recipient = plan.recipient.key();
    let place = format!("{}#{id}", message.planned_at);
    let row = Row {
        pk: notifications_partition(tenant),
        sk: place.clone(),
        sequence: version,
        indexes: [
            plan.deal_id.map(|deal| (notifications_by_deal(tenant, deal), place.clone())),
            Some((notifications_by_state(tenant, message.state), place.clone())),
            Some((notifications_by_recipient(tenant, &recipient), place)),
        ],
        attributes: BTreeMap::from([
            ("state".to_owned(), message.state.as_str().to_owned()),
            ("recipient".to_owned(), recipient.to_string()),
        ]),
        body: serde_json::to_string(&NotificationView::of(id, message, version))?,
    };
    notifications.views.put(row).await?;
    Ok(())
}
