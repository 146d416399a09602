use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use auth_domain::UserId;
use auth_domain::user::{Command, User};
use event_store::{BoxError, Request, Stream};
use kernel::Provenance;

use crate::password::Password;
use crate::ports::PasswordHasher;
use crate::throttle::{Attempt, Throttle};
use crate::users::Users;

/// Lets users change their passwords.
#[derive(Clone)]
pub struct ChangePassword {
    /// Who may.
    pub users: Users,
    /// Slows down guessing of the present password, in common with logins.
    pub throttle: Throttle,
    /// Checks the present password, hashes the next.
    pub hasher: Arc<dyn PasswordHasher>,
}

/// Why a password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// The present password is another one, or the user may no longer log in.
    #[error("the present password is wrong")]
    Wrong,
    /// Too many failures.
    #[error("too many wrong passwords; wait {wait_s} s")]
    Throttled {
        /// Seconds until another attempt is looked at.
        wait_s: u32,
    },
    /// Something that is needed does not work.
    #[error("the password could not be changed")]
    Failed(#[source] BoxError),
}

impl ChangePassword {
    /// Replaces a user's password, and with it ends every session of theirs.
    ///
    /// # Errors
    /// See [`ChangePasswordError`].
    pub async fn run(
        &self,
        id: UserId,
        (present, next): (&Password, &Password),
        from: Option<IpAddr>,
        provenance: Provenance,
    ) -> Result<(), ChangePasswordError> {
        let stream = self.users.stream(id);
        let user: Stream<User> = self.users.store().load(&stream).await.map_err(failed)?;
        let account = user.state().account().ok_or(ChangePasswordError::Wrong)?;
        let attempt = Attempt { email: &account.email, from };
        if let Some(wait_s) = self.throttle.wait_s(attempt).await.map_err(failed)? {
            return Err(ChangePasswordError::Throttled { wait_s });
        }
        let matches = self.hasher.verify(present, Some(&account.password_hash)).map_err(failed)?;
        if !matches || account.disabled {
            tracing::info!(user.id = %id, disabled = account.disabled, "password not changed");
            self.throttle.record_failure(attempt).await.map_err(failed)?;
            return Err(ChangePasswordError::Wrong);
        }
        let command = Command::ChangePassword { password_hash: self.hasher.hash(next).map_err(failed)? };
        // Only the password that was checked is replaced: whoever was faster has changed it, and this one is asked to try again.
        let request = Request { expected: Some(user.version()), ..Request::new(provenance) };
        self.users.store().execute::<User>(&stream, &request, &command).await.map_err(failed)?;
        Ok(())
    }
}

fn failed(error: impl Into<BoxError>) -> ChangePasswordError {
    ChangePasswordError::Failed(error.into())
}

impl fmt::Debug for ChangePassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangePassword").field("users", &self.users).finish_non_exhaustive()
    }
}
