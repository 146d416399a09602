//! Another function of this system, asked directly: `lambda:InvokeFunction` with a question `{"kind": …}`, answered by
//! `{"ok": …}` or `{"error": {"code", "detail"}}`, as `lambda_entry` answers every direct event.
//!
//! Only questions are asked this way. What has happened travels as facts, so that nobody has to be up for anybody else.

use aws_sdk_lambda::Client;
use aws_sdk_lambda::operation::invoke::InvokeError;
use aws_sdk_lambda::primitives::Blob;
use event_store::BoxError;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A function that can be asked.
#[derive(Debug, Clone)]
pub struct Peer {
    client: Client,
    function: String,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum PeerError {
    /// There is no function of that name.
    #[error("there is no function {0}")]
    Absent(String),
    /// The call did not come through.
    #[error("the function was not reached")]
    Unreached(#[source] BoxError),
    /// The function broke off: it panicked, ran out of time or memory.
    #[error("the function failed: {fault}")]
    Failed {
        /// What Lambda calls it: `Unhandled`, or a time-out.
        fault: String,
        /// What was left behind as output. It may quote what was worked on, so it is not in the message.
        output: String,
    },
    /// The function said no.
    #[error("{code}: {detail}")]
    Refused {
        /// A word for programs.
        code: String,
        /// A sentence for people.
        detail: String,
    },
    /// It answered something else than what was asked for.
    #[error("the answer cannot be read")]
    Unreadable(#[source] serde_json::Error),
}

/// What a function answers to a direct event.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer<T> {
    Ok(T),
    Error { code: String, detail: String },
}

impl Peer {
    /// The function of this name or ARN. No call is made yet.
    #[must_use]
    pub const fn new(client: Client, function: String) -> Self {
        Self { client, function }
    }

    /// Asks, and reads what comes after `ok`. One call; what the SDK retries is not seen here.
    ///
    /// # Errors
    /// See [`PeerError`]. Whatever it is, a question has changed nothing that asking again would double.
    pub async fn ask<T: DeserializeOwned>(&self, question: &Value) -> Result<T, PeerError> {
        let payload = Blob::new(question.to_string());
        let invoked = self.client.invoke().function_name(&self.function).payload(payload).send().await;
        let answer = invoked.map_err(|error| {
            if error.as_service_error().is_some_and(InvokeError::is_resource_not_found_exception) {
                PeerError::Absent(self.function.clone())
            } else {
                PeerError::Unreached(error.into())
            }
        })?;
        let output = answer.payload().map(Blob::as_ref).unwrap_or_default();
        if let Some(fault) = answer.function_error() {
            let output = String::from_utf8_lossy(output).into_owned();
            return Err(PeerError::Failed { fault: fault.to_owned(), output });
        }
        match serde_json::from_slice(output).map_err(PeerError::Unreadable)? {
            Answer::Ok(answer) => Ok(answer),
            Answer::Error { code, detail } => Err(PeerError::Refused { code, detail }),
        }
    }
}
