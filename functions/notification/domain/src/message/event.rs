use kernel::{CorrelationId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{DigestEntry, News, ProviderStatus, State, Wording};
use crate::{AudienceName, Channel, DealId, NotificationId, Recipient};

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
    /// The digest that it is to be told in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<DigestEntry>,
    /// When it is due, if it is not to be sent before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
}

impl Plan {
    /// To one recipient, at once, as part of no audience, about no deal.
    #[must_use]
    pub const fn new(recipient: Recipient, template: Wording, text: String) -> Self {
        Self {
            recipient,
            audience: None,
            template,
            deal_id: None,
            text,
            correlation_id: None,
            digest: None,
            due: None,
        }
    }
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
    /// Of a digest: it will tell this, too.
    NewsGathered {
        /// What.
        news: News,
    },
    /// A digest tells it.
    NotificationGathered {
        /// Which.
        digest: NotificationId,
    },
    /// No digest takes it, so it leaves by itself.
    NotificationReleased,
    /// The digest that tells it got so far.
    DigestMoved {
        /// Where it stands.
        state: State,
        /// Since when, where the provider says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Timestamp>,
        /// Why, when it failed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
}
