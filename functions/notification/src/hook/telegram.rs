//! Telegram's webhook (<https://core.telegram.org/bots/api#update>): people write to the firm's bot. What becomes of the bot's
//! own messages it does not tell.

use kernel::Timestamp;
use notification_domain::ChatId;
use serde::Deserialize;

use super::{Chatting, Said};

/// The header that carries the secret the webhook was set up with (<https://core.telegram.org/bots/api#setwebhook>).
pub const SECRET_HEADER: &str = "x-telegram-bot-api-secret-token";

#[derive(Deserialize)]
struct Update {
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Message {
    message_id: i64,
    /// In seconds since 1970.
    date: i64,
    chat: Chat,
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
struct Chat {
    id: i64,
}

/// Reads an update; `None` when it is no message of a person, such as an edit or a reaction.
///
/// # Errors
/// When it is not the shape of an update at all.
pub fn read(update: &str) -> Result<Option<Said>, serde_json::Error> {
    let Update { message } = serde_json::from_str(update)?;
    Ok(message.and_then(|Message { message_id: message, date, chat, text }| {
        let chat = ChatId::try_from(chat.id).ok()?;
        let at = Timestamp::from_unix_ms(date.checked_mul(1_000)?);
        Some(Said::Chatted(Chatting { chat, at, message, text }))
    }))
}
