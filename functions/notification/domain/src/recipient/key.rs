use std::fmt;
use std::str::FromStr;

use kernel::Email;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{ChatId, Phone};

/// What tells one recipient from others: their number or, without one, their first address.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecipientKey(String);

/// A text that is no such key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a telephone number with country code, an e-mail address or the number of a Telegram chat")]
pub struct RecipientKeyError;

impl RecipientKey {
    pub(super) const fn new(key: String) -> Self {
        Self(key)
    }
}

impl FromStr for RecipientKey {
    type Err = RecipientKeyError;

    fn from_str(text: &str) -> Result<Self, RecipientKeyError> {
        let phone = text.parse().map(|phone: Phone| phone.to_string());
        let email = || text.parse().map(|email: Email| email.to_string());
        let chat = || text.parse().map(|chat: ChatId| chat.to_string());
        phone.or_else(|_| email()).or_else(|_| chat()).map(Self).map_err(|_| RecipientKeyError)
    }
}

impl fmt::Display for RecipientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Hidden, as every address of a person is.
impl fmt::Debug for RecipientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecipientKey(…)")
    }
}

impl JsonSchema for RecipientKey {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RecipientKey".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "examples": ["+919876543210", "asha@example.com"] })
    }
}
