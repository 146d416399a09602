use kernel::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::CodeDigest;
use crate::{Address, AudienceName, Channel, ChatId, Phone, Recipient};

/// Who ended a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// The person who had it.
    Person,
    /// Somebody of the firm.
    Firm,
}

/// Where a subscriber confirms, and is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Place {
    /// On WhatsApp.
    Phone {
        /// Their number; from no other can they confirm.
        phone: Phone,
    },
    /// On Telegram.
    Chat {
        /// The chat in which they confirmed; absent until then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chat: Option<ChatId>,
    },
}

/// Somebody who joins an audience from where they want to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Subscriber {
    /// How they are called, for people.
    pub name: String,
    /// Where they are told.
    #[serde(flatten)]
    pub place: Place,
}

impl Place {
    /// By which channel.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Phone { .. } => Channel::WhatsApp,
            Self::Chat { .. } => Channel::Telegram,
        }
    }
}

impl Subscriber {
    /// Whom to tell; `None` while it is not known where.
    #[must_use]
    pub fn recipient(&self) -> Option<Recipient> {
        let address = match &self.place {
            Place::Phone { phone } => Address::WhatsApp(phone.clone()),
            Place::Chat { chat } => Address::Telegram((*chat)?),
        };
        Some(Recipient::at(&self.name, address))
    }
}

/// A subscription as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Who will be told, and has to confirm it from there.
    pub recipient: Subscriber,
    /// What they will be told.
    pub audience: AudienceName,
    /// What has to be sent from there, digested.
    pub code: CodeDigest,
    /// Until when.
    pub expires_at: Timestamp,
}

/// What can have happened to a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SubscriptionEvent {
    /// It was asked for, perhaps not for the first time: only the newest code counts.
    SubscriptionRequested {
        /// As what.
        asked: Box<Asked>,
    },
    /// Another code came.
    CodeMissed {
        /// The message that held it, by its id at the provider.
        message: String,
    },
    /// Too many codes were wrong.
    SubscriptionLocked,
    /// The code came too late.
    SubscriptionExpired,
    /// The code came.
    SubscriptionConfirmed {
        /// The message that held it, by its id at the provider.
        message: String,
        /// The chat it came from, where that was not known before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chat: Option<ChatId>,
    },
    /// It is over.
    SubscriptionEnded {
        /// Who ended it.
        by: By,
    },
}
