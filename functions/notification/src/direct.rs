//! Direct invocations, for operators; IAM says who may.
//!
//! | event | answer |
//! |---|---|
//! | `{"kind":"ready"}` | `{status, checks: [{name, status, durationMs}]}` |
//! | `views`, `replay-…`, `fsck` | those of every context, for [`crate::upkeep`] |

use assembly::Readiness;
use async_trait::async_trait;
use lambda_entry::{DirectError, DirectHandler};
use serde_json::Value;

/// Answers direct invocations.
#[derive(Debug, Clone)]
pub struct Direct {
    readiness: Readiness,
}

impl Direct {
    /// Answers from these parts.
    #[must_use]
    pub const fn new(readiness: Readiness) -> Self {
        Self { readiness }
    }
}

#[async_trait]
impl DirectHandler for Direct {
    async fn handle(&self, kind: &str, _: Value) -> Result<Value, DirectError> {
        match kind {
            "ready" => Ok(self.readiness.report().await),
            other => Err(DirectError::unknown_kind(other)),
        }
    }
}
