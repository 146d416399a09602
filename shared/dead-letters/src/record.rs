//! What was done to a dead letter, and by whom.

use async_trait::async_trait;
use event_store::BoxError;
use serde::Serialize;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It goes back to where it came from.
    Redrive,
    /// It is deleted.
    Discard,
}

impl Kind {
    /// What its event says, after the context's name.
    #[must_use]
    pub const fn event(self) -> &'static str {
        match self {
            Self::Redrive => "dead-letter-redriven",
            Self::Discard => "dead-letter-discarded",
        }
    }
}

/// One action on one dead letter. A body that is put back is not repeated here; one that is thrown away is, because nothing
/// else has it any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Action {
    /// What.
    pub kind: Kind,
    /// Who, as they call themselves.
    pub actor: String,
    /// The queue it lay in.
    pub queue: String,
    /// Where it goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Its id.
    pub message_id: String,
    /// What it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// What it said, when it is discarded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// Keeps what was done.
#[async_trait]
pub trait Records: Send + Sync {
    /// Must have kept it durably when it returns. Called before the action, and again when that did not come to its end.
    async fn record(&self, action: &Action) -> Result<(), BoxError>;
}
