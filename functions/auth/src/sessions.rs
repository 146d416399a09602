//! Sessions by id.

use auth_domain::SessionId;
use auth_domain::session::Session;
use event_store::{EventStore, LogError, Stream, StreamId};
use kernel::{Aggregate as _, Tenant};

/// The sessions of one firm.
#[derive(Debug, Clone)]
pub struct Sessions {
    tenant: Tenant,
    store: EventStore,
}

impl Sessions {
    /// The sessions of `tenant` in `store`.
    #[must_use]
    pub const fn new(tenant: Tenant, store: EventStore) -> Self {
        Self { tenant, store }
    }

    /// The store they are in.
    #[must_use]
    pub const fn store(&self) -> &EventStore {
        &self.store
    }

    /// Whose sessions they are.
    #[must_use]
    pub const fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// The stream of a session.
    #[must_use]
    pub fn stream(&self, id: SessionId) -> StreamId {
        StreamId::new(self.tenant.clone(), Session::KIND, id)
    }

    /// A session as it stands: one read.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn load(&self, id: SessionId) -> Result<Stream<Session>, LogError> {
        self.store.load(&self.stream(id)).await
    }
}
