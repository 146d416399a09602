//! Asking the function of another context by invoking it directly.

use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::Blob;
use event_store::BoxError;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What a function answers to a direct event.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer<T> {
    Ok(T),
    Error { code: String, detail: String },
}

/// Invokes a function and reads what it answers.
///
/// # Errors
/// When it does not answer, fails, refuses the question, or answers something else.
pub(super) async fn ask<T: DeserializeOwned>(
    client: &Client,
    function: &str,
    event: &Value,
) -> Result<T, BoxError> {
    let payload = Blob::new(event.to_string());
    let answer = client.invoke().function_name(function).payload(payload).send().await?;
    if let Some(fault) = answer.function_error() {
        return Err(format!("the function failed: {fault}").into());
    }
    let bytes = answer.payload().map(Blob::as_ref).unwrap_or_default();
    match serde_json::from_slice::<Answer<T>>(bytes)? {
        Answer::Ok(found) => Ok(found),
        Answer::Error { code, detail } => Err(format!("{code}: {detail}").into()),
    }
}
