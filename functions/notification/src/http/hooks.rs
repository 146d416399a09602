//! `GET`, `POST /v1/hooks/whatsapp`, `POST /v1/hooks/telegram`: open to everybody, because providers have no token of ours; a
//! signature or a secret decides.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode, Uri};
use http_kit::{Access, FieldError, Problem, ProblemKind, RawBody, Reply, Route, Routes};
use notification_domain::Channel;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

use super::Api;
use crate::hook::whatsapp::is_signed;
use crate::hook::{Heard, knows_the_word, telegram};
use crate::ports::WhatsAppSecrets;

/// What the provider is answered.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Received {
    /// `received`
    status: &'static str,
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::get("/v1/hooks/whatsapp")
                .access(Access::Public)
                .summary("WhatsApp asks whether this address is meant")
                .description("The query carries `hub.mode`, `hub.verify_token` and `hub.challenge`, which is answered as text.")
                .answers_empty(200, "It is.")
                .refuses(ProblemKind::Forbidden, "The word is another one.")
                .handler(handshake),
        )
        .add(
            Route::post("/v1/hooks/whatsapp")
                .access(Access::Public)
                .summary("WhatsApp tells what became of messages, and that people wrote")
                .description(
                    "Signed by `X-Hub-Signature-256` over the bytes of the body. It is kept and answered at once, and acted on \
                     afterwards; the same twice or in another order does no harm.",
                )
                .answers::<Received>(200, "It is kept.")
                .refuses(ProblemKind::Unauthenticated, "The signature is missing or wrong.")
                .handler(hear_whatsapp),
        )
        .add(
            Route::post("/v1/hooks/telegram")
                .access(Access::Public)
                .summary("Telegram tells that people wrote to the firm's bot")
                .description(
                    "Carries the secret of `setWebhook` in `X-Telegram-Bot-Api-Secret-Token`. It is kept and answered at once, \
                     and acted on afterwards; the same twice does no harm.",
                )
                .answers::<Received>(200, "It is kept.")
                .refuses(ProblemKind::Unauthenticated, "The secret is missing or wrong.")
                .handler(hear_telegram),
        )
}

async fn handshake(State(api): State<Api>, uri: Uri) -> Result<Response, Problem> {
    let axum::extract::Query(parameters) =
        axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri).unwrap_or_default();
    let said = |wanted: &str| {
        let found = parameters.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let secrets = secrets(&api).await?;
    if said("hub.mode") != "subscribe" || !knows_the_word(&secrets.verify_token, said("hub.verify_token")) {
        return Err(Problem::new(ProblemKind::Forbidden, "The word is another one."));
    }
    let challenge = said("hub.challenge").to_owned();
    Ok((StatusCode::OK, [(http::header::CONTENT_TYPE, "text/plain; charset=utf-8")], challenge)
        .into_response())
}

async fn hear_whatsapp(State(api): State<Api>, headers: HeaderMap, body: RawBody) -> Result<Reply, Problem> {
    let signature = headers.get("x-hub-signature-256").and_then(|value| value.to_str().ok());
    if !is_signed(&secrets(&api).await?.app_secret, &body.0, signature) {
        return Err(Problem::unauthenticated("The signature is missing or wrong."));
    }
    hear(&api, Channel::WhatsApp, &body).await
}

async fn hear_telegram(State(api): State<Api>, headers: HeaderMap, body: RawBody) -> Result<Reply, Problem> {
    let said = headers.get(telegram::SECRET_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let secrets = api.telegram.read().await.map_err(|error| Problem::unavailable(error.as_ref()))?;
    if !knows_the_word(&secrets.hook_secret, said) {
        return Err(Problem::unauthenticated("The secret is missing or wrong."));
    }
    hear(&api, Channel::Telegram, &body).await
}

/// Keeps what a provider said, who has proved to be one.
async fn hear(api: &Api, of: Channel, body: &RawBody) -> Result<Reply, Problem> {
    let hook: &RawValue = serde_json::from_slice(&body.0)
        .map_err(|error| Problem::invalid_request(FieldError::pointer("", "syntax", error.to_string())))?;
    let heard = serde_json::to_string(&Heard { hook, of }).map_err(|error| Problem::internal(&error))?;
    if let Err(error) = api.notifications.queues.hear(&heard).await {
        return Err(Problem::unavailable(error.as_ref()));
    }
    Reply::ok(&Received { status: "received" })
}

async fn secrets(api: &Api) -> Result<WhatsAppSecrets, Problem> {
    api.whatsapp.read().await.map_err(|error| Problem::unavailable(error.as_ref()))
}
