use auth_domain::api_key::{ApiKey, Command};
use auth_domain::{ApiKeyId, UserId};
use event_store::Request;
use kernel::Timestamp;

use super::api_key_made::{ApiKeyError, ApiKeyMade, made};
use crate::api_keys::{ApiKeySecret, ApiKeys};

/// Gives API keys new secrets.
#[derive(Debug, Clone)]
pub struct RotateApiKey {
    /// The keys.
    pub keys: ApiKeys,
}

impl RotateApiKey {
    /// Gives a key of `by` a new secret; the ones before work for `overlap_h` hours at most.
    ///
    /// # Errors
    /// See [`ApiKeyError`].
    pub async fn run(
        &self,
        id: ApiKeyId,
        by: UserId,
        overlap_h: u16,
        request: &Request,
        at: Timestamp,
    ) -> Result<ApiKeyMade, ApiKeyError> {
        let secret = ApiKeySecret::random(id)?;
        let command = Command::Rotate { by, secret: secret.fingerprint(), overlap_h, at };
        let stream = self.keys.stream(id);
        made(id, secret, self.keys.store().execute::<ApiKey>(&stream, request, &command).await)
    }
}
