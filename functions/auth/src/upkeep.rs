//! What upkeep must know of this context: its views, and how its streams are folded.

use std::sync::Arc;

use assembly::{Examined, Upkept};
use async_trait::async_trait;
use auth_domain::UserId;
use auth_domain::api_key::ApiKey;
use auth_domain::session::Session;
use auth_domain::user::User;
use event_store::{BoxError, Commit, CommitLog, Stream, StreamId, View, Views};
use kernel::Aggregate as _;
use messaging::{OwnCommits, Publication};

use crate::api_keys;
use crate::publications::Publications;
use crate::session_list::{self, SessionList};
use crate::user_list::{self, UserList};
use crate::{ApiKeyList, ApiKeyUses, ApiKeys, Sessions, Users};

/// The views of this context.
pub const VIEWS: &[View] = &[user_list::VIEW, session_list::VIEW, api_keys::VIEW];

/// The users, their sessions and their API keys, for upkeep.
#[derive(Debug, Clone)]
pub struct AuthUpkeep {
    users: Users,
    sessions: Sessions,
    uses: ApiKeyUses,
}

impl AuthUpkeep {
    /// Upkeep of `users`, `sessions` and API keys, whose `uses` are no view.
    #[must_use]
    pub const fn new(users: Users, sessions: Sessions, uses: ApiKeyUses) -> Self {
        Self { users, sessions, uses }
    }
}

/// Shows users, sessions and API keys, and does nothing else.
struct Shown {
    users: UserList,
    sessions: SessionList,
    api_keys: ApiKeyList,
    publications: Publications,
}

#[async_trait]
impl OwnCommits for Shown {
    async fn project(&self, commit: &Commit) -> Result<(), BoxError> {
        match commit.stream.kind() {
            User::KIND => self.users.project(commit).await,
            Session::KIND => self.sessions.project(commit).await,
            ApiKey::KIND => self.api_keys.project(commit).await,
            _ => Ok(()),
        }
    }

    async fn publications(&self, commit: &Commit) -> Result<Vec<Publication>, BoxError> {
        self.publications.of(commit).await
    }
}

impl Upkept for AuthUpkeep {
    fn projections(&self, log: Arc<dyn CommitLog>, views: Arc<dyn Views>) -> Arc<dyn OwnCommits> {
        let (tenant, store) = (self.sessions.tenant().clone(), self.sessions.store().over(log));
        let users = UserList::new(Users::new(tenant.clone(), store.clone()), Arc::clone(&views));
        let sessions = Sessions::new(tenant.clone(), store.clone());
        let keys = ApiKeys::new(tenant, store);
        let publications = Publications::new(self.users.clone(), sessions.clone(), keys.clone());
        let api_keys = ApiKeyList::new(keys, self.uses.clone(), Arc::clone(&views));
        Arc::new(Shown { users, sessions: SessionList::new(sessions, views), api_keys, publications })
    }

    /// The address of a user is guarded for them; sessions and API keys guard nothing.
    fn examine(&self, stream: &StreamId, commits: &[Commit]) -> Result<Examined, BoxError> {
        if stream.kind() == Session::KIND {
            let (_, wrong_snapshots) = Stream::<Session>::examine(stream.clone(), commits)?;
            return Ok(Examined { wrong_snapshots, guards: Vec::new() });
        }
        if stream.kind() == ApiKey::KIND {
            let (_, wrong_snapshots) = Stream::<ApiKey>::examine(stream.clone(), commits)?;
            return Ok(Examined { wrong_snapshots, guards: Vec::new() });
        }
        let (folded, wrong_snapshots) = Stream::<User>::examine(stream.clone(), commits)?;
        let user: UserId = stream.key().parse()?;
        let guards = folded.state().account().map(|account| self.users.guard(&account.email, user));
        Ok(Examined { wrong_snapshots, guards: guards.into_iter().collect() })
    }
}
