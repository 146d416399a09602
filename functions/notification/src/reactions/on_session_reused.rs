//! `auth.session-reused`: the owners are told that somebody has a copy of a login. Phones that subscribed to news of deals as
//! owners asked for no news of logins, and get none.

use event_store::BoxError;
use futures_util::future::try_join_all;
use kernel::Timestamp;
use messaging::{Envelope, RecordFault};
use notification_domain::message::{Notice, Plan, Wording};
use notification_domain::template::{CopiedLogin, session_reused};
use notification_domain::{AudienceName, Audiences, Recipient};
use serde::Deserialize;

use super::planning::plan;
use crate::{Notifications, audiences_stream};

/// The part of the fact that is told.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SessionReused {
    email: String,
    name: String,
    opened_at: Timestamp,
    device: Device,
}

#[derive(Debug, Deserialize)]
struct Device {
    agent: Option<String>,
    address: Option<String>,
}

pub(super) async fn react(notifications: &Notifications, envelope: &Envelope) -> Result<(), RecordFault> {
    let fact = SessionReused::deserialize(&envelope.data).map_err(RecordFault::park)?;
    // Published again on purpose: the owners have been told.
    if envelope.replay {
        return Ok(());
    }
    tell(notifications, envelope, &fact).await.map_err(RecordFault::Retry)
}

async fn tell(
    notifications: &Notifications,
    envelope: &Envelope,
    fact: &SessionReused,
) -> Result<(), BoxError> {
    let audiences = notifications.store.load::<Audiences>(&audiences_stream(&notifications.tenant)).await?;
    let text = session_reused(&CopiedLogin {
        name: &fact.name,
        email: &fact.email,
        opened_at: fact.opened_at,
        agent: fact.device.agent.as_deref(),
        address: fact.device.address.as_deref(),
    });
    let told = |owner: &Recipient| Plan {
        audience: Some(AudienceName::Owners),
        correlation_id: Some(envelope.correlation_id.clone()),
        ..Plan::new(owner.clone(), Wording::Notice(Notice::SessionReused), text.clone())
    };
    let owners = audiences.state().recipients().of(AudienceName::Owners);
    try_join_all(owners.iter().map(|owner| plan(notifications, envelope, told(owner)))).await?;
    Ok(())
}
