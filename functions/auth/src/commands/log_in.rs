use std::fmt;
use std::sync::Arc;

use event_store::BoxError;
use kernel::Clock;

use super::granting::{Grant, Origin};
use super::open_session::OpenSession;
use crate::password::Password;
use crate::ports::PasswordHasher;
use crate::throttle::{Attempt, Throttle};
use crate::users::Users;

/// Logs users in.
#[derive(Clone)]
pub struct LogIn {
    /// Who may.
    pub users: Users,
    /// Opens their sessions.
    pub open: OpenSession,
    /// Slows down guessing.
    pub throttle: Throttle,
    /// Checks passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Says as of when a token knows its user.
    pub clock: Arc<dyn Clock>,
}

/// Why nobody was logged in.
#[derive(Debug, thiserror::Error)]
pub enum LogInError {
    /// No such user, another password, or a disabled user: the caller is not told which.
    #[error("e-mail address or password is wrong")]
    Refused,
    /// Too many failures.
    #[error("too many failed logins; wait {wait_s} s")]
    Throttled {
        /// Seconds until another attempt is looked at.
        wait_s: u32,
    },
    /// Something the login needs does not work.
    #[error("the login failed")]
    Failed(#[source] BoxError),
}

impl LogIn {
    /// Opens a session for the user with this e-mail address and password.
    ///
    /// # Errors
    /// See [`LogInError`].
    pub async fn run(
        &self,
        attempt: Attempt<'_>,
        password: &Password,
        origin: &Origin,
    ) -> Result<Grant, LogInError> {
        if let Some(wait_s) = self.throttle.wait_s(attempt).await.map_err(failed)? {
            return Err(LogInError::Throttled { wait_s });
        }
        let as_of = self.clock.now();
        let found = self.users.find(attempt.email).await.map_err(failed)?;
        let user = found.as_ref().and_then(|found| Some((found.id, found.stream.state().account()?)));
        // One hash in every case: how long a refusal takes tells nothing.
        let hash = user.map(|(_, account)| &account.password_hash);
        let matches = self.hasher.verify(password, hash).map_err(failed)?;
        let reason = match user {
            Some((user_id, account)) if matches && !account.disabled => {
                return self.open.run(user_id, account, as_of, origin).await.map_err(LogInError::Failed);
            }
            Some((_, account)) if account.disabled => "disabled user",
            Some(_) => "wrong password",
            None => "unknown user",
        };
        let user_id = user.map(|(id, _)| id.to_string());
        tracing::info!(user.id = user_id, reason, "login refused");
        self.throttle.record_failure(attempt).await.map_err(failed)?;
        Err(LogInError::Refused)
    }
}

fn failed(error: impl Into<BoxError>) -> LogInError {
    LogInError::Failed(error.into())
}

impl fmt::Debug for LogIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogIn").field("users", &self.users).finish_non_exhaustive()
    }
}
