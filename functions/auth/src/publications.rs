//! What the others hear of users and their sessions.

use auth_domain::published::{SessionReused, UserCreated};
use auth_domain::session::{EndReason, Event as SessionEvent, Session};
use auth_domain::user::{Event as UserEvent, User};
use auth_domain::{SessionId, UserId};
use event_store::{BoxError, Commit, Stream};
use kernel::Aggregate as _;
use messaging::Publication;

use crate::{Sessions, Users};

/// Publishes `auth.user-created` and `auth.session-reused`.
#[derive(Debug, Clone)]
pub struct Publications {
    users: Users,
    sessions: Sessions,
}

impl Publications {
    /// What is published of `users` and `sessions`.
    #[must_use]
    pub const fn new(users: Users, sessions: Sessions) -> Self {
        Self { users, sessions }
    }

    /// What others hear of a commit. Of a session that was reused they hear whose it was: two reads.
    ///
    /// # Errors
    /// When the commit is none of auth's, or the log cannot be read.
    pub async fn of(&self, commit: &Commit) -> Result<Vec<Publication>, BoxError> {
        match commit.stream.kind() {
            User::KIND => of_user(commit),
            Session::KIND => self.of_session(commit).await,
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
            | UserEvent::Enabled => {}
        }
    }
    Ok(publications)
}
