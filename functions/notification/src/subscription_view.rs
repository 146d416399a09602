//! A subscription as clients see it.

use kernel::Timestamp;
use notification_domain::subscription::{Standing, State};
use notification_domain::{AudienceName, Channel, Subscriber, SubscriptionId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One phone or chat that joins an audience.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionView {
    /// Its identity: the same phone and audience always have the same, each link has its own.
    pub id: SubscriptionId,
    /// How they are told.
    #[serde(default)]
    pub channel: Channel,
    /// Who is told.
    pub recipient: Subscriber,
    /// As part of which audience.
    pub audience: AudienceName,
    /// Where it stands. One whose time is up stays `pending` until its code comes too late.
    pub state: State,
    /// When it was asked for, the last time.
    pub requested_at: Timestamp,
    /// Until when its code is good.
    pub expires_at: Timestamp,
    /// Wrong codes since it was last asked for; the fifth locks it.
    pub wrong_codes: usize,
    /// When it was confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Version of the subscription, as in the `ETag`.
    pub version: u64,
}

impl SubscriptionView {
    /// Shows a subscription.
    #[must_use]
    pub fn of(id: SubscriptionId, standing: &Standing, version: u64) -> Self {
        Self {
            id,
            channel: standing.asked.recipient.place.channel(),
            recipient: standing.asked.recipient.clone(),
            audience: standing.asked.audience,
            state: standing.state,
            requested_at: standing.requested_at,
            expires_at: standing.asked.expires_at,
            wrong_codes: standing.missed.len(),
            confirmed_at: standing.confirmed_at,
            ended_at: standing.ended_at,
            version,
        }
    }
}
