//! What the providers say of their own accord: what became of messages, and what people wrote.

pub mod email;
pub mod telegram;
pub mod whatsapp;

use kernel::Timestamp;
use notification_domain::message::ProviderStatus;
use notification_domain::{Channel, ChatId, NotificationId, Phone};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use subtle::ConstantTimeEq as _;

/// What was said, as it waits in the inbox: the raw JSON inside a message that tells it from a fact.
#[derive(Debug, Serialize, Deserialize)]
pub struct Heard<'a> {
    /// The words of the provider. They come first, because that tells such a message from everything else that waits there.
    #[serde(borrow)]
    pub hook: &'a RawValue,
    /// Of which channel.
    #[serde(default)]
    pub of: Channel,
}

/// One thing a webhook says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// What became of a message.
    Status {
        /// Of which channel.
        channel: Channel,
        /// Which message.
        notification: NotificationId,
        /// What.
        status: ProviderStatus,
        /// When.
        at: Timestamp,
        /// Why, when it failed.
        reason: Option<String>,
    },
    /// A text reached nobody, because its recipient's window is closed.
    OutsideWindow {
        /// Which message.
        notification: NotificationId,
        /// When.
        at: Timestamp,
        /// What the provider said.
        reason: String,
    },
    /// A person wrote on WhatsApp.
    Wrote(Writing),
    /// A person wrote to the firm's bot on Telegram.
    Chatted(Chatting),
}

/// A message of a person on Telegram.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chatting {
    /// In which chat.
    pub chat: ChatId,
    /// When, by the provider's clock.
    pub at: Timestamp,
    /// Tells it from every other message of the chat.
    pub message: i64,
    /// What; empty when it is no text.
    pub text: String,
}

/// A message of a person on WhatsApp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writing {
    /// Who.
    pub phone: Phone,
    /// When, by the provider's clock.
    pub at: Timestamp,
    /// Its id at the provider.
    pub message: String,
    /// What; empty when it is no text.
    pub text: String,
}

/// Whether whoever calls knows the word that is agreed on, compared in constant time.
#[must_use]
pub fn knows_the_word(agreed: &str, said: &str) -> bool {
    !agreed.is_empty() && bool::from(agreed.as_bytes().ct_eq(said.as_bytes()))
}

impl Heard<'_> {
    /// Reads what was said; on WhatsApp, what was said about the number `phone_number_id`.
    ///
    /// # Errors
    /// When it is not the shape of what that provider says at all.
    pub fn read(&self, phone_number_id: &str) -> Result<Vec<Said>, serde_json::Error> {
        match self.of {
            Channel::WhatsApp => whatsapp::read(self.hook.get(), phone_number_id),
            Channel::Telegram => Ok(telegram::read(self.hook.get())?.into_iter().collect()),
            Channel::Email => Ok(email::read(self.hook.get())?.into_iter().collect()),
            // Its provider says nothing afterwards.
            Channel::Sms => Ok(vec![]),
        }
    }
}
