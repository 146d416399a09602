//! Users by id and by address.

use auth_domain::user::User;
use auth_domain::{Email, UserId};
use event_store::{EventStore, Guard, LogError, Stream, StreamId};
use kernel::{Aggregate as _, Tenant};

/// The users of one firm.
#[derive(Debug, Clone)]
pub struct Users {
    tenant: Tenant,
    store: EventStore,
}

impl Users {
    /// The users of `tenant` in `store`.
    #[must_use]
    pub const fn new(tenant: Tenant, store: EventStore) -> Self {
        Self { tenant, store }
    }

    /// Whose users they are.
    #[must_use]
    pub const fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// The store they are in.
    #[must_use]
    pub const fn store(&self) -> &EventStore {
        &self.store
    }

    /// The stream of a user.
    #[must_use]
    pub fn stream(&self, id: UserId) -> StreamId {
        StreamId::new(self.tenant.clone(), User::KIND, id)
    }

    /// What makes an address belong to one user.
    #[must_use]
    pub fn guard(&self, email: &Email, id: UserId) -> Guard {
        Guard::taken(guard_key(email), id.to_string())
    }

    /// The user who logs in with `email`: one read of the guard, one of the stream. Without a user the second read looks
    /// for one who cannot exist, so that the number of calls does not tell the two apart.
    ///
    /// # Errors
    /// When the log cannot be read, or the guard is held by what is no user.
    pub async fn find(&self, email: &Email) -> Result<Option<Found>, LogError> {
        let holder = self.store.log().guard_holder(&self.tenant, &guard_key(email)).await?;
        let id = match &holder {
            Some(holder) => holder.parse().map_err(|error: kernel::IdError| LogError::Broken {
                stream: guard_key(email),
                source: error.into(),
            })?,
            None => UserId::new(uuid::Uuid::nil()),
        };
        let stream = self.store.load::<User>(&self.stream(id)).await?;
        Ok(holder.map(|_| Found { id, stream }))
    }
}

/// A user that was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Who.
    pub id: UserId,
    /// Their history, folded.
    pub stream: Stream<User>,
}

fn guard_key(email: &Email) -> String {
    format!("user-email#{email}")
}
