//! What a person wrote to the firm's bot on Telegram. A link begins their subscription, `STOP` ends what was begun in the chat, and
//! `/start` without a link that counts is answered with the number of the chat, by which the firm can name it as an address. Nothing
//! else is answered.

use event_store::BoxError;
use notification_domain::message::Notice;
use notification_domain::subscription::{Invitation, Saying};
use notification_domain::template::{chat_number, nothing_to_end};
use notification_domain::{Address, Recipient};
use uuid::Uuid;

use super::reading::{Reading, Sent};
use crate::Notifications;
use crate::codes::CodeKey;
use crate::hook::Chatting;
use crate::queries::subscriptions_of_chat;

/// Namespace of the causes of answers: messages in chats.
const CHATS: Uuid = Uuid::from_u128(0x3fa2_60d7_91c4_5b08_8e2d_5c19_a7f4_e063);

/// Acts on what somebody wrote.
pub(super) async fn act(
    notifications: &Notifications,
    codes: &CodeKey,
    chatting: &Chatting,
) -> Result<(), BoxError> {
    let mut words = chatting.text.split_whitespace();
    // A command may name the bot: `/start@firm_bot`.
    let command = words.next().unwrap_or_default().split('@').next().unwrap_or_default();
    let starts = command == "/start";
    let stops = Saying::of(command) == Saying::Stop && words.clone().next().is_none();
    if !starts && !stops {
        return Ok(());
    }
    let message = format!("{}#{}", chatting.chat, chatting.message);
    let cause = Uuid::new_v5(&CHATS, message.as_bytes());
    let chat = chatting.chat;
    let reading = Reading::new(notifications, Sent { message, at: chatting.at, chat: Some(chat), cause })?;
    let here = Recipient::at("chat", Address::Telegram(chat));
    if stops {
        let ids = subscriptions_of_chat(notifications, chat).await?;
        if !reading.end(ids).await? {
            reading.answer(here, Notice::SubscriptionEnded, nothing_to_end()).await?;
        }
        return Ok(());
    }
    let invitation = words.next().and_then(|word| word.parse::<Invitation>().ok());
    if let Some(Invitation { subscription, code }) = invitation
        && reading.load(subscription).await?.state().standing().is_some()
        && reading.confirm(subscription, codes.digest(subscription, &code)).await?
    {
        return Ok(());
    }
    reading.answer(here, Notice::ChatNumber, chat_number(chat)).await
}
