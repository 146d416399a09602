use kernel::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::CodeDigest;
use crate::{Address, AudienceName, Phone, Recipient};

/// Who ended a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// The person who had it.
    Person,
    /// Somebody of the firm.
    Firm,
}

/// Somebody who joins an audience from a telephone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Subscriber {
    /// How they are called, for people.
    pub name: String,
    /// Their number.
    pub phone: Phone,
}

impl From<Subscriber> for Recipient {
    /// They are told where they proved to be.
    fn from(subscriber: Subscriber) -> Self {
        Self::at(&subscriber.name, Address::WhatsApp(subscriber.phone))
    }
}

/// A subscription as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Who will be told, and has to confirm it from that very phone.
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
    /// Another code came from the phone.
    CodeMissed {
        /// The message that held it, by its id at the provider.
        message: String,
    },
    /// Too many codes were wrong.
    SubscriptionLocked,
    /// The code came too late.
    SubscriptionExpired,
    /// The code came from the phone.
    SubscriptionConfirmed {
        /// The message that held it, by its id at the provider.
        message: String,
    },
    /// It is over.
    SubscriptionEnded {
        /// Who ended it.
        by: By,
    },
}
