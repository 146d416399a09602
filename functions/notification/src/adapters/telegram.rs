//! Telegram Bot API (<https://core.telegram.org/bots/api#sendmessage>).

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cloud::{OutsideAnswer, OutsideFault, OutsideHttp, OutsideRequest};
use notification_domain::ChatId;
use notification_domain::template::as_html;
use resilience::FaultClass;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::ports::{Messenger, Outgoing, Secrets, Sent, TelegramSecrets};

/// Calls the API as the firm's bot.
pub struct BotApi {
    http: OutsideHttp,
    url: String,
    timeout: Duration,
    secrets: Arc<dyn Secrets<TelegramSecrets>>,
}

impl std::fmt::Debug for BotApi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BotApi").field("url", &self.url).finish_non_exhaustive()
    }
}

impl BotApi {
    /// Calls the API at `url` with the bot's token in `secrets`.
    #[must_use]
    pub fn new(url: String, timeout: Duration, secrets: Arc<dyn Secrets<TelegramSecrets>>) -> Self {
        Self { http: OutsideHttp::default(), url, timeout, secrets }
    }
}

/// A conversation is a number there, but too large a one for some readers of JSON: a text is taken as well.
fn body(to: ChatId, outgoing: &Outgoing<'_>) -> Value {
    json!({
        "chat_id": to,
        "text": as_html(&outgoing.plan.text),
        "parse_mode": "HTML",
        "link_preview_options": { "is_disabled": true },
    })
}

#[async_trait]
impl Messenger<ChatId> for BotApi {
    async fn send(&self, to: &ChatId, outgoing: &Outgoing<'_>) -> Sent {
        let token = match self.secrets.read().await {
            Ok(secrets) => secrets.bot_token,
            Err(error) => {
                let reason = kernel::error::chain(error.as_ref());
                return Sent::Refused { class: FaultClass::Config, reason };
            }
        };
        let request = OutsideRequest {
            method: "POST",
            url: format!("{}/bot{token}/sendMessage", self.url),
            headers: vec![("content-type", "application/json".to_owned())],
            body: body(*to, outgoing).to_string().into_bytes(),
            timeout: self.timeout,
        };
        // The address holds the token: what is said of a call that went wrong must not quote it.
        let said = |fault: &OutsideFault| kernel::error::chain(fault).replace(&token, "…");
        match self.http.send(request).await {
            Ok(answer) => understood(&answer),
            Err(fault @ OutsideFault::Unsent(_)) => {
                Sent::Refused { class: FaultClass::Transient, reason: said(&fault) }
            }
            Err(fault @ OutsideFault::Unanswered(_)) => Sent::Unknown { reason: said(&fault) },
        }
    }
}

/// What every answer looks like (<https://core.telegram.org/bots/api#making-requests>).
#[derive(Deserialize)]
struct Answer {
    ok: bool,
    #[serde(default)]
    error_code: u16,
    #[serde(default)]
    parameters: Parameters,
    result: Option<Message>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Parameters {
    retry_after: Option<u32>,
}

#[derive(Deserialize)]
struct Message {
    message_id: i64,
}

fn understood(answer: &OutsideAnswer) -> Sent {
    let said: Option<Answer> = serde_json::from_slice(&answer.body).ok();
    match said {
        Some(Answer { ok: true, result: Some(message), .. }) => {
            Sent::Accepted { provider_id: message.message_id.to_string() }
        }
        // The description may quote the text: the code says enough. What broke off half-way says nothing certain, but for 503.
        Some(Answer { ok: false, error_code, parameters, .. })
            if (400..500).contains(&answer.status) || answer.status == 503 =>
        {
            let reason = format!("{} code {error_code}", answer.status);
            Sent::Refused { class: class(error_code, parameters.retry_after), reason }
        }
        _ if (400..500).contains(&answer.status) => {
            let reason = answer.status.to_string();
            Sent::Refused { class: class(answer.status, answer.retry_after_s), reason }
        }
        // It said yes to something, or something in between spoke.
        _ => Sent::Unknown { reason: answer.status.to_string() },
    }
}

fn class(code: u16, retry_after_s: Option<u32>) -> FaultClass {
    match code {
        429 => FaultClass::Rate {
            retry_after_ms: retry_after_s.map(|seconds| u64::from(seconds).saturating_mul(1_000)),
        },
        // The token is wrong, or there is no such bot.
        401 | 404 => FaultClass::Config,
        500.. => FaultClass::Transient,
        // 400: no such chat, or a text it cannot read; 403: the person stopped the bot.
        _ => FaultClass::Permanent,
    }
}
