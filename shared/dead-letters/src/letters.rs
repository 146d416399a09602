//! The queues and the messages in them.

use std::collections::BTreeMap;

use async_trait::async_trait;
use event_store::BoxError;
use serde::Serialize;
use serde_json::Value;

/// A queue of dead letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeadQueue {
    /// Its name.
    pub name: String,
    /// Where its messages came from and can go again; `None` where a message is no message of a queue.
    pub origin: Option<String>,
}

/// A dead letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Letter {
    /// Its id at SQS, which it keeps while it lies here.
    pub id: String,
    /// Names this receipt of it.
    #[serde(skip)]
    pub receipt: String,
    /// What it says.
    pub body: String,
    /// When it was sent, in milliseconds since 1970.
    pub sent_ms: i64,
    /// How often it was received, here and before.
    pub receipts: u32,
    /// Its group, in a FIFO queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Its message attributes; those of EventBridge say why it could not deliver
    /// (<https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html>).
    pub attributes: BTreeMap<String, String>,
}

impl Letter {
    /// Why it is here, as far as it says so itself: SQS notes no reason, the function's log does.
    #[must_use]
    pub fn error(&self) -> Option<String> {
        let code = self.attributes.get("ERROR_CODE")?;
        let message = self.attributes.get("ERROR_MESSAGE").map(String::as_str).unwrap_or_default();
        Some(format!("{code} {message}").trim_end().to_owned())
    }

    /// What it belongs to: of a fact in EventBridge's envelope, or of an order.
    #[must_use]
    pub fn correlation(&self) -> Option<String> {
        let body: Value = serde_json::from_str(&self.body).ok()?;
        let found = body.pointer("/detail/correlationId").or_else(|| body.get("correlation"))?;
        found.as_str().map(str::to_owned)
    }
}

/// The queues, and the messages in them.
#[async_trait]
pub trait Letters: Send + Sync {
    /// Every queue of dead letters.
    async fn queues(&self) -> Result<Vec<DeadQueue>, BoxError>;

    /// How many messages lie in a queue now, about.
    async fn depth(&self, queue: &str) -> Result<u64, BoxError>;

    /// Up to ten messages, hidden from others for a minute. Empty when there are no more. Of a FIFO group, must give the
    /// oldest ones in their order, and no more of it before these are deleted or released.
    async fn receive(&self, queue: &str) -> Result<Vec<Letter>, BoxError>;

    /// Shows a received message again at once.
    async fn release(&self, queue: &str, letter: &Letter) -> Result<(), BoxError>;

    /// Sends a copy to `origin`, into the same group. Must send it once however often it is called within five minutes, where
    /// the queue can do that (FIFO); elsewhere, whoever handles it has to know it again.
    async fn send(&self, origin: &str, letter: &Letter) -> Result<(), BoxError>;

    /// Deletes a received message.
    async fn delete(&self, queue: &str, letter: &Letter) -> Result<(), BoxError>;
}

/// Where the messages of a queue of dead letters came from, by the names that `infra/modules` give; `None` for positions in a
/// stream, which the outbox auditor relays by itself.
#[must_use]
pub fn origin(name: &str) -> Option<String> {
    let (stem, end) = match name.strip_suffix(".fifo") {
        Some(stem) => (stem.strip_suffix("-dlq")?, ".fifo"),
        None => (name.strip_suffix("-dlq")?, ""),
    };
    if stem.ends_with("-relay") {
        return None;
    }
    // EventBridge's dead letters are facts that the inbox never got.
    Some(match stem.strip_suffix("-facts") {
        Some(context) => format!("{context}-inbox"),
        None => format!("{stem}{end}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_dead_letters_has_its_origin() {
        for (name, expected) in [
            ("p-dev-shop-inbox-dlq", Some("p-dev-shop-inbox")),
            ("p-dev-shop-facts-dlq", Some("p-dev-shop-inbox")),
            ("p-dev-shop-courier-dlq.fifo", Some("p-dev-shop-courier.fifo")),
            ("p-dev-shop-relay-dlq", None),
            ("p-dev-shop-inbox", None),
        ] {
            assert_eq!(origin(name).as_deref(), expected, "{name}");
        }
    }
}
