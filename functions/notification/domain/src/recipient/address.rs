use std::fmt;

use kernel::Email;
use kernel::email::EmailError;

use crate::chat_id::ChatIdError;
use crate::phone::PhoneError;
use crate::{Channel, ChatId, Phone};

/// A text that is no address of the channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// No number.
    #[error(transparent)]
    Phone(#[from] PhoneError),
    /// No chat.
    #[error(transparent)]
    Chat(#[from] ChatIdError),
    /// No e-mail address.
    #[error(transparent)]
    Email(#[from] EmailError),
}

/// Where somebody is reached, and by which channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// On WhatsApp, by number.
    WhatsApp(Phone),
    /// On Telegram, in the chat they began with the firm's bot.
    Telegram(ChatId),
    /// By e-mail.
    Email(Email),
    /// By short message.
    Sms(Phone),
}

impl Address {
    /// By which channel.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        match self {
            Self::WhatsApp(_) => Channel::WhatsApp,
            Self::Telegram(_) => Channel::Telegram,
            Self::Email(_) => Channel::Email,
            Self::Sms(_) => Channel::Sms,
        }
    }

    /// Reads an address as its channel writes it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(channel: Channel, text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        Ok(match channel {
            Channel::WhatsApp => Self::WhatsApp(text.parse()?),
            Channel::Telegram => Self::Telegram(text.parse()?),
            Channel::Email => Self::Email(text.parse()?),
            Channel::Sms => Self::Sms(text.parse()?),
        })
    }

    /// The telephone number, where there is one.
    #[must_use]
    pub const fn phone(&self) -> Option<&Phone> {
        match self {
            Self::WhatsApp(phone) | Self::Sms(phone) => Some(phone),
            Self::Telegram(_) | Self::Email(_) => None,
        }
    }
}

/// The bare address: a number, a chat, an e-mail address.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WhatsApp(phone) | Self::Sms(phone) => phone.fmt(f),
            Self::Telegram(chat) => chat.fmt(f),
            Self::Email(email) => email.fmt(f),
        }
    }
}
