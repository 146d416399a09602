//! Secrets in AWS Secrets Manager, one JSON document a provider.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use aws_sdk_secretsmanager::Client;
use event_store::BoxError;
use kernel::{Clock, Timestamp};

use crate::ports::{Secrets, WhatsAppSecrets};

/// How long a secret that was read is believed, in milliseconds: as long a new one takes to be used everywhere.
const BELIEVED_MS: i64 = 5 * 60_000;

/// Reads the secret of this name when it is needed, which most invocations never do.
#[derive(Clone)]
pub struct SecretsManager {
    client: Client,
    secret: String,
    clock: Arc<dyn Clock>,
    believed: Arc<Mutex<Option<(Timestamp, WhatsAppSecrets)>>>,
}

impl std::fmt::Debug for SecretsManager {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecretsManager").field("secret", &self.secret).finish_non_exhaustive()
    }
}

impl SecretsManager {
    /// The secret with this name or ARN.
    #[must_use]
    pub fn new(client: Client, secret: String, clock: Arc<dyn Clock>) -> Self {
        Self { client, secret, clock, believed: Arc::default() }
    }

    fn believed(&self, now: Timestamp) -> Option<WhatsAppSecrets> {
        let believed = self.believed.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = believed.as_ref().filter(|(read, _)| (0..BELIEVED_MS).contains(&now.since_ms(*read)));
        fresh.map(|(_, secrets)| secrets.clone())
    }
}

#[async_trait]
impl Secrets for SecretsManager {
    async fn whatsapp(&self) -> Result<WhatsAppSecrets, BoxError> {
        let now = self.clock.now();
        if let Some(secrets) = self.believed(now) {
            return Ok(secrets);
        }
        let answer = self.client.get_secret_value().secret_id(&self.secret).send().await?;
        // What is wrong with it must not quote it.
        let read = answer.secret_string().and_then(|text| serde_json::from_str(text).ok());
        let secrets: WhatsAppSecrets =
            read.ok_or("the secret is not a JSON object with accessToken, appSecret and verifyToken")?;
        *self.believed.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, secrets.clone()));
        Ok(secrets)
    }
}
