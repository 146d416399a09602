//! A notification as clients see it.

use kernel::{CorrelationId, Timestamp};
use notification_domain::message::{Form, Planned, ProviderStatus, State, Wording};
use notification_domain::{AudienceName, Channel, DealId, NotificationId, Recipient};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One message to one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationView {
    /// Its identity.
    pub id: NotificationId,
    /// About which deal, when it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deal_id: Option<DealId>,
    /// As part of which audience, when it is part of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<AudienceName>,
    /// Who is told.
    pub recipient: Recipient,
    /// The channel it takes, or took at last.
    #[serde(default)]
    pub channel: Channel,
    /// In which words.
    pub template: Wording,
    /// What is told.
    pub text: String,
    /// Where it stands.
    pub state: State,
    /// Calls made so far.
    pub attempts: u32,
    /// How the last of them was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Form>,
    /// What went wrong with the last of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_fault: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Until when the provider's word on the last call is waited for, while nobody knows whether that call had its effect.
    /// Afterwards the message is sent again, as a possible duplicate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settles_at: Option<Timestamp>,
    /// Whether the recipient may have got it twice: a call was not answered, and the provider said nothing of it in time.
    pub possibly_duplicate: bool,
    /// Its id at the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// The digest that tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest_id: Option<NotificationId>,
    /// Of a digest: the notifications that it tells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tells: Vec<NotificationId>,
    /// When it was planned.
    pub planned_at: Timestamp,
    /// When it leaves, if it is not to leave before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// When it left the provider, by the provider's clock, as the next two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Timestamp>,
    /// When it was on the phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<Timestamp>,
    /// When it was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Timestamp>,
    /// The request that it answers in the end, as in that request's `X-Correlation-Id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<CorrelationId>,
    /// Version of the notification, as in the `ETag`.
    pub version: u64,
}

impl NotificationView {
    /// Shows a message.
    #[must_use]
    pub fn of(id: NotificationId, message: &Planned, version: u64) -> Self {
        let instant = |status| message.instants.get(&status).copied();
        let attempt = message.last_attempt.as_ref();
        Self {
            id,
            deal_id: message.plan.deal_id,
            audience: message.plan.audience,
            recipient: message.plan.recipient.clone(),
            channel: message.address().channel(),
            template: message.plan.template,
            text: message.plan.text.clone(),
            state: message.state,
            attempts: message.attempts,
            form: attempt.map(|attempt| attempt.form),
            last_fault: attempt.and_then(|attempt| attempt.fault.clone()),
            failure: message.failure.clone(),
            settles_at: message.settles_at(),
            possibly_duplicate: message.possibly_duplicate,
            provider_id: message.provider_id.clone(),
            digest_id: message.digest_id,
            tells: message.news.iter().map(|news| news.notification).collect(),
            planned_at: message.planned_at,
            due_at: message.plan.due,
            sent_at: instant(ProviderStatus::Sent),
            delivered_at: instant(ProviderStatus::Delivered),
            read_at: instant(ProviderStatus::Read),
            correlation_id: message.plan.correlation_id.clone(),
            version,
        }
    }
}
