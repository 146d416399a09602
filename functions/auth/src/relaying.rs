//! What the log's stream brings about: users, sessions and API keys are listed, and so is what was revoked; facts are published.

use async_trait::async_trait;
use auth_domain::api_key::ApiKey;
use auth_domain::session::{Event as SessionEvent, Session};
use auth_domain::user::{Event as UserEvent, User};
use event_store::{BoxError, Commit};
use kernel::Aggregate as _;
use messaging::{OwnCommits, Publication};

use crate::publications::Publications;
use crate::{ApiKeyList, Revocations, SessionList, UserList};

/// Shows what a commit changed, lists what it takes back, and publishes what others shall hear of it.
#[derive(Debug, Clone)]
pub struct Relayed {
    users: UserList,
    sessions: SessionList,
    api_keys: ApiKeyList,
    revocations: Revocations,
    publications: Publications,
}

impl Relayed {
    /// Shows in `lists`, lists in `revocations`, and publishes what `publications` make of it.
    #[must_use]
    pub fn new(
        lists: (UserList, SessionList, ApiKeyList),
        revocations: Revocations,
        publications: Publications,
    ) -> Self {
        let (users, sessions, api_keys) = lists;
        Self { users, sessions, api_keys, revocations, publications }
    }

    async fn session(&self, commit: &Commit) -> Result<(), BoxError> {
        for stored in &commit.events {
            if let SessionEvent::Ended { .. } = stored.decode()? {
                self.revocations.end_session(commit.stream.key().parse()?, commit.at).await?;
            }
        }
        self.sessions.project(commit).await
    }

    async fn user(&self, commit: &Commit) -> Result<(), BoxError> {
        for stored in &commit.events {
            match stored.decode()? {
                UserEvent::PasswordChanged { .. } | UserEvent::RolesChanged { .. } | UserEvent::Disabled => {
                    self.revocations.renew_user(commit.stream.key().parse()?, commit.at).await?;
                }
                UserEvent::Created { .. }
                | UserEvent::Enabled
                | UserEvent::IdentityLinked { .. }
                | UserEvent::IdentityUnlinked { .. } => {}
            }
        }
        self.users.project(commit).await
    }
}

#[async_trait]
impl OwnCommits for Relayed {
    async fn project(&self, commit: &Commit) -> Result<(), BoxError> {
        match commit.stream.kind() {
            User::KIND => self.user(commit).await,
            Session::KIND => self.session(commit).await,
            ApiKey::KIND => self.api_keys.project(commit).await,
            // What is published, or not, says that it is none of ours.
            _ => Ok(()),
        }
    }

    async fn publications(&self, commit: &Commit) -> Result<Vec<Publication>, BoxError> {
        self.publications.of(commit).await
    }
}
