//! API keys: what programs show instead of a login.

mod checks;
mod list;
mod secret;
mod uses;

use auth_domain::ApiKeyId;
use auth_domain::api_key::ApiKey;
use event_store::{EventStore, LogError, Stream, StreamId};
use kernel::{Aggregate as _, Tenant};

pub use checks::{ApiKeyChecks, Verdict};
pub use list::{ApiKeyList, ApiKeyView, VIEW};
pub use secret::{ApiKeySecret, ApiKeySecretError};
pub use uses::ApiKeyUses;

/// The API keys of one firm, by id.
#[derive(Debug, Clone)]
pub struct ApiKeys {
    tenant: Tenant,
    store: EventStore,
}

impl ApiKeys {
    /// The keys of `tenant` in `store`.
    #[must_use]
    pub const fn new(tenant: Tenant, store: EventStore) -> Self {
        Self { tenant, store }
    }

    /// The store they are in.
    #[must_use]
    pub const fn store(&self) -> &EventStore {
        &self.store
    }

    /// Whose keys they are.
    #[must_use]
    pub const fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// The stream of a key.
    #[must_use]
    pub fn stream(&self, id: ApiKeyId) -> StreamId {
        StreamId::new(self.tenant.clone(), ApiKey::KIND, id)
    }

    /// A key as it stands: one read.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn load(&self, id: ApiKeyId) -> Result<Stream<ApiKey>, LogError> {
        self.store.load(&self.stream(id)).await
    }
}
