//! What the others hear of users, their sessions and their API keys.

use auth_domain::api_key::{ApiKey, Event as ApiKeyEvent, Issued};
use auth_domain::published::{ApiKeyCreated, ApiKeyRevoked, ApiKeyRotated, SessionReused, UserCreated};
use auth_domain::session::{EndReason, Event as SessionEvent, Session};
use auth_domain::user::{Event as UserEvent, User};
use auth_domain::{ApiKeyId, SessionId, UserId};
use event_store::{BoxError, Commit, Stream};
use kernel::Aggregate as _;
use messaging::Publication;

use crate::{ApiKeys, Sessions, Users};

/// Publishes `auth.user-created`, `auth.session-reused`, and what becomes of API keys.
#[derive(Debug, Clone)]
pub struct Publications {
    users: Users,
    sessions: Sessions,
    api_keys: ApiKeys,
}

impl Publications {
    /// What is published of `users`, `sessions` and `api_keys`.
    #[must_use]
    pub const fn new(users: Users, sessions: Sessions, api_keys: ApiKeys) -> Self {
        Self { users, sessions, api_keys }
    }

    /// What others hear of a commit. Of a session that was reused they hear whose it was, of an API key what it
    /// is called: two reads at most.
    ///
    /// # Errors
    /// When the commit is none of auth's, or the log cannot be read.
    pub async fn of(&self, commit: &Commit) -> Result<Vec<Publication>, BoxError> {
        match commit.stream.kind() {
            User::KIND => of_user(commit),
            Session::KIND => self.of_session(commit).await,
            ApiKey::KIND => self.of_api_key(commit).await,
            other => Err(format!("{other} is not a stream of auth").into()),
        }
    }

    async fn of_session(&self, commit: &Commit) -> Result<Vec<Publication>, BoxError> {
        let mut publications = Vec::new();
        for (sequence, stored) in (commit.first..).zip(&commit.events) {
            let SessionEvent::Ended { reason: EndReason::Reused } = stored.decode()? else { continue };
            let fact = self.reused(commit.stream.key().parse()?).await?;
            let (name, version) = (SessionReused::TYPE, SessionReused::VERSION);
            publications.push(Publication::new(sequence, name, version, &fact)?);
        }
        Ok(publications)
    }

    async fn of_api_key(&self, commit: &Commit) -> Result<Vec<Publication>, BoxError> {
        let id: ApiKeyId = commit.stream.key().parse()?;
        let key = self.api_keys.load(id).await?;
        let issued = key.state().issued().ok_or("an API key was changed that was never made")?;
        let mut publications = Vec::new();
        for (sequence, stored) in (commit.first..).zip(&commit.events) {
            publications.push(of_key_event(sequence, id, issued, stored.decode()?)?);
        }
        Ok(publications)
    }

    async fn reused(&self, session_id: SessionId) -> Result<SessionReused, BoxError> {
        let session = self.sessions.load(session_id).await?;
        let open = session.state().opened().ok_or("a session ended that was never opened")?;
        let user: Stream<User> = self.users.store().load(&self.users.stream(open.user_id)).await?;
        let account = user.state().account().ok_or("a session is of a user who does not exist")?;
        Ok(SessionReused {
            session_id,
            user_id: open.user_id,
            email: account.email.clone(),
            name: account.name.clone(),
            opened_at: open.opened_at,
            device: open.device.clone(),
        })
    }
}

/// Whose key it is and what it is called never changes; the rest is said by the event.
fn of_key_event(
    sequence: u64,
    api_key_id: ApiKeyId,
    issued: &Issued,
    event: ApiKeyEvent,
) -> Result<Publication, BoxError> {
    let (user_id, name) = (issued.owner, issued.name.clone());
    let publication = match event {
        ApiKeyEvent::Created { scopes, rate_per_minute, expires_at, .. } => {
            let scopes = scopes.into_iter().collect();
            let fact = ApiKeyCreated { api_key_id, user_id, name, scopes, rate_per_minute, expires_at };
            Publication::new(sequence, ApiKeyCreated::TYPE, ApiKeyCreated::VERSION, &fact)
        }
        ApiKeyEvent::Rotated { earlier_until, .. } => {
            let fact = ApiKeyRotated { api_key_id, user_id, name, earlier_secrets_until: earlier_until };
            Publication::new(sequence, ApiKeyRotated::TYPE, ApiKeyRotated::VERSION, &fact)
        }
        ApiKeyEvent::Revoked => {
            let fact = ApiKeyRevoked { api_key_id, user_id, name };
            Publication::new(sequence, ApiKeyRevoked::TYPE, ApiKeyRevoked::VERSION, &fact)
        }
    };
    Ok(publication?)
}

fn of_user(commit: &Commit) -> Result<Vec<Publication>, BoxError> {
    let user_id: UserId = commit.stream.key().parse()?;
    let mut publications = Vec::new();
    for (sequence, stored) in (commit.first..).zip(&commit.events) {
        match stored.decode()? {
            UserEvent::Created { email, name, roles, .. } => {
                let fact = UserCreated { user_id, email, name, roles: roles.into_iter().collect() };
                let (name, version) = (UserCreated::TYPE, UserCreated::VERSION);
                publications.push(Publication::new(sequence, name, version, &fact)?);
            }
            // Nobody needs to hear of these yet.
            UserEvent::PasswordChanged { .. }
            | UserEvent::RolesChanged { .. }
            | UserEvent::Disabled
            | UserEvent::Enabled
            | UserEvent::IdentityLinked { .. }
            | UserEvent::IdentityUnlinked { .. } => {}
        }
    }
    Ok(publications)
}
