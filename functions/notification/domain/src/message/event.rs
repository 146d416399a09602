use kernel::{CorrelationId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ProviderStatus, Wording};
use crate::{AudienceName, Channel, DealId, Recipient};

/// What is to be told to whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Who.
    pub recipient: Recipient,
    /// As part of which audience, when it is part of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<AudienceName>,
    /// In which words.
    pub template: Wording,
    /// About which deal, when it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deal_id: Option<DealId>,
    /// What, as it was rendered when the fact arrived.
    pub text: String,
    /// The request that it answers in the end; plans of before this was kept have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<CorrelationId>,
}

/// How a message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// As free text: on WhatsApp, because the recipient wrote within the last 24 hours.
    Text,
    /// In an approved template: outside that window WhatsApp delivers nothing else.
    Template,
}

/// What can have happened to a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum MessageEvent {
    /// It was planned.
    NotificationPlanned {
        /// What is to be told to whom.
        plan: Box<Plan>,
    },
    /// It was put into the queue.
    NotificationQueued,
    /// A call is about to be made.
    SendingStarted {
        /// Which attempt, from 1.
        attempt: u32,
        /// How it is sent.
        form: Form,
        /// An earlier call may have had its effect, and nobody said so in time.
        possibly_duplicate: bool,
    },
    /// The call had no effect; there will be another.
    SendingFailed {
        /// Class of the failure.
        class: String,
        /// What the provider said.
        reason: String,
    },
    /// Nobody knows whether the call had its effect: the provider's word is waited for.
    SendingUnsettled {
        /// What happened instead of an answer.
        reason: String,
    },
    /// The provider gave a text back, which certainly reached nobody: the template follows.
    TextGivenBack {
        /// What the provider said.
        reason: String,
    },
    /// It certainly cannot arrive by this channel: the recipient's next one follows.
    ChannelGivenUp {
        /// Which.
        channel: Channel,
        /// Class of the failure.
        class: String,
        /// What the provider said.
        reason: String,
    },
    /// The provider took it.
    NotificationAccepted {
        /// Its id there.
        provider_id: String,
    },
    /// The provider told what became of it.
    StatusReported {
        /// What.
        status: ProviderStatus,
        /// When, by its clock.
        at: Timestamp,
        /// Why, when it failed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// It will never arrive.
    NotificationFailed {
        /// Class of the failure.
        class: String,
        /// What the provider said.
        reason: String,
    },
    /// It waited for so long that it is not worth sending any more.
    NotificationExpired,
    /// A person stopped it.
    NotificationSuppressed,
    /// A person wants it sent after all.
    NotificationRetried,
}
