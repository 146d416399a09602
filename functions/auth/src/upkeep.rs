//! What upkeep must know of this context: its view, and how its streams are folded.

use std::sync::Arc;

use assembly::{Examined, Upkept};
use async_trait::async_trait;
use auth_domain::UserId;
use auth_domain::session::Session;
use auth_domain::user::User;
use event_store::{BoxError, Commit, CommitLog, Stream, StreamId, View, Views};
use kernel::Aggregate as _;
use messaging::{OwnCommits, Publication};

use crate::publications::Publications;
use crate::session_list::{self, SessionList};
use crate::{Sessions, Users};

/// The views of this context. Users are in none, because every read of one folds their log.
pub const VIEWS: &[View] = &[session_list::VIEW];

/// The users and their sessions, for upkeep.
#[derive(Debug, Clone)]
pub struct AuthUpkeep {
    users: Users,
    sessions: Sessions,
}

impl AuthUpkeep {
    /// Upkeep of `users` and `sessions`.
    #[must_use]
    pub const fn new(users: Users, sessions: Sessions) -> Self {
        Self { users, sessions }
    }
}

/// Shows sessions, and does nothing else.
struct Shown {
    list: SessionList,
    publications: Publications,
}

#[async_trait]
impl OwnCommits for Shown {
    async fn project(&self, commit: &Commit) -> Result<(), BoxError> {
        if commit.stream.kind() == Session::KIND { self.list.project(commit).await } else { Ok(()) }
    }

    async fn publications(&self, commit: &Commit) -> Result<Vec<Publication>, BoxError> {
        self.publications.of(commit).await
    }
}

impl Upkept for AuthUpkeep {
    fn projections(&self, log: Arc<dyn CommitLog>, views: Arc<dyn Views>) -> Arc<dyn OwnCommits> {
        let sessions = Sessions::new(self.sessions.tenant().clone(), self.sessions.store().over(log));
        let publications = Publications::new(self.users.clone(), sessions.clone());
        Arc::new(Shown { list: SessionList::new(sessions, views), publications })
    }

    /// The address of a user is guarded for them; a session guards nothing.
    fn examine(&self, stream: &StreamId, commits: &[Commit]) -> Result<Examined, BoxError> {
        if stream.kind() == Session::KIND {
            let (_, wrong_snapshots) = Stream::<Session>::examine(stream.clone(), commits)?;
            return Ok(Examined { wrong_snapshots, guards: Vec::new() });
        }
        let (folded, wrong_snapshots) = Stream::<User>::examine(stream.clone(), commits)?;
        let user: UserId = stream.key().parse()?;
        let guards = folded.state().account().map(|account| self.users.guard(&account.email, user));
        Ok(Examined { wrong_snapshots, guards: guards.into_iter().collect() })
    }
}
