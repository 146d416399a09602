//! The ways that messages take.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A way that messages take.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// WhatsApp, by the Cloud API.
    // The only one there was at first: what names none was meant for it.
    #[default]
    WhatsApp,
    /// Telegram, by the firm's bot.
    Telegram,
    /// E-mail.
    Email,
    /// Short messages.
    Sms,
}

/// A text that names no channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no channel")]
pub struct NoChannel;

impl Channel {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::WhatsApp, Self::Telegram, Self::Email, Self::Sms];

    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WhatsApp => "whatsapp",
            Self::Telegram => "telegram",
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }
}

impl FromStr for Channel {
    type Err = NoChannel;

    fn from_str(text: &str) -> Result<Self, NoChannel> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == text).ok_or(NoChannel)
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
