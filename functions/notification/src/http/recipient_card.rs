//! Somebody who is told, in a request.

use std::borrow::Cow;

use http_kit::json::Path;
use http_kit::{Faults, FromJson, Items, Node, Parsed, Text, request_body, request_enum};
use kernel::Email;
use notification_domain::recipient::{Card, CardFault};
use notification_domain::{Channel, ChatId, Phone, Recipient};
use schemars::{JsonSchema, Schema, SchemaGenerator};

request_enum! {
    /// A way that messages take.
    pub enum ChannelName {
        /// WhatsApp.
        WhatsApp => "whatsapp",
        /// Telegram.
        Telegram => "telegram",
        /// E-mail.
        Email => "email",
        /// Short messages.
        Sms => "sms",
    }
}

impl From<ChannelName> for Channel {
    fn from(name: ChannelName) -> Self {
        match name {
            ChannelName::WhatsApp => Self::WhatsApp,
            ChannelName::Telegram => Self::Telegram,
            ChannelName::Email => Self::Email,
            ChannelName::Sms => Self::Sms,
        }
    }
}

request_body! {
    /// Somebody who is told, by one or several channels.
    pub struct CardBody {
        /// How they are called.
        pub name: Text<1, 100>,
        /// Their number with country code; blanks, hyphens and parentheses do not matter.
        pub phone: Option<Parsed<Phone>>,
        /// The number of their chat with the firm's bot.
        pub telegram: Option<Parsed<ChatId>>,
        /// Their e-mail address.
        pub email: Option<Parsed<Email>>,
        /// The channels in the order they are tried: the next one when a message certainly cannot arrive by the one before.
        /// Left out, each address is used in the order `whatsapp`, `telegram`, `email`; short messages have to be asked for.
        pub channels: Option<Items<ChannelName, 1, 4>>,
    }
}

/// A [`CardBody`] without contradictions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientBody(pub Recipient);

impl FromJson for RecipientBody {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let body = CardBody::from_json(node, faults)?;
        let card = Card {
            name: body.name.into_string(),
            phone: body.phone.map(|phone| phone.0),
            telegram: body.telegram.map(|chat| chat.0),
            email: body.email.map(|email| email.0),
            channels: body.channels.into_iter().flatten().map(Into::into).collect(),
        };
        match Recipient::try_from(card) {
            Ok(recipient) => Some(Self(recipient)),
            Err(broken) => {
                for fault in broken.0 {
                    contradiction(node, fault, faults);
                }
                None
            }
        }
    }
}

/// Puts a fault where it stands in the request.
fn contradiction(node: &Node<'_>, fault: CardFault, faults: &mut Faults) {
    let channels = Path::Key(&node.path, "channels");
    let (path, code) = match fault {
        CardFault::Unreachable => (node.path, "unreachable"),
        CardFault::NoAddress(position, _) => (Path::Index(&channels, position), "no-address"),
        CardFault::Twice(position, _) => (Path::Index(&channels, position), "duplicate"),
        CardFault::Unused(field) => (Path::Key(&node.path, field.as_str()), "unused"),
    };
    faults.add(path, code, fault.to_string());
}

impl JsonSchema for RecipientBody {
    fn schema_name() -> Cow<'static, str> {
        "RecipientBody".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        CardBody::json_schema(generator)
    }
}
