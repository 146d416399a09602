use std::fmt;
use std::sync::Arc;

use auth_domain::user::{Authority, Command, Refusal, User};
use auth_domain::{Email, Roles, UserId};
use event_store::{BoxError, ExecuteError};
use kernel::IdSource;

use super::by_operator;
use crate::password::Password;
use crate::ports::PasswordHasher;
use crate::users::Users;

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
}

/// Why an account was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeUserError {
    /// A rule forbids it, or there is no such user.
    #[error("refused")]
    Refused(#[source] Refusal),
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
        let user_id = found.ok_or(ChangeUserError::Refused(Refusal::Unknown))?.id;
        let command = match change {
            Change::Password(password) => {
                Command::ChangePassword { password_hash: self.hasher.hash(password).map_err(failed)? }
            }
            Change::Roles(roles) => {
                Command::Change { roles: Some(roles.clone()), disabled: None, by: Authority::Owner }
            }
            Change::Disable => Command::Change { roles: None, disabled: Some(true), by: Authority::Owner },
            Change::Enable => Command::Change { roles: None, disabled: Some(false), by: Authority::Owner },
        };
        let request = by_operator(self.users.tenant(), self.ids.as_ref()).map_err(failed)?;
        let stream = self.users.stream(user_id);
        match self.users.store().execute::<User>(&stream, &request, &command).await {
            Ok(_) => Ok(user_id),
            Err(ExecuteError::Refused(refusal)) => Err(ChangeUserError::Refused(refusal)),
            Err(error) => Err(failed(error)),
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
