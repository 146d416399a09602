//! `/_sim/telegram/…`: what people and the bot's owner do.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State as Extracted};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;
use serde_json::json;

use super::{Settings, Webhook, World};
use crate::clock::now_s;

pub(super) async fn forget(Extracted(world): Extracted<World>) -> StatusCode {
    let mut state = world.lock();
    state.chats.clear();
    state.messages.clear();
    StatusCode::NO_CONTENT
}

pub(super) async fn settings(Extracted(world): Extracted<World>) -> Json<Settings> {
    Json(world.lock().settings.clone())
}

pub(super) async fn set(Extracted(world): Extracted<World>, Json(settings): Json<Settings>) -> StatusCode {
    world.lock().settings = settings;
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
pub(super) struct Which {
    chat: Option<String>,
}

pub(super) async fn messages(Extracted(world): Extracted<World>, Query(which): Query<Which>) -> Response {
    let state = world.lock();
    let of = |chat: &String| which.chat.as_ref().is_none_or(|wanted| wanted == chat);
    Json(state.messages.iter().filter(|message| of(&message.chat)).collect::<Vec<_>>()).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChatPatch {
    blocked: Option<bool>,
}

pub(super) async fn set_chat(
    Extracted(world): Extracted<World>,
    Path(id): Path<i64>,
    Json(patch): Json<ChatPatch>,
) -> StatusCode {
    let mut state = world.lock();
    let chat = state.begin(id);
    chat.blocked = patch.blocked.unwrap_or(chat.blocked);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Writing {
    text: String,
}

/// Answers what the webhook answered.
pub(super) async fn write(
    Extracted(world): Extracted<World>,
    Path(id): Path<i64>,
    Json(writing): Json<Writing>,
) -> Response {
    let (webhook, update) = {
        let mut state = world.lock();
        state.begin(id).blocked = false;
        let (update_id, message_id) = (state.next_id(), state.next_id());
        let update = json!({ "update_id": update_id, "message": {
            "message_id": message_id,
            "date": now_s(),
            "from": { "id": id, "is_bot": false, "first_name": "Somebody" },
            "chat": { "id": id, "type": "private", "first_name": "Somebody" },
            "text": writing.text,
        }});
        (state.settings.webhook.clone(), update)
    };
    let Some(webhook) = webhook else { return StatusCode::NO_CONTENT.into_response() };
    let answered = deliver(&webhook, update.to_string()).await;
    Json(json!({ "webhookAnswered": answered })).into_response()
}

async fn deliver(webhook: &Webhook, update: String) -> Option<u16> {
    let request = http::Request::post(&webhook.url)
        .header("content-type", "application/json")
        .header("x-telegram-bot-api-secret-token", &webhook.secret)
        .body(Body::from(update));
    let client: Client<_, Body> = Client::builder(TokioExecutor::new()).build_http();
    match client.request(request.ok()?).await {
        Ok(answer) => Some(answer.status().as_u16()),
        Err(error) => {
            println!("webhook {}: {error}", webhook.url);
            None
        }
    }
}
