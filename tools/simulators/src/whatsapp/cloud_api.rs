//! `POST /whatsapp/{version}/{phone number id}/messages`
//! (<https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages>).

use axum::Json;
use axum::extract::{Path, State as Extracted};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde_json::json;

use super::phones::Line;
use super::{Message, State, World, digits, webhook};

/// Longest text, in characters.
const LONGEST_TEXT: usize = 4_096;
/// Longest `biz_opaque_callback_data`, in characters.
const LONGEST_CALLBACK_DATA: usize = 512;
/// A number earns one message in this time (<https://developers.facebook.com/docs/whatsapp/cloud-api/overview>).
const PAIR_INTERVAL_MS: u128 = 6_000;

#[derive(Deserialize)]
struct Asked {
    messaging_product: String,
    to: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    text: Option<Text>,
    #[serde(default)]
    template: Option<Template>,
    #[serde(default)]
    biz_opaque_callback_data: Option<String>,
}

#[derive(Deserialize)]
struct Text {
    body: String,
}

#[derive(Deserialize)]
struct Template {
    name: String,
    #[serde(default)]
    components: Vec<Component>,
}

#[derive(Deserialize)]
struct Component {
    #[serde(default)]
    parameters: Vec<Parameter>,
}

#[derive(Deserialize)]
struct Parameter {
    text: String,
}

/// An error as the Graph API words it.
struct GraphError {
    status: StatusCode,
    code: u32,
    details: &'static str,
}

impl GraphError {
    const fn invalid(details: &'static str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code: 100, details }
    }

    fn answer(&self) -> Response {
        let body = json!({ "error": {
            "message": format!("(#{}) {}", self.code, self.details),
            "type": "OAuthException",
            "code": self.code,
            "error_data": { "messaging_product": "whatsapp", "details": self.details },
            "fbtrace_id": "Sim",
        }});
        (self.status, Json(body)).into_response()
    }
}

pub(super) async fn send(
    Extracted(world): Extracted<World>,
    Path((_, phone_number_id)): Path<(String, String)>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let accepted = accept(&mut world.lock(), &phone_number_id, &headers, &body);
    match accepted {
        Ok(message) => {
            webhook::tell_fate(&world, &message);
            Json(json!({
                "messaging_product": "whatsapp",
                "contacts": [{ "input": message.to, "wa_id": message.to }],
                "messages": [{ "id": message.id }],
            }))
            .into_response()
        }
        Err(error) => error.answer(),
    }
}

fn accept(
    state: &mut State,
    phone_number_id: &str,
    headers: &HeaderMap,
    body: &str,
) -> Result<Message, GraphError> {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if token.and_then(|value| value.strip_prefix("Bearer ")) != Some(state.settings.token.as_str()) {
        let status = StatusCode::UNAUTHORIZED;
        return Err(GraphError { status, code: 190, details: "Invalid OAuth access token." });
    }
    if phone_number_id != state.settings.phone_number_id {
        return Err(GraphError::invalid("Object with this ID does not exist."));
    }
    let Ok(asked) = serde_json::from_str::<Asked>(body) else {
        return Err(GraphError::invalid("The request is not of the documented shape."));
    };
    let to = digits(&asked.to);
    if asked.messaging_product != "whatsapp" || !(7..=15).contains(&to.len()) {
        return Err(GraphError::invalid("messaging_product or to is invalid."));
    }
    let (text, template) = content(state, &asked)?;
    spend_allowance(state, &to)?;
    let phone = state.phone(&to);
    let fails_with = match (phone.on_whatsapp, phone.window_open, &template) {
        (false, _, _) => Some(131_026),
        (true, false, None) => Some(131_047),
        _ => None,
    };
    let message = Message {
        id: state.next_id(),
        to,
        kind: asked.kind,
        text,
        template,
        biz_opaque_callback_data: asked.biz_opaque_callback_data,
        fails_with,
    };
    if message.fails_with.is_none() {
        state.phone(&message.to).conversation.push(Line::arrived(&message));
    }
    state.messages.push(message.clone());
    Ok(message)
}

/// What the person reads, and by which template.
fn content(state: &State, asked: &Asked) -> Result<(String, Option<String>), GraphError> {
    let too_long = |text: &str, most: usize| text.chars().count() > most;
    if asked.biz_opaque_callback_data.as_deref().is_some_and(|data| too_long(data, LONGEST_CALLBACK_DATA)) {
        return Err(GraphError::invalid("biz_opaque_callback_data is too long."));
    }
    match (asked.kind.as_str(), &asked.text, &asked.template) {
        ("text", Some(text), None) if text.body.is_empty() || too_long(&text.body, LONGEST_TEXT) => {
            Err(GraphError::invalid("text.body must have 1 to 4096 characters."))
        }
        ("text", Some(text), None) => Ok((text.body.clone(), None)),
        ("template", None, Some(template)) => {
            if !state.settings.templates.contains(&template.name) {
                let status = StatusCode::NOT_FOUND;
                return Err(GraphError { status, code: 132_001, details: "Template does not exist." });
            }
            let values: Vec<&str> = template
                .components
                .iter()
                .flat_map(|part| &part.parameters)
                .map(|p| p.text.as_str())
                .collect();
            if values.iter().any(|value| value.contains(['\n', '\t']) || value.contains("     ")) {
                return Err(GraphError::invalid(
                    "Param text cannot have new-line/tab characters or more than 4 consecutive spaces.",
                ));
            }
            Ok((values.join("\n"), Some(template.name.clone())))
        }
        _ => Err(GraphError::invalid("type must be text or template, with the object of that name.")),
    }
}

/// The pair rate limit: a burst, then one message every six seconds.
fn spend_allowance(state: &mut State, to: &str) -> Result<(), GraphError> {
    let full = u64::from(state.settings.pair_burst) * 1_000;
    let phone = state.phone(to);
    let (left, since) = phone.allowance;
    let earned = u64::try_from(since.elapsed().as_millis() * 1_000 / PAIR_INTERVAL_MS).unwrap_or(u64::MAX);
    let have = left.saturating_add(earned).min(full);
    let Some(rest) = have.checked_sub(1_000) else {
        return Err(GraphError {
            status: StatusCode::BAD_REQUEST,
            code: 131_056,
            details: "Pair rate limit hit.",
        });
    };
    phone.allowance = (rest, tokio::time::Instant::now());
    Ok(())
}
