//! What making a key and giving it a new secret have in common.

use auth_domain::ApiKeyId;
use auth_domain::api_key::{ApiKey, Refusal};
use event_store::{ExecuteError, Outcome};

use crate::api_keys::{ApiKeySecret, ApiKeyView};
use crate::random::RandomError;

/// A key and its new secret, which is nowhere else.
#[derive(Debug, Clone)]
pub struct ApiKeyMade {
    /// The key.
    pub key: ApiKeyView,
    /// Its secret; `None` when this very request had been answered before, because nobody has it but who got that answer.
    pub secret: Option<ApiKeySecret>,
}

/// Why there is no new secret.
#[derive(Debug, thiserror::Error)]
pub enum ApiKeyError {
    /// The key says no, or something that is needed does not work.
    #[error("the API key was not changed")]
    Execute(#[source] ExecuteError<Refusal>),
    /// There is none to be had.
    #[error("no secret could be made")]
    Random(#[from] RandomError),
}

/// The answer to a request that made `secret`, or had been answered before.
pub(super) fn made(
    id: ApiKeyId,
    secret: ApiKeySecret,
    outcome: Result<Outcome<ApiKey>, ExecuteError<Refusal>>,
) -> Result<ApiKeyMade, ApiKeyError> {
    let outcome = outcome.map_err(ApiKeyError::Execute)?;
    let issued = outcome.stream.state().issued();
    let issued = issued.ok_or(ApiKeyError::Execute(ExecuteError::Refused(Refusal::Unknown)))?;
    Ok(ApiKeyMade { key: ApiKeyView::of(id, issued), secret: (!outcome.replayed).then_some(secret) })
}
