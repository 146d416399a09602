//! What upkeep must know of this context: it has no views, and this is how its streams are folded.

use std::sync::Arc;

use assembly::{Examined, Upkept};
use auth_domain::UserId;
use auth_domain::session::Session;
use auth_domain::user::User;
use event_store::{BoxError, Commit, CommitLog, Stream, StreamId, View, Views};
use kernel::Aggregate as _;
use messaging::OwnCommits;

use crate::Users;
use crate::publications::UserFacts;

/// The views of this context: none, because every read folds the log of one user.
pub const VIEWS: &[View] = &[];

/// The users, for upkeep.
#[derive(Debug, Clone)]
pub struct AuthUpkeep(Users);

impl AuthUpkeep {
    /// Upkeep of `users`.
    #[must_use]
    pub const fn new(users: Users) -> Self {
        Self(users)
    }
}

impl Upkept for AuthUpkeep {
    fn projections(&self, _: Arc<dyn CommitLog>, _: Arc<dyn Views>) -> Arc<dyn OwnCommits> {
        Arc::new(UserFacts)
    }

    /// The address of a user is guarded for them; a session guards nothing.
    fn examine(&self, stream: &StreamId, commits: &[Commit]) -> Result<Examined, BoxError> {
        if stream.kind() == Session::KIND {
            let (_, wrong_snapshots) = Stream::<Session>::examine(stream.clone(), commits)?;
            return Ok(Examined { wrong_snapshots, guards: Vec::new() });
        }
        let (folded, wrong_snapshots) = Stream::<User>::examine(stream.clone(), commits)?;
        let user: UserId = stream.key().parse()?;
        let guards = folded.state().account().map(|account| self.0.guard(&account.email, user));
        Ok(Examined { wrong_snapshots, guards: guards.into_iter().collect() })
    }
}
