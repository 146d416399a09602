use std::fmt;
use std::sync::Arc;

use event_store::BoxError;

use crate::password::Password;
use crate::ports::PasswordHasher;
use crate::throttle::{Attempt, Throttle};
use crate::tokens::{AccessToken, Issuer, Subject};
use crate::users::Users;

/// Logs users in.
#[derive(Clone)]
pub struct LogIn {
    users: Users,
    throttle: Throttle,
    hasher: Arc<dyn PasswordHasher>,
    issuer: Issuer,
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
    /// Logs in `users`.
    #[must_use]
    pub const fn new(
        users: Users,
        throttle: Throttle,
        hasher: Arc<dyn PasswordHasher>,
        issuer: Issuer,
    ) -> Self {
        Self { users, throttle, hasher, issuer }
    }

    /// A token for the user with this e-mail address and password.
    ///
    /// # Errors
    /// See [`LogInError`].
    pub async fn run(&self, attempt: Attempt<'_>, password: &Password) -> Result<AccessToken, LogInError> {
        if let Some(wait_s) = self.throttle.wait_s(attempt).await.map_err(failed)? {
            return Err(LogInError::Throttled { wait_s });
        }
        let found = self.users.find(attempt.email).await.map_err(failed)?;
        let user = found.as_ref().and_then(|found| Some((found.id, found.stream.state().account()?)));
        // One hash in every case: how long a refusal takes tells nothing.
        let hash = user.map(|(_, account)| &account.password_hash);
        let matches = self.hasher.verify(password, hash).map_err(failed)?;
        let reason = match user {
            Some((user_id, account)) if matches && !account.disabled => {
                let (name, roles) = (&account.name, &account.roles);
                let subject = Subject { tenant: self.users.tenant(), user_id, name, roles };
                return self.issuer.issue(subject).await.map_err(failed);
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
