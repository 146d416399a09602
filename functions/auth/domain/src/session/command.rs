use kernel::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::EndReason;
use crate::{Fingerprint, UserId};

/// What can be asked of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Begins it.
    Open {
        /// Who logged in.
        user_id: UserId,
        /// What all refresh tokens of this session have in common.
        family: Fingerprint,
        /// What the first of them has for itself.
        secret: Fingerprint,
        /// On what device.
        device: Device,
    },
    /// Trades a refresh token for the next one.
    Refresh {
        /// The token that was presented.
        presented: Presented,
        /// What the next one has for itself.
        next: Fingerprint,
        /// When.
        at: Timestamp,
    },
    /// Ends it.
    End {
        /// Why.
        reason: EndReason,
    },
}

/// On what device a session was opened, as far as it says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Device {
    /// What its browser or program calls itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The network address it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// A refresh token as it was presented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented {
    /// Which token of the session it is, from 1.
    pub generation: u32,
    /// What it has in common with the session's other tokens.
    pub family: Fingerprint,
    /// What it has for itself.
    pub secret: Fingerprint,
}
