//! The providers, secrets included, as one JSON document in AWS Secrets Manager.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use aws_sdk_secretsmanager::Client;
use event_store::BoxError;
use kernel::{Clock, Timestamp};

use crate::oidc::{Provider, providers};
use crate::ports::ProviderSource;

/// How long what was read is believed, in milliseconds: as long a new value takes to be used everywhere.
const BELIEVED_MS: i64 = 5 * 60_000;

/// Reads the secret of this name when somebody logs in by a provider, which most invocations never see.
pub struct ProviderSecret {
    client: Client,
    secret: String,
    clock: Arc<dyn Clock>,
    believed: Mutex<Option<(Timestamp, Vec<Provider>)>>,
}

impl ProviderSecret {
    /// The secret with this name or ARN. No call is made yet.
    #[must_use]
    pub const fn new(client: Client, secret: String, clock: Arc<dyn Clock>) -> Self {
        Self { client, secret, clock, believed: Mutex::new(None) }
    }

    fn believed(&self, now: Timestamp) -> Option<Vec<Provider>> {
        let believed = self.believed.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = believed.as_ref().filter(|(read, _)| (0..BELIEVED_MS).contains(&now.since_ms(*read)));
        fresh.map(|(_, providers)| providers.clone())
    }
}

#[async_trait]
impl ProviderSource for ProviderSecret {
    async fn providers(&self) -> Result<Vec<Provider>, BoxError> {
        let now = self.clock.now();
        if let Some(providers) = self.believed(now) {
            return Ok(providers);
        }
        let read = match self.client.get_secret_value().secret_id(&self.secret).send().await {
            Ok(answer) => answer.secret_string().map_or_else(|| Ok(Vec::new()), providers)?,
            // The place is there, and nobody has put a value into it: the firm has no provider.
            Err(error)
                if error.as_service_error().is_some_and(|error| error.is_resource_not_found_exception()) =>
            {
                Vec::new()
            }
            Err(error) => return Err(error.into()),
        };
        *self.believed.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, read.clone()));
        Ok(read)
    }
}

impl std::fmt::Debug for ProviderSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProviderSecret").field("secret", &self.secret).finish_non_exhaustive()
    }
}
