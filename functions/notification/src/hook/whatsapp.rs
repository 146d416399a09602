//! WhatsApp's webhook: who may call it, and what it says
//! (<https://developers.facebook.com/docs/graph-api/webhooks/getting-started>).

use hmac::{Hmac, KeyInit as _, Mac as _};
use kernel::Timestamp;
use notification_domain::message::ProviderStatus;
use notification_domain::{Channel, Phone};
use serde::Deserialize;
use sha2::Sha256;

use super::{Said, Writing};

/// More than 24 hours have passed since the recipient last wrote: only a template reaches them
/// (<https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes>).
pub const OUTSIDE_WINDOW: u32 = 131_047;

/// Whether `signature` (the header `X-Hub-Signature-256`) is that of these very bytes. Takes as long for a wrong one as for
/// the right one.
#[must_use]
pub fn is_signed(app_secret: &str, body: &[u8], signature: Option<&str>) -> bool {
    let hexadecimal = signature.and_then(|value| value.strip_prefix("sha256="));
    let Some(signature) = hexadecimal.and_then(|digits| hex::decode(digits).ok()) else { return false };
    // HMAC takes a key of any length; an empty one would be no secret.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(app_secret.as_bytes()) else { return false };
    mac.update(body);
    !app_secret.is_empty() && mac.verify_slice(&signature).is_ok()
}

#[derive(Deserialize)]
struct Notice {
    #[serde(default)]
    entry: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    value: Value,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Value {
    metadata: Metadata,
    statuses: Vec<Status>,
    messages: Vec<Written>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Metadata {
    phone_number_id: String,
}

#[derive(Deserialize)]
struct Status {
    status: String,
    timestamp: String,
    #[serde(default)]
    biz_opaque_callback_data: Option<String>,
    #[serde(default)]
    errors: Vec<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    code: u32,
    #[serde(default)]
    title: String,
}

#[derive(Deserialize)]
struct Written {
    from: String,
    timestamp: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    text: Words,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Words {
    body: String,
}

/// Reads what was said about the number `phone_number_id`. What concerns other numbers, other senders' messages, and
/// statuses that do not exist yet, is left out: a provider adds to its notices whenever it likes.
///
/// # Errors
/// When it is not the shape of a notice at all.
pub fn read(notice: &str, phone_number_id: &str) -> Result<Vec<Said>, serde_json::Error> {
    let notice: Notice = serde_json::from_str(notice)?;
    let values = notice.entry.into_iter().flat_map(|entry| entry.changes).map(|change| change.value);
    let ours = values.filter(|value| value.metadata.phone_number_id == phone_number_id);
    Ok(ours
        .flat_map(|value| {
            let statuses = value.statuses.into_iter().filter_map(status);
            statuses.chain(value.messages.iter().filter_map(written)).collect::<Vec<_>>()
        })
        .collect())
}

fn status(status: Status) -> Option<Said> {
    let notification = status.biz_opaque_callback_data?.parse().ok()?;
    let at = instant(&status.timestamp)?;
    let fault = status.errors.first();
    let reason = fault.map(|fault| format!("{} {}", fault.code, fault.title));
    let known = match status.status.as_str() {
        "sent" => ProviderStatus::Sent,
        "delivered" => ProviderStatus::Delivered,
        "read" => ProviderStatus::Read,
        "failed" => ProviderStatus::Failed,
        _ => return None,
    };
    if known == ProviderStatus::Failed && fault.is_some_and(|fault| fault.code == OUTSIDE_WINDOW) {
        return Some(Said::OutsideWindow { notification, at, reason: reason.unwrap_or_default() });
    }
    Some(Said::Status { channel: Channel::WhatsApp, notification, status: known, at, reason })
}

fn written(written: &Written) -> Option<Said> {
    Some(Said::Wrote(Writing {
        phone: Phone::from_digits(&written.from).ok()?,
        at: instant(&written.timestamp)?,
        message: written.id.clone(),
        text: written.text.body.clone(),
    }))
}

/// Seconds since 1970, as text.
fn instant(seconds: &str) -> Option<Timestamp> {
    let seconds: i64 = seconds.parse().ok()?;
    Some(Timestamp::from_unix_ms(seconds.checked_mul(1_000)?))
}
