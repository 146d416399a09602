use std::fmt;
use std::sync::Arc;

use auth_domain::user::{Authority, Command, Refusal, User};
use auth_domain::{Email, Name, Roles, UserId};
use event_store::{BoxError, ExecuteError, Outcome, Request};

use crate::password::Password;
use crate::ports::PasswordHasher;
use crate::users::Users;

/// Opens accounts for those who look after users.
#[derive(Clone)]
pub struct OpenAccount {
    /// Among whom.
    pub users: Users,
    /// Hashes first passwords.
    pub hasher: Arc<dyn PasswordHasher>,
}

/// The account to open.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// The address to log in with.
    pub email: Email,
    /// What the user is called.
    pub name: Name,
    /// The first password.
    pub password: Password,
    /// Places in the firm.
    pub roles: Roles,
    /// On whose word.
    pub by: Authority,
}

/// Why no account was opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenAccountError {
    /// Somebody has the address.
    #[error("the e-mail address belongs to a user")]
    Taken,
    /// A rule forbids it, or something that is needed does not work.
    #[error("no account was opened")]
    Execute(#[source] ExecuteError<Refusal>),
    /// The password could not be hashed.
    #[error("no account could be opened")]
    Failed(#[source] BoxError),
}

impl OpenAccount {
    /// Opens an account: one read, one write; a repeated request finds the account that the first opened.
    ///
    /// # Errors
    /// See [`OpenAccountError`].
    pub async fn run(
        &self,
        new: NewAccount,
        mut request: Request,
    ) -> Result<(UserId, Outcome<User>), OpenAccountError> {
        let NewAccount { email, name, password, roles, by } = new;
        let user_id = UserId::of(self.users.tenant(), &email);
        request.guards.push(self.users.guard(&email, user_id));
        let hash = self.hasher.hash(&password).map_err(|error| OpenAccountError::Failed(error.into()))?;
        let command = Command::Create { email, name, password_hash: hash, roles, by };
        let stream = self.users.stream(user_id);
        // Loaded first: a repetition is known by its key before it meets its own guard.
        match self.users.store().execute::<User>(&stream, &request, &command).await {
            Ok(outcome) if outcome.commit.is_some() || outcome.replayed => Ok((user_id, outcome)),
            // The same account, opened by another request: with another password.
            Ok(_) | Err(ExecuteError::GuardTaken(_) | ExecuteError::Refused(Refusal::AlreadyExists)) => {
                Err(OpenAccountError::Taken)
            }
            Err(error) => Err(OpenAccountError::Execute(error)),
        }
    }
}

impl fmt::Debug for OpenAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAccount").field("users", &self.users).finish_non_exhaustive()
    }
}
