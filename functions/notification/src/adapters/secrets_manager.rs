//! Secrets in AWS Secrets Manager, one JSON document a provider.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use aws_sdk_secretsmanager::Client;
use event_store::BoxError;
use kernel::{Clock, Timestamp};
use serde::de::DeserializeOwned;

use crate::ports::Secrets;

/// How long a secret that was read is believed, in milliseconds: as long a new one takes to be used everywhere.
const BELIEVED_MS: i64 = 5 * 60_000;

/// Reads the secret of this name when it is needed, which most invocations never do.
pub struct SecretsManager<T> {
    client: Client,
    secret: String,
    clock: Arc<dyn Clock>,
    believed: Mutex<Option<(Timestamp, T)>>,
}

impl<T> std::fmt::Debug for SecretsManager<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecretsManager").field("secret", &self.secret).finish_non_exhaustive()
    }
}

impl<T: Clone> SecretsManager<T> {
    /// The secret with this name or ARN.
    #[must_use]
    pub const fn new(client: Client, secret: String, clock: Arc<dyn Clock>) -> Self {
        Self { client, secret, clock, believed: Mutex::new(None) }
    }

    fn believed(&self, now: Timestamp) -> Option<T> {
        let believed = self.believed.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = believed.as_ref().filter(|(read, _)| (0..BELIEVED_MS).contains(&now.since_ms(*read)));
        fresh.map(|(_, secrets)| secrets.clone())
    }
}

#[async_trait]
impl<T: Clone + DeserializeOwned + Send> Secrets<T> for SecretsManager<T> {
    async fn read(&self) -> Result<T, BoxError> {
        let now = self.clock.now();
        if let Some(secrets) = self.believed(now) {
            return Ok(secrets);
        }
        let answer = self.client.get_secret_value().secret_id(&self.secret).send().await?;
        let text = answer.secret_string().unwrap_or_default();
        // What is wrong with it must not quote it: where is enough.
        let unreadable = |error: serde_json::Error| {
            format!("the secret is not the JSON object it should be, at column {}", error.column())
        };
        let secrets: T = serde_json::from_str(text).map_err(unreadable)?;
        *self.believed.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, secrets.clone()));
        Ok(secrets)
    }
}
