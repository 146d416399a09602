//! `POST /telegram/bot{token}/sendMessage` (<https://core.telegram.org/bots/api#sendmessage>).

use axum::Json;
use axum::extract::{Path, State as Extracted};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::html::to_be_read;
use super::{Message, State, World};

/// Longest text once its marks are taken off, in characters.
const LONGEST_TEXT: usize = 4_096;

#[derive(Deserialize)]
struct Asked {
    chat_id: Value,
    text: String,
    #[serde(default)]
    parse_mode: Option<String>,
}

/// An error as the Bot API words it.
struct BotError {
    code: u16,
    description: &'static str,
    retry_after: Option<u64>,
}

impl BotError {
    const fn bad(description: &'static str) -> Self {
        Self { code: 400, description, retry_after: None }
    }

    fn answer(&self) -> Response {
        let mut body = json!({ "ok": false, "error_code": self.code, "description": self.description });
        if let Some(seconds) = self.retry_after {
            body["parameters"] = json!({ "retry_after": seconds });
        }
        let status = StatusCode::from_u16(self.code).unwrap_or(StatusCode::BAD_REQUEST);
        (status, Json(body)).into_response()
    }
}

pub(super) async fn send_message(
    Extracted(world): Extracted<World>,
    Path(bot): Path<String>,
    body: String,
) -> Response {
    let sent = send(&mut world.lock(), &bot, &body);
    match sent {
        Ok(message) => Json(json!({ "ok": true, "result": {
            "message_id": message.message_id,
            "date": 0,
            "chat": { "id": message.chat, "type": "private" },
            "text": message.text,
        }}))
        .into_response(),
        Err(error) => error.answer(),
    }
}

fn send(state: &mut State, bot: &str, body: &str) -> Result<Message, BotError> {
    if bot.strip_prefix("bot") != Some(state.settings.token.as_str()) {
        return Err(BotError { code: 401, description: "Unauthorized", retry_after: None });
    }
    let Ok(asked) = serde_json::from_str::<Asked>(body) else {
        return Err(BotError::bad("Bad Request: can't parse request JSON object"));
    };
    let id = match &asked.chat_id {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    let Some(id) = id.filter(|id| state.chats.contains_key(id)) else {
        return Err(BotError::bad("Bad Request: chat not found"));
    };
    let text = match asked.parse_mode.as_deref() {
        Some("HTML") => to_be_read(&asked.text).ok_or(BotError::bad("Bad Request: can't parse entities"))?,
        None => asked.text.clone(),
        Some(_) => return Err(BotError::bad("Bad Request: unsupported parse_mode")),
    };
    if text.trim().is_empty() {
        return Err(BotError::bad("Bad Request: message text is empty"));
    }
    if text.chars().count() > LONGEST_TEXT {
        return Err(BotError::bad("Bad Request: message is too long"));
    }
    spend_allowance(state, id)?;
    let message = Message { message_id: state.next_id(), chat: id.to_string(), text, html: asked.text };
    state.messages.push(message.clone());
    Ok(message)
}

/// A burst, then one message a second.
fn spend_allowance(state: &mut State, id: i64) -> Result<(), BotError> {
    let full = u64::from(state.settings.chat_burst) * 1_000;
    let chat = state.begin(id);
    if chat.blocked {
        return Err(BotError {
            code: 403,
            description: "Forbidden: bot was blocked by the user",
            retry_after: None,
        });
    }
    let (left, since) = chat.allowance;
    let earned = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
    let have = left.saturating_add(earned).min(full);
    let Some(rest) = have.checked_sub(1_000) else {
        return Err(BotError {
            code: 429,
            description: "Too Many Requests: retry after 1",
            retry_after: Some(1),
        });
    };
    chat.allowance = (rest, Instant::now());
    Ok(())
}
