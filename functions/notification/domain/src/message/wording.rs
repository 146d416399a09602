use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::template::TemplateName;

/// What a message is, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Wording {
    /// News of a deal, to one of the audiences.
    Deal(TemplateName),
    /// Something else.
    Notice(Notice),
}

/// What is said besides news of deals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    /// A subscription begins.
    SubscriptionConfirmed,
    /// A subscription has ended.
    SubscriptionEnded,
    /// What a person wrote.
    OneOff,
    /// Whether the provider works.
    Test,
    /// Somebody has a copy of a login.
    SessionReused,
    /// By which number a Telegram chat is an address.
    ChatNumber,
    /// News of several deals at once.
    Digest,
}

impl Notice {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SubscriptionConfirmed => "subscription-confirmed",
            Self::SubscriptionEnded => "subscription-ended",
            Self::OneOff => "one-off",
            Self::Test => "test",
            Self::SessionReused => "session-reused",
            Self::ChatNumber => "chat-number",
            Self::Digest => "digest",
        }
    }
}

impl fmt::Display for Wording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deal(template) => template.fmt(f),
            Self::Notice(notice) => f.write_str(notice.as_str()),
        }
    }
}
