//! What a person wrote to the firm's bot on Telegram: `/start` is answered with the number of the chat, by which the firm can
//! name it as an address. Nothing else is.

use event_store::{BoxError, Request};
use notification_domain::message::{MessageCommand, Notice, Plan, Wording};
use notification_domain::template::chat_number;
use notification_domain::{Address, Message, NotificationId, Recipient};
use uuid::Uuid;

use crate::hook::Chatting;
use crate::{Notifications, message_stream};

/// Namespace of the causes of answers: messages in chats.
const CHATS: Uuid = Uuid::from_u128(0x3fa2_60d7_91c4_5b08_8e2d_5c19_a7f4_e063);

/// Acts on what somebody wrote. The same message again is answered once.
pub(super) async fn act(notifications: &Notifications, chatting: &Chatting) -> Result<(), BoxError> {
    // A command may name the bot: `/start@firm_bot`.
    let command = chatting.text.split_whitespace().next().unwrap_or_default();
    if command.split('@').next() != Some("/start") {
        return Ok(());
    }
    let tenant = &notifications.tenant;
    let message = format!("{}#{}", chatting.chat, chatting.message);
    let cause = Uuid::new_v5(&CHATS, message.as_bytes());
    let template = Wording::Notice(Notice::ChatNumber);
    let recipient = Recipient::at("chat", Address::Telegram(chatting.chat));
    let id = NotificationId::of(tenant, cause, &recipient, template);
    let correlation = notifications.ids.uuid().simple().to_string().parse()?;
    let provenance = notifications.own(correlation, Some(cause.to_string()));
    let plan = Plan {
        correlation_id: Some(provenance.correlation.clone()),
        ..Plan::new(recipient, template, chat_number(chatting.chat))
    };
    let command = MessageCommand::Plan(Box::new(plan));
    let stream = message_stream(tenant, id);
    notifications.store.create::<Message>(&stream, &Request::new(provenance), &command).await?;
    Ok(())
}
