//! Contexts asked by direct invocation of their functions.

use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::Blob;
use serde::Deserialize;

use crate::ports::{ContextAnswer, Contexts, Unanswered};
use crate::readiness::{Check, Status};

/// What every context answers with its own readiness.
const QUESTION: &str = r#"{"kind":"ready"}"#;

/// Asks through `lambda:InvokeFunction`.
#[derive(Debug, Clone)]
pub struct LambdaContexts(Client);

impl LambdaContexts {
    /// Asks through `client`.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self(client)
    }
}

#[async_trait::async_trait]
impl Contexts for LambdaContexts {
    async fn ask(&self, function: &str) -> Result<ContextAnswer, Unanswered> {
        let invocation = self.0.invoke().function_name(function).payload(Blob::new(QUESTION));
        let answer = invocation.send().await.map_err(|error| Unanswered(kernel::error::chain(&error)))?;
        if let Some(failure) = answer.function_error() {
            return Err(Unanswered(format!("the function failed: {failure}")));
        }
        read(answer.payload().map(Blob::as_ref).unwrap_or_default())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Reply {
    Ok(Ready),
    Error(Refusal),
}

#[derive(Deserialize)]
struct Ready {
    status: Status,
    #[serde(default)]
    checks: Vec<Check>,
}

#[derive(Deserialize)]
struct Refusal {
    code: String,
}

fn read(payload: &[u8]) -> Result<ContextAnswer, Unanswered> {
    match serde_json::from_slice(payload) {
        Ok(Reply::Ok(ready)) => Ok(ContextAnswer { status: ready.status, checks: ready.checks }),
        Ok(Reply::Error(refusal)) => Err(Unanswered(format!("the function refused: {}", refusal.code))),
        Err(error) => Err(Unanswered(format!("the answer cannot be read: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contexts_answer_is_read() {
        let payload = br#"{"ok":{"status":"ready","checks":[{"name":"log","status":"up","durationMs":3}]}}"#;
        let answer = read(payload).unwrap();
        assert_eq!(answer.status, Status::Ready);
        assert_eq!(answer.checks[0].name, "log");
    }

    #[test]
    fn a_refusal_and_nonsense_are_no_answers() {
        let refusal = read(br#"{"error":{"code":"unknown-kind","detail":"no"}}"#).unwrap_err();
        assert_eq!(refusal.to_string(), "the function refused: unknown-kind");
        assert!(read(b"null").is_err());
        assert!(read(b"").is_err());
    }
}
