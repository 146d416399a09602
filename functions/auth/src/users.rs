//! Users by id and by address.

use auth_domain::user::User;
use auth_domain::{Email, OutsideIdentity, UserId};
use event_store::{EventStore, Guard, LogError, Stream, StreamId};
use kernel::{Aggregate as _, Tenant};
use sha2::{Digest as _, Sha256};

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

    /// What makes an outside identity belong to one user.
    #[must_use]
    pub fn identity_guard(&self, identity: &OutsideIdentity, id: UserId) -> Guard {
        Guard::taken(identity_key(identity), id.to_string())
    }

    /// The user who is linked to `identity`: one read of the guard, one of the stream. Only a link that the user's own history still
    /// has counts.
    ///
    /// # Errors
    /// When the log cannot be read, or the guard is held by what is no user.
    pub async fn find_linked(&self, identity: &OutsideIdentity) -> Result<Option<Found>, LogError> {
        let key = identity_key(identity);
        let Some(holder) = self.store.log().guard_holder(&self.tenant, &key).await? else { return Ok(None) };
        let id = user_id(&holder, &key)?;
        let stream = self.store.load::<User>(&self.stream(id)).await?;
        let account = stream.state().account();
        let linked =
            account.is_some_and(|account| account.identities.get(identity.issuer()) == Some(identity));
        Ok(linked.then_some(Found { id, stream }))
    }

    /// The user who logs in with `email`: one read of the guard, one of the stream. Without a user the second read looks
    /// for one who cannot exist, so that the number of calls does not tell the two apart.
    ///
    /// # Errors
    /// When the log cannot be read, or the guard is held by what is no user.
    pub async fn find(&self, email: &Email) -> Result<Option<Found>, LogError> {
        let holder = self.store.log().guard_holder(&self.tenant, &guard_key(email)).await?;
        let id = match &holder {
            Some(holder) => user_id(holder, &guard_key(email))?,
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

fn user_id(holder: &str, guard: &str) -> Result<UserId, LogError> {
    let broken = |error: kernel::IdError| LogError::Broken { stream: guard.to_owned(), source: error.into() };
    holder.parse().map_err(broken)
}

/// Hashed, with a separator that neither part has: subjects are as long as they like, and may name people.
fn identity_key(identity: &OutsideIdentity) -> String {
    let pair = format!("{}\n{}", identity.issuer(), identity.subject());
    format!("user-identity#{}", hex::encode(Sha256::digest(pair)))
}

fn guard_key(email: &Email) -> String {
    format!("user-email#{email}")
}
