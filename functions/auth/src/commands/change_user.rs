use std::fmt;
use std::sync::Arc;

use auth_domain::user::{Authority, Command, Refusal, User};
use auth_domain::{Email, OutsideIdentity, Roles, UserId};
use event_store::{BoxError, ExecuteError, Request};
use kernel::IdSource;

use super::by_operator;
use crate::password::Password;
use crate::ports::PasswordHasher;
use crate::users::{Found, Users};

/// Changes accounts.
#[derive(Clone)]
pub struct ChangeUser {
    users: Users,
    hasher: Arc<dyn PasswordHasher>,
    ids: Arc<dyn IdSource>,
}

/// What to change.
#[derive(Debug, Clone)]
pub enum Change {
    /// Replace the password.
    Password(Password),
    /// Replace the roles.
    Roles(Roles),
    /// Keep the user from logging in.
    Disable,
    /// Let the user log in again.
    Enable,
    /// Let the user log in by a provider, as this one there.
    Link(OutsideIdentity),
    /// No longer let the user log in by the provider with this issuer.
    Unlink(String),
}

/// Why an account was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeUserError {
    /// A rule forbids it, or there is no such user.
    #[error("refused")]
    Refused(#[source] Refusal),
    /// The provider knows another user so.
    #[error("another user is linked to this identity")]
    Taken,
    /// Something that is needed does not work. Trying again is safe.
    #[error("the user could not be changed")]
    Failed(#[source] BoxError),
}

impl ChangeUser {
    /// Changes accounts among `users`.
    #[must_use]
    pub fn new(users: Users, hasher: Arc<dyn PasswordHasher>, ids: Arc<dyn IdSource>) -> Self {
        Self { users, hasher, ids }
    }

    /// Changes the account of the user with this address. Tells who that is.
    ///
    /// # Errors
    /// See [`ChangeUserError`].
    pub async fn run(&self, email: &Email, change: &Change) -> Result<UserId, ChangeUserError> {
        let found = self.users.find(email).await.map_err(failed)?;
        let found = found.ok_or(ChangeUserError::Refused(Refusal::Unknown))?;
        let user_id = found.id;
        let command = match change {
            Change::Password(password) => {
                Command::ChangePassword { password_hash: self.hasher.hash(password).map_err(failed)? }
            }
            Change::Roles(roles) => {
                Command::Change { roles: Some(roles.clone()), disabled: None, by: Authority::Owner }
            }
            Change::Disable => Command::Change { roles: None, disabled: Some(true), by: Authority::Owner },
            Change::Enable => Command::Change { roles: None, disabled: Some(false), by: Authority::Owner },
            Change::Link(identity) => Command::Link { identity: identity.clone() },
            Change::Unlink(issuer) => Command::Unlink { issuer: issuer.clone() },
        };
        let request = by_operator(self.users.tenant(), self.ids.as_ref()).map_err(failed)?;
        let request = self.guarded(request, change, &found);
        let stream = self.users.stream(user_id);
        match self.users.store().execute::<User>(&stream, &request, &command).await {
            Ok(_) => Ok(user_id),
            Err(ExecuteError::Refused(refusal)) => Err(ChangeUserError::Refused(refusal)),
            Err(ExecuteError::GuardTaken(_)) => Err(ChangeUserError::Taken),
            Err(error) => Err(failed(error)),
        }
    }

    /// With what makes an identity one user's, or gives it up. A link that changes after it was read is not given up by its name.
    fn guarded(&self, request: Request, change: &Change, found: &Found) -> Request {
        match change {
            Change::Link(identity) => {
                Request { guards: vec![self.users.identity_guard(identity, found.id)], ..request }
            }
            Change::Unlink(issuer) => {
                let account = found.stream.state().account();
                let linked = account.and_then(|account| account.identities.get(issuer)).into_iter();
                let guards = linked.map(|linked| self.users.identity_guard(linked, found.id).released());
                let guards = guards.collect();
                Request { guards, expected: Some(found.stream.version()), ..request }
            }
            Change::Password(_) | Change::Roles(_) | Change::Disable | Change::Enable => request,
        }
    }
}

fn failed(error: impl Into<BoxError>) -> ChangeUserError {
    ChangeUserError::Failed(error.into())
}

impl fmt::Debug for ChangeUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangeUser").field("users", &self.users).finish_non_exhaustive()
    }
}
