//! WhatsApp Cloud API (<https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages>).

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cloud::{OutsideAnswer, OutsideFault, OutsideHttp, OutsideRequest};
use notification_domain::Phone;
use notification_domain::message::Form;
use notification_domain::template::as_parameter;
use resilience::FaultClass;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::hook::whatsapp::OUTSIDE_WINDOW;
use crate::ports::{Messenger, Outgoing, Secrets, Sent, WhatsAppSecrets};
use crate::provider::PAIR_COOL_DOWN_MS;

/// How long a call may take. Well within the function's own timeout, so that what became of it is still recorded.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(8);

/// Where the API is, and as whom it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudApiSettings {
    /// Base URL with the version.
    pub url: String,
    /// The firm's number.
    pub phone_number_id: String,
    /// The approved template: its body has one parameter, the text in one line.
    pub template: String,
    /// How long a call may take; [`CALL_TIMEOUT`] in the deployed function.
    pub timeout: Duration,
}

/// Calls the API.
pub struct CloudApi {
    http: OutsideHttp,
    settings: CloudApiSettings,
    secrets: Arc<dyn Secrets<WhatsAppSecrets>>,
}

impl std::fmt::Debug for CloudApi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CloudApi").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl CloudApi {
    /// Calls it with the access token in `secrets`.
    #[must_use]
    pub fn new(settings: CloudApiSettings, secrets: Arc<dyn Secrets<WhatsAppSecrets>>) -> Self {
        Self { http: OutsideHttp::default(), settings, secrets }
    }

    fn body(&self, to: &Phone, outgoing: &Outgoing<'_>) -> Value {
        let mut body = json!({
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": to.digits(),
            "biz_opaque_callback_data": outgoing.notification,
        });
        match outgoing.form {
            Form::Text => {
                body["type"] = json!("text");
                body["text"] = json!({ "preview_url": false, "body": outgoing.plan.text });
            }
            Form::Template => {
                body["type"] = json!("template");
                body["template"] = json!({
                    "name": self.settings.template,
                    "language": { "code": "en" },
                    "components": [{
                        "type": "body",
                        "parameters": [{ "type": "text", "text": as_parameter(&outgoing.plan.text) }],
                    }],
                });
            }
        }
        body
    }
}

#[async_trait]
impl Messenger<Phone> for CloudApi {
    async fn send(&self, to: &Phone, outgoing: &Outgoing<'_>) -> Sent {
        let token = match self.secrets.read().await {
            Ok(secrets) => secrets.access_token,
            Err(error) => {
                let reason = kernel::error::chain(error.as_ref());
                return Sent::Refused { class: FaultClass::Config, reason };
            }
        };
        let request = OutsideRequest {
            method: "POST",
            url: format!("{}/{}/messages", self.settings.url, self.settings.phone_number_id),
            headers: vec![
                ("authorization", format!("Bearer {token}")),
                ("content-type", "application/json".to_owned()),
            ],
            body: self.body(to, outgoing).to_string().into_bytes(),
            timeout: self.settings.timeout,
        };
        match self.http.send(request).await {
            Ok(answer) => understood(&answer),
            Err(fault @ OutsideFault::Unsent(_)) => {
                Sent::Refused { class: FaultClass::Transient, reason: kernel::error::chain(&fault) }
            }
            Err(fault @ OutsideFault::Unanswered(_)) => {
                Sent::Unknown { reason: kernel::error::chain(&fault) }
            }
        }
    }
}

#[derive(Deserialize)]
struct Accepted {
    messages: Vec<AcceptedMessage>,
}

#[derive(Deserialize)]
struct AcceptedMessage {
    id: String,
}

#[derive(Deserialize)]
struct Refused {
    error: GraphError,
}

#[derive(Deserialize)]
struct GraphError {
    code: u32,
}

fn understood(answer: &OutsideAnswer) -> Sent {
    if (200..300).contains(&answer.status) {
        let accepted: Option<Accepted> = serde_json::from_slice(&answer.body).ok();
        return match accepted.and_then(|accepted| accepted.messages.into_iter().next()) {
            Some(message) => Sent::Accepted { provider_id: message.id },
            // It said yes to something.
            None => Sent::Unknown { reason: format!("{} without a message id", answer.status) },
        };
    }
    let code = serde_json::from_slice::<Refused>(&answer.body).ok().map(|refused| refused.error.code);
    // The provider's words may quote the number or the text: its numbers say enough.
    let reason =
        code.map_or_else(|| answer.status.to_string(), |code| format!("{} code {code}", answer.status));
    match (answer.status, code) {
        (_, Some(OUTSIDE_WINDOW)) => Sent::OutsideWindow { reason },
        // The provider itself says that it takes nothing now. Said by anything between, it is as good as silence.
        (503, Some(_)) | (..500, _) => Sent::Refused { class: class(answer, code), reason },
        // It broke off half-way (RFC 9110, section 15.6), and nobody says which half.
        _ => Sent::Unknown { reason },
    }
}

/// By the code, which says more than the status
/// (<https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes>).
fn class(answer: &OutsideAnswer, code: Option<u32>) -> FaultClass {
    let retry_after_ms = answer.retry_after_s.map(|seconds| u64::from(seconds).saturating_mul(1_000));
    match (code, answer.status) {
        // Throughput of the app, the account, the number; 131048: quality of the number.
        (Some(4 | 80_007 | 130_429 | 131_048 | 133_016), _) => FaultClass::Rate { retry_after_ms },
        (Some(131_056), _) => FaultClass::CoolDown { wait_ms: PAIR_COOL_DOWN_MS },
        // Token, permissions, suspended or locked account, unpaid bill, number not registered, template missing or paused.
        (
            Some(
                0
                | 3
                | 10
                | 190
                | 200..=299
                | 368
                | 131_005
                | 131_031
                | 131_042
                | 131_045
                | 132_001
                | 132_015
                | 132_016
                | 133_010,
            ),
            _,
        ) => FaultClass::Config,
        // Unknown error, service down, something went wrong, service unavailable.
        (Some(1 | 2 | 131_000 | 131_016), _) => FaultClass::Transient,
        (_, 429) => FaultClass::Rate { retry_after_ms },
        (_, 401 | 403) => FaultClass::Config,
        (None, 408) | (_, 503) => FaultClass::Transient,
        _ => FaultClass::Permanent,
    }
}
