//! What Amazon SES tells of an e-mail
//! (<https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html>; the same record comes by
//! EventBridge).

use std::collections::BTreeMap;

use kernel::Timestamp;
use notification_domain::Channel;
use notification_domain::message::ProviderStatus;
use serde::Deserialize;

use super::Said;
use crate::adapters::NOTIFICATION_TAG;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    event_type: String,
    mail: Mail,
    #[serde(default)]
    delivery: When,
    #[serde(default)]
    bounce: Bounce,
}

#[derive(Deserialize)]
struct Mail {
    timestamp: Timestamp,
    #[serde(default)]
    tags: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct When {
    timestamp: Option<Timestamp>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Bounce {
    bounce_type: String,
    bounce_sub_type: String,
    timestamp: Option<Timestamp>,
}

/// Reads an event; `None` when it says nothing of where one of our e-mails stands. A bounce that may pass is tried again by
/// SES itself.
///
/// # Errors
/// When it is not the shape of an event at all.
pub fn read(event: &str) -> Result<Option<Said>, serde_json::Error> {
    let Event { event_type, mail, delivery, bounce } = serde_json::from_str(event)?;
    let tag = mail.tags.get(NOTIFICATION_TAG).and_then(|values| values.first());
    let Some(notification) = tag.and_then(|value| value.parse().ok()) else { return Ok(None) };
    let (status, at, reason) = match event_type.as_str() {
        "Send" => (ProviderStatus::Sent, None, None),
        "Delivery" => (ProviderStatus::Delivered, delivery.timestamp, None),
        "Bounce" if bounce.bounce_type == "Permanent" => {
            let reason = format!("bounced: {}", bounce.bounce_sub_type);
            (ProviderStatus::Failed, bounce.timestamp, Some(reason))
        }
        "Reject" => (ProviderStatus::Failed, None, Some("rejected as harmful".to_owned())),
        _ => return Ok(None),
    };
    let at = at.unwrap_or(mail.timestamp);
    Ok(Some(Said::Status { channel: Channel::Email, notification, status, at, reason }))
}
