//! What the log's stream brings about: revocations are listed, facts are published.

use async_trait::async_trait;
use auth_domain::session::{Event as SessionEvent, Session};
use auth_domain::user::{Event as UserEvent, User};
use event_store::{BoxError, Commit};
use kernel::Aggregate as _;
use messaging::{OwnCommits, Publication};

use crate::Revocations;
use crate::publications::UserFacts;

/// Lists what a commit takes back, and publishes what others shall hear of it.
#[derive(Debug, Clone)]
pub struct Relayed(Revocations);

impl Relayed {
    /// Lists in `revocations`.
    #[must_use]
    pub const fn new(revocations: Revocations) -> Self {
        Self(revocations)
    }

    async fn session(&self, commit: &Commit) -> Result<(), BoxError> {
        for stored in &commit.events {
            if let SessionEvent::Ended { .. } = stored.decode()? {
                self.0.end_session(commit.stream.key().parse()?, commit.at).await?;
            }
        }
        Ok(())
    }

    async fn user(&self, commit: &Commit) -> Result<(), BoxError> {
        for stored in &commit.events {
            match stored.decode()? {
                UserEvent::PasswordChanged { .. } | UserEvent::RolesChanged { .. } | UserEvent::Disabled => {
                    self.0.renew_user(commit.stream.key().parse()?, commit.at).await?;
                }
                UserEvent::Created { .. } | UserEvent::Enabled => {}
            }
        }
        Ok(())
    }
}

#[async_trait]
impl OwnCommits for Relayed {
    async fn project(&self, commit: &Commit) -> Result<(), BoxError> {
        match commit.stream.kind() {
            User::KIND => self.user(commit).await,
            Session::KIND => self.session(commit).await,
            // What is published, or not, says that it is none of ours.
            _ => Ok(()),
        }
    }

    async fn publications(&self, commit: &Commit) -> Result<Vec<Publication>, BoxError> {
        UserFacts.publications(commit).await
    }
}
