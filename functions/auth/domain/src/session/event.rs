use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Device;
use crate::{Fingerprint, UserId};

/// What can have happened to a session, as it is stored. Private: others only hear of a session of which somebody has a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// Somebody logged in.
    Opened {
        /// Who.
        user_id: UserId,
        /// What all refresh tokens of this session have in common.
        family: Fingerprint,
        /// What the first of them has for itself.
        secret: Fingerprint,
        /// On what device.
        #[serde(default)]
        device: Device,
    },
    /// A refresh token was traded for the next one.
    Refreshed {
        /// The generation that was presented.
        presented: u32,
        /// What the next one has for itself.
        secret: Fingerprint,
    },
    /// It is over.
    Ended {
        /// Why.
        reason: EndReason,
    },
}

/// Why a session is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EndReason {
    /// Its user logged out on this device.
    LoggedOut,
    /// Its user ended it from another device.
    Revoked,
    /// A refresh token came back that had been traded before: somebody has a copy.
    Reused,
    /// The account was disabled, or its password changed.
    AccountChanged,
}

impl EndReason {
    /// As text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LoggedOut => "logged-out",
            Self::Revoked => "revoked",
            Self::Reused => "reused",
            Self::AccountChanged => "account-changed",
        }
    }
}
