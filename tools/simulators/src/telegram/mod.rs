//! The Telegram Bot API, as far as one bot that sends texts and is written to can tell (<https://core.telegram.org/bots/api>).
//!
//! | request | answer |
//! |---|---|
//! | `POST /telegram/bot{token}/sendMessage` | the Bot API: the message, or an error with the real one's code |
//! | `GET`, `PUT /_sim/telegram/settings` | the bot's token, and where updates go with which secret ([`Settings`]) |
//! | `GET /_sim/telegram/messages?chat=` | what arrived in chats, in order: `[{messageId, chat, text, html}]` |
//! | `PUT /_sim/telegram/chats/{id}` | `{blocked?}`: the person stops the bot, or begins anew |
//! | `POST /_sim/telegram/chats/{id}/messages` | `{text}`: the person writes, which begins the chat |
//! | `GET /_sim/telegram/calls` | the calls of the Bot API, spoiled or not, with their times |
//! | `DELETE /_sim/telegram` | forgets chats and messages; settings stay |
//!
//! As with the real one, a bot cannot begin a chat (400), a person who stopped it is out of reach (403), and what is no
//! well-formed HTML of the few tags that Telegram knows is refused (400).

mod bot_api;
mod html;
mod people;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::routing::{delete, get, post, put};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::calls::Calls;
use crate::faults::Faults;

/// What the provider's side is set to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Settings {
    /// The one bot's token; anything else is 401.
    pub token: String,
    /// Messages a chat may get at once before one a second; more is 429.
    pub chat_burst: u32,
    /// Where updates are sent; nowhere when absent.
    pub webhook: Option<Webhook>,
}

/// Where updates are sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Webhook {
    /// Where to.
    pub url: String,
    /// Comes with every update, in `X-Telegram-Bot-Api-Secret-Token`.
    pub secret: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self { token: "110201543:sim-telegram-token".to_owned(), chat_burst: 20, webhook: None }
    }
}

/// A message that arrived in a chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    message_id: i64,
    chat: String,
    /// What is to be read.
    text: String,
    /// As it was sent.
    html: String,
}

/// A conversation of a person with the bot.
#[derive(Debug, Clone, Copy)]
struct Chat {
    blocked: bool,
    /// Messages it may still get at once, in thousandths, and when that was true.
    allowance: (u64, Instant),
}

#[derive(Debug, Default)]
struct State {
    settings: Settings,
    chats: BTreeMap<i64, Chat>,
    messages: Vec<Message>,
    /// Counts messages and updates.
    made: i64,
}

/// The provider's side.
#[derive(Debug, Clone, Default)]
struct World {
    state: Arc<Mutex<State>>,
}

impl World {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn next_id(&mut self) -> i64 {
        self.made += 1;
        self.made
    }

    /// The chat, which begins here.
    fn begin(&mut self, id: i64) -> &mut Chat {
        let full = u64::from(self.settings.chat_burst) * 1_000;
        self.chats.entry(id).or_insert_with(|| Chat { blocked: false, allowance: (full, Instant::now()) })
    }
}

/// The provider behind its fault switches, and the routes for tests.
pub fn router() -> Router {
    let world = World::default();
    let provider = Router::new()
        .route("/telegram/{bot}/sendMessage", post(bot_api::send_message))
        .with_state(world.clone());
    let people = Router::new()
        .route("/_sim/telegram", delete(people::forget))
        .route("/_sim/telegram/settings", get(people::settings).put(people::set))
        .route("/_sim/telegram/messages", get(people::messages))
        .route("/_sim/telegram/chats/{id}", put(people::set_chat))
        .route("/_sim/telegram/chats/{id}/messages", post(people::write))
        .with_state(world);
    let spoiled = Faults::default().around("telegram", provider);
    Calls::default().around("telegram", spoiled).merge(people)
}
