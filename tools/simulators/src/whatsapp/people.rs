//! `/_sim/whatsapp/…`: what people and the provider's operators do.

use axum::Json;
use axum::extract::{Path, Query, State as Extracted};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::phones::Line;
use super::{Settings, World, digits, webhook};

pub(super) async fn forget(Extracted(world): Extracted<World>) -> StatusCode {
    let mut state = world.lock();
    state.phones.clear();
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
    to: Option<String>,
}

pub(super) async fn messages(Extracted(world): Extracted<World>, Query(which): Query<Which>) -> Response {
    let to = which.to.as_deref().map(digits);
    let state = world.lock();
    let arrived = state.messages.iter().filter(|message| message.fails_with.is_none());
    let shown: Vec<_> = arrived.filter(|message| to.as_ref().is_none_or(|to| message.to == *to)).collect();
    Json(shown).into_response()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PhonePatch {
    window_open: Option<bool>,
    on_whatsapp: Option<bool>,
}

pub(super) async fn set_phone(
    Extracted(world): Extracted<World>,
    Path(number): Path<String>,
    Json(patch): Json<PhonePatch>,
) -> StatusCode {
    let mut state = world.lock();
    let phone = state.phone(&digits(&number));
    phone.window_open = patch.window_open.unwrap_or(phone.window_open);
    phone.on_whatsapp = patch.on_whatsapp.unwrap_or(phone.on_whatsapp);
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
    Path(number): Path<String>,
    Json(writing): Json<Writing>,
) -> Response {
    let from = digits(&number);
    let (webhook, phone_number_id, id) = {
        let mut state = world.lock();
        let id = state.next_id();
        let phone = state.phone(&from);
        phone.window_open = true;
        phone.conversation.push(Line::written(&id, &writing.text));
        (state.settings.webhook.clone(), state.settings.phone_number_id.clone(), id)
    };
    let Some(webhook) = webhook else { return StatusCode::NO_CONTENT.into_response() };
    let message = webhook::written(&id, &from, &writing.text);
    let notice = webhook::change(&phone_number_id, "messages", &message);
    let answered = webhook::deliver(&webhook, &notice, true).await;
    Json(json!({ "id": id, "webhookAnswered": answered })).into_response()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct OneStatus {
    message_id: String,
    status: String,
    code: Option<u32>,
    #[serde(default = "yes")]
    signed: bool,
}

const fn yes() -> bool {
    true
}

/// Answers what the webhook answered.
pub(super) async fn send_status(
    Extracted(world): Extracted<World>,
    Json(asked): Json<OneStatus>,
) -> Response {
    let (message, webhook, number) = {
        let state = world.lock();
        let message = state.messages.iter().find(|message| message.id == asked.message_id).cloned();
        (message, state.settings.webhook.clone(), state.settings.phone_number_id.clone())
    };
    let (Some(message), Some(webhook)) = (message, webhook) else {
        return (StatusCode::NOT_FOUND, "no such message, or no webhook is set").into_response();
    };
    let status = webhook::status(&message, &asked.status, asked.code);
    let answered =
        webhook::deliver(&webhook, &webhook::change(&number, "statuses", &status), asked.signed).await;
    Json(json!({ "webhookAnswered": answered })).into_response()
}
