//! What the provider tells the business: statuses and messages of people, signed, as
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components> describes.

use std::time::Duration;

use axum::body::Body;
use hmac::{Hmac, KeyInit as _, Mac as _};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use sha2::Sha256;

use super::{Message, Webhook, World};
use crate::clock::now_s;

/// Sends the statuses a message gets by itself, in the background.
pub(super) fn tell_fate(world: &World, message: &Message) {
    let (webhook, number) = {
        let state = world.lock();
        (state.settings.webhook.clone(), state.settings.phone_number_id.clone())
    };
    let Some(webhook) = webhook else { return };
    let statuses: Vec<Value> = match message.fails_with {
        Some(code) => vec![status(message, "failed", Some(code))],
        None => webhook.statuses.iter().map(|name| status(message, name, None)).collect(),
    };
    tokio::spawn(async move {
        for status in statuses {
            deliver(&webhook, &change(&number, "statuses", &status), true).await;
        }
    });
}

/// One status of a message.
pub(super) fn status(message: &Message, name: &str, code: Option<u32>) -> Value {
    let mut status = json!({
        "id": message.id,
        "status": name,
        "timestamp": now_s().to_string(),
        "recipient_id": message.to,
    });
    if let Some(data) = &message.biz_opaque_callback_data {
        status["biz_opaque_callback_data"] = json!(data);
    }
    if let Some(code) = code {
        status["errors"] = json!([{ "code": code, "title": "Message undeliverable." }]);
    }
    status
}

/// A message a person wrote.
pub(super) fn written(id: &str, from: &str, text: &str) -> Value {
    json!({
        "from": from, "id": id, "timestamp": now_s().to_string(), "type": "text", "text": { "body": text },
    })
}

/// The notification around one status or message.
pub(super) fn change(phone_number_id: &str, what: &str, entry: &Value) -> Value {
    json!({
        "object": "whatsapp_business_account",
        "entry": [{ "id": "SIM", "changes": [{ "field": "messages", "value": {
            "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": "15550000001", "phone_number_id": phone_number_id },
            what: [entry],
        }}]}],
    })
}

/// Posts it as often as the webhook is set to; gives the last answer's status, if there was one.
pub(super) async fn deliver(webhook: &Webhook, body: &Value, signed: bool) -> Option<u16> {
    if webhook.lost {
        return None;
    }
    let body = body.to_string();
    let mut answered = None;
    for _ in 0..webhook.copies {
        tokio::time::sleep(Duration::from_millis(webhook.delay_ms)).await;
        let mut request = http::Request::post(&webhook.url).header("content-type", "application/json");
        if signed {
            request = request.header("x-hub-signature-256", signature(&webhook.app_secret, body.as_bytes()));
        }
        let Ok(request) = request.body(Body::from(body.clone())) else {
            println!("{} is no address for a webhook", webhook.url);
            return None;
        };
        let client: Client<_, Body> = Client::builder(TokioExecutor::new()).build_http();
        match client.request(request).await {
            Ok(answer) => answered = Some(answer.status().as_u16()),
            Err(error) => println!("webhook {}: {error}", webhook.url),
        }
    }
    answered
}

/// `sha256=` and the HMAC of the raw bytes, hexadecimal.
#[must_use]
pub(super) fn signature(secret: &str, body: &[u8]) -> String {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}
