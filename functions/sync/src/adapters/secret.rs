//! The service account's key file in AWS Secrets Manager: never in the environment, never in Terraform's state.

use async_trait::async_trait;
use aws_sdk_secretsmanager::Client;
use event_store::BoxError;

use crate::ports::KeySource;

/// Reads a secret whenever a token is needed, which is once an hour.
#[derive(Debug, Clone)]
pub struct SecretKey {
    client: Client,
    secret: String,
}

impl SecretKey {
    /// Reads the secret of this name or ARN. No call is made yet.
    #[must_use]
    pub const fn new(client: Client, secret: String) -> Self {
        Self { client, secret }
    }
}

#[async_trait]
impl KeySource for SecretKey {
    async fn key(&self) -> Result<String, BoxError> {
        let answer = self.client.get_secret_value().secret_id(&self.secret).send().await?;
        let key = answer.secret_string().ok_or("the secret holds no text")?;
        Ok(key.to_owned())
    }
}
