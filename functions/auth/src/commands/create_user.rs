use std::fmt;
use std::sync::Arc;

use auth_domain::user::{Authority, Command, Refusal, User};
use auth_domain::{Email, Name, Roles, UserId};
use event_store::{BoxError, ExecuteError};
use kernel::IdSource;

use super::by_operator;
use crate::password::Password;
use crate::ports::PasswordHasher;
use crate::users::Users;

/// Opens accounts.
#[derive(Clone)]
pub struct CreateUser {
    users: Users,
    hasher: Arc<dyn PasswordHasher>,
    ids: Arc<dyn IdSource>,
}

/// The account to open.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Who it will be; derived from the address when absent.
    pub user_id: Option<UserId>,
    /// The address to log in with.
    pub email: Email,
    /// What the user is called.
    pub name: Name,
    /// The first password.
    pub password: Password,
    /// Places in the firm.
    pub roles: Roles,
}

/// Who was created, now or by an earlier call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Created {
    /// Who.
    pub user_id: UserId,
    /// Whether this call wrote the account.
    pub new: bool,
}

/// Why no account was opened.
#[derive(Debug, thiserror::Error)]
pub enum CreateUserError {
    /// The address or the id belongs to another user, or to this one with another name or other roles.
    #[error("the address or the id is taken, or the user has another name or other roles")]
    Conflict,
    /// A rule forbids it.
    #[error("refused")]
    Refused(#[source] Refusal),
    /// Something that is needed does not work. Trying again is safe.
    #[error("the user could not be created")]
    Failed(#[source] BoxError),
}

impl CreateUser {
    /// Opens accounts among `users`.
    #[must_use]
    pub fn new(users: Users, hasher: Arc<dyn PasswordHasher>, ids: Arc<dyn IdSource>) -> Self {
        Self { users, hasher, ids }
    }

    /// Opens the account, or finds it open already with the same name and roles; its password is then left alone.
    ///
    /// # Errors
    /// See [`CreateUserError`].
    pub async fn run(&self, new: &NewUser) -> Result<Created, CreateUserError> {
        if let Some(existing) = self.existing(new).await? {
            return Ok(existing);
        }
        let user_id = new.user_id.unwrap_or_else(|| UserId::of(self.users.tenant(), &new.email));
        let command = Command::Create {
            email: new.email.clone(),
            name: new.name.clone(),
            password_hash: self.hasher.hash(&new.password).map_err(failed)?,
            roles: new.roles.clone(),
            by: Authority::Owner,
        };
        let mut request = by_operator(self.users.tenant(), self.ids.as_ref()).map_err(failed)?;
        request.guards.push(self.users.guard(&new.email, user_id));
        let stream = self.users.stream(user_id);
        match self.users.store().create::<User>(&stream, &request, &command).await {
            Ok(outcome) => Ok(Created { user_id, new: outcome.commit.is_some() }),
            // Somebody was faster.
            Err(ExecuteError::GuardTaken(_)) => self.existing(new).await?.ok_or(CreateUserError::Conflict),
            Err(ExecuteError::Refused(Refusal::AlreadyExists)) => Err(CreateUserError::Conflict),
            Err(ExecuteError::Refused(refusal)) => Err(CreateUserError::Refused(refusal)),
            Err(error) => Err(failed(error)),
        }
    }

    /// The user who has the address, when it is the one to create.
    async fn existing(&self, new: &NewUser) -> Result<Option<Created>, CreateUserError> {
        let Some(found) = self.users.find(&new.email).await.map_err(failed)? else {
            return Ok(None);
        };
        match found.stream.state().account() {
            Some(account)
                if account.is(&new.email, &new.name, &new.roles)
                    && new.user_id.is_none_or(|user_id| user_id == found.id) =>
            {
                Ok(Some(Created { user_id: found.id, new: false }))
            }
            _ => Err(CreateUserError::Conflict),
        }
    }
}

fn failed(error: impl Into<BoxError>) -> CreateUserError {
    CreateUserError::Failed(error.into())
}

impl fmt::Debug for CreateUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateUser").field("users", &self.users).finish_non_exhaustive()
    }
}
