use std::fmt;

use kernel::Email;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Address, Recipient};
use crate::{Channel, ChatId, Phone};

/// Somebody who is told, as it is written down: their addresses, and which channels are tried in which order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Card {
    /// How they are called, for people.
    pub name: String,
    /// Their number, for WhatsApp and short messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// Their chat with the firm's bot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telegram: Option<ChatId>,
    /// Their e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// The channels in the order they are tried: the next one when a message certainly cannot arrive by the one before.
    #[serde(default)]
    pub channels: Vec<Channel>,
}

/// A rule that a card breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardFault {
    /// There is no address at all.
    Unreachable,
    /// The channel at this position has no address.
    NoAddress(usize, Channel),
    /// The channel at this position is an earlier one again.
    Twice(usize, Channel),
    /// No channel uses this address.
    Unused(Field),
}

/// An address of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The number.
    Phone,
    /// The chat.
    Telegram,
    /// The e-mail address.
    Email,
}

impl Field {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Telegram => "telegram",
            Self::Email => "email",
        }
    }

    /// The one that a channel uses.
    #[must_use]
    pub const fn of(channel: Channel) -> Self {
        match channel {
            Channel::WhatsApp | Channel::Sms => Self::Phone,
            Channel::Telegram => Self::Telegram,
            Channel::Email => Self::Email,
        }
    }
}

impl fmt::Display for CardFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable => f.write_str("say phone, telegram or email"),
            Self::NoAddress(_, channel) => write!(f, "{channel} needs {}", Field::of(*channel).as_str()),
            Self::Twice(_, channel) => write!(f, "{channel} stands earlier in the list already"),
            Self::Unused(field) => write!(f, "no channel of the list uses {}", field.as_str()),
        }
    }
}

/// All the rules that a card breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(CardFault::to_string).collect::<Vec<_>>().join("; "))]
pub struct CardFaults(pub Vec<CardFault>);

impl Card {
    /// Where a channel reaches them.
    fn address(&self, channel: Channel) -> Option<Address> {
        match channel {
            Channel::WhatsApp => self.phone.clone().map(Address::WhatsApp),
            Channel::Telegram => self.telegram.map(Address::Telegram),
            Channel::Email => self.email.clone().map(Address::Email),
            Channel::Sms => self.phone.clone().map(Address::Sms),
        }
    }

    /// Without a list of channels, each address is used, but no short message is sent: those are paid for one by one, and
    /// have to be asked for.
    fn route(&self) -> Vec<Channel> {
        if !self.channels.is_empty() {
            return self.channels.clone();
        }
        let free = [Channel::WhatsApp, Channel::Telegram, Channel::Email];
        free.into_iter().filter(|channel| self.address(*channel).is_some()).collect()
    }

    fn faults(&self, route: &[Channel]) -> Vec<CardFault> {
        let there = [
            self.phone.as_ref().map(|_| Field::Phone),
            self.telegram.map(|_| Field::Telegram),
            self.email.as_ref().map(|_| Field::Email),
        ];
        let there: Vec<Field> = there.into_iter().flatten().collect();
        if there.is_empty() && self.channels.is_empty() {
            return vec![CardFault::Unreachable];
        }
        let mut faults = Vec::new();
        for (position, channel) in route.iter().copied().enumerate() {
            if route.iter().take(position).any(|earlier| *earlier == channel) {
                faults.push(CardFault::Twice(position, channel));
            } else if !there.contains(&Field::of(channel)) {
                faults.push(CardFault::NoAddress(position, channel));
            }
        }
        let unused =
            there.into_iter().filter(|field| !route.iter().any(|channel| Field::of(*channel) == *field));
        faults.extend(unused.map(CardFault::Unused));
        faults
    }
}

impl TryFrom<Card> for Recipient {
    type Error = CardFaults;

    fn try_from(card: Card) -> Result<Self, CardFaults> {
        let route = card.route();
        let faults = card.faults(&route);
        let mut addresses = route.iter().filter_map(|channel| card.address(*channel));
        match (faults.is_empty(), addresses.next()) {
            (true, Some(first)) => {
                let others = addresses.collect();
                Ok(Self { name: card.name, first, others })
            }
            _ => Err(CardFaults(faults)),
        }
    }
}

impl From<Recipient> for Card {
    fn from(recipient: Recipient) -> Self {
        let channels = recipient.addresses().map(Address::channel).collect();
        let mut card = Self { name: String::new(), phone: None, telegram: None, email: None, channels };
        for address in recipient.addresses() {
            match address {
                Address::WhatsApp(phone) | Address::Sms(phone) => card.phone = Some(phone.clone()),
                Address::Telegram(chat) => card.telegram = Some(*chat),
                Address::Email(email) => card.email = Some(email.clone()),
            }
        }
        Self { name: recipient.name, ..card }
    }
}
