use std::collections::BTreeSet;

use auth_domain::api_key::{ApiKey, Command};
use auth_domain::{ApiKeyId, Name, Permission, UserId};
use event_store::Request;
use kernel::Timestamp;

use super::api_key_made::{ApiKeyError, ApiKeyMade, made};
use crate::api_keys::{ApiKeySecret, ApiKeys};

/// Makes API keys.
#[derive(Debug, Clone)]
pub struct CreateApiKey {
    /// The keys.
    pub keys: ApiKeys,
}

/// The key to make.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// Whose it will be.
    pub owner: UserId,
    /// What it is called.
    pub name: Name,
    /// What it shall be able to do.
    pub scopes: BTreeSet<Permission>,
    /// What its owner may do.
    pub held: BTreeSet<Permission>,
    /// How many requests a minute it is meant for.
    pub rate_per_minute: Option<u32>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}

impl CreateApiKey {
    /// Makes the key with this id: one write.
    ///
    /// # Errors
    /// See [`ApiKeyError`].
    pub async fn run(
        &self,
        id: ApiKeyId,
        new: NewApiKey,
        request: &Request,
        at: Timestamp,
    ) -> Result<ApiKeyMade, ApiKeyError> {
        let secret = ApiKeySecret::random(id)?;
        let NewApiKey { owner, name, scopes, held, rate_per_minute, expires_at } = new;
        let fingerprint = secret.fingerprint();
        let command = Command::Create {
            owner,
            name,
            scopes,
            held,
            rate_per_minute,
            expires_at,
            secret: fingerprint,
            at,
        };
        let stream = self.keys.stream(id);
        made(id, secret, self.keys.store().create::<ApiKey>(&stream, request, &command).await)
    }
}
