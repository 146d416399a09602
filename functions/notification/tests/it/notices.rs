//! What WhatsApp posts to its webhook.

use notification::ports::SendOrder;
use serde_json::{Value, json};
use testkit::NOON;

use crate::world::{NUMBER_ID, secrets};

/// As the provider signs.
pub(crate) fn sign(body: &str) -> String {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secrets().app_secret.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

/// A notice with one status or message.
pub(crate) fn notice(what: &str, entry: &Value) -> Value {
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": [{ "field": "messages", "value": {
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "15550000001", "phone_number_id": NUMBER_ID },
        what: [entry],
    }}]}]})
}

/// A status of the notification an order is for; `at_s` counts seconds from noon.
pub(crate) fn status(order: &SendOrder, name: &str, at_s: i64) -> Value {
    let timestamp = (NOON.unix_ms() / 1_000 + at_s).to_string();
    notice(
        "statuses",
        &json!({ "id": "wamid.1", "status": name, "timestamp": timestamp, "recipient_id": "919800000001",
            "biz_opaque_callback_data": order.send }),
    )
}
