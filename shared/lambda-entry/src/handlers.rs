//! What a function implements for each kind of event.

use serde_json::{Map, Value};

/// A message from the function's SQS inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxRecord {
    /// Names the message in the list of failures.
    pub message_id: String,
    /// Names this receipt of the message, for who wants to change how long it stays hidden; empty where the event has none.
    pub receipt_handle: String,
    /// The message as it was sent.
    pub body: String,
    /// How often SQS has handed out this message, this time included; at least 1.
    pub receive_count: u32,
}

/// A change of an item, from the stream of a DynamoDB table.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamRecord {
    /// Names the record in the list of failures.
    pub sequence_number: String,
    /// `INSERT`, `MODIFY` or `REMOVE`.
    pub event_name: String,
    /// The item's keys in DynamoDB's JSON (`{"pk":{"S":"…"}}`).
    pub keys: Value,
    /// The item after the change in DynamoDB's JSON; `null` when it was removed.
    pub new_image: Value,
}

/// Handles batches of inbox messages.
#[async_trait::async_trait]
pub trait InboxHandler: Send + Sync {
    /// Must return the `message_id` of every record that has to come again, and of no other. A panic fails them all.
    async fn handle(&self, records: Vec<InboxRecord>) -> Vec<String>;
}

/// Handles batches of a table's stream.
#[async_trait::async_trait]
pub trait StreamHandler: Send + Sync {
    /// Must return the `sequence_number` of every record that has to come again. The platform repeats the batch from the
    /// earliest of them on, so that later records come again too. A panic fails them all.
    async fn handle(&self, records: Vec<StreamRecord>) -> Vec<String>;
}

/// Says who a caller is, for API Gateway's Lambda authorizer.
#[async_trait::async_trait]
pub trait AuthorizerHandler: Send + Sync {
    /// `token` is the `Authorization` header without its `Bearer` scheme, as sent. The answer becomes the authorizer context
    /// of the request. The request is always let through: the context's own routes refuse it with a proper answer, because
    /// the platform's refusal is a bare 403.
    async fn authorize(&self, token: Option<&str>) -> Map<String, Value>;
}

/// Answers direct invocations.
#[async_trait::async_trait]
pub trait DirectHandler: Send + Sync {
    /// `kind` says what is asked; `payload` is the whole event, `kind` included. A bare EventBridge event has the kind
    /// `schedule`.
    ///
    /// # Errors
    /// A refusal the caller can act on; it is sent as `{"error":{"code","detail"}}` in a successful invocation.
    async fn handle(&self, kind: &str, payload: Value) -> Result<Value, DirectError>;
}

/// Why a direct invocation was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[error("{code}: {detail}")]
pub struct DirectError {
    /// Stable, for programs: `unknown-kind`, `invalid`, …
    pub code: String,
    /// For people.
    pub detail: String,
}

impl DirectError {
    /// A refusal.
    pub fn new(code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { code: code.into(), detail: detail.into() }
    }

    /// The function does not know this kind.
    #[must_use]
    pub fn unknown_kind(kind: &str) -> Self {
        Self::new("unknown-kind", format!("no direct invocation of kind `{kind}` is known here"))
    }
}
