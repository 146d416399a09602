//! What the others hear of users.

use async_trait::async_trait;
use auth_domain::UserId;
use auth_domain::published::UserCreated;
use auth_domain::session::Session;
use auth_domain::user::{Event, User};
use event_store::{BoxError, Commit};
use kernel::Aggregate as _;
use messaging::{OwnCommits, Publication};

/// Publishes `auth.user-created`. There is nothing to project: every read of a user folds their log.
#[derive(Debug, Clone, Copy, Default)]
pub struct UserFacts;

#[async_trait]
impl OwnCommits for UserFacts {
    async fn project(&self, _: &Commit) -> Result<(), BoxError> {
        Ok(())
    }

    async fn publications(&self, commit: &Commit) -> Result<Vec<Publication>, BoxError> {
        match commit.stream.kind() {
            User::KIND => {}
            // Nobody else hears of sessions.
            Session::KIND => return Ok(Vec::new()),
            other => return Err(format!("{other} is not a stream of auth").into()),
        }
        let user_id: UserId = commit.stream.key().parse()?;
        let mut publications = Vec::new();
        for (sequence, stored) in (commit.first..).zip(&commit.events) {
            match stored.decode()? {
                Event::Created { email, name, roles, .. } => {
                    let fact = UserCreated { user_id, email, name, roles: roles.into_iter().collect() };
                    publications.push(Publication::new(
                        sequence,
                        UserCreated::TYPE,
                        UserCreated::VERSION,
                        &fact,
                    )?);
                }
                // Nobody needs to hear of these yet.
                Event::PasswordChanged { .. }
                | Event::RolesChanged { .. }
                | Event::Disabled
                | Event::Enabled => {}
            }
        }
        Ok(publications)
    }
}
