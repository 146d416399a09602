use auth_domain::ApiKeyId;
use auth_domain::api_key::{ApiKey, Asker, Command, Refusal};
use event_store::{ExecuteError, Request};
use kernel::Provenance;

use crate::api_keys::ApiKeys;

/// Ends API keys.
#[derive(Debug, Clone)]
pub struct RevokeApiKey {
    /// The keys.
    pub keys: ApiKeys,
}

impl RevokeApiKey {
    /// Ends a key that concerns `by`, or finds it ended.
    ///
    /// # Errors
    /// When there is no such key, or something that is needed does not work.
    pub async fn run(
        &self,
        id: ApiKeyId,
        by: Asker,
        provenance: Provenance,
    ) -> Result<(), ExecuteError<Refusal>> {
        let (request, stream) = (Request::new(provenance), self.keys.stream(id));
        self.keys.store().execute::<ApiKey>(&stream, &request, &Command::Revoke { by }).await?;
        Ok(())
    }
}
