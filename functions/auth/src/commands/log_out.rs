use auth_domain::session::{Command, EndReason, Session};
use event_store::BoxError;

use super::granting::Origin;
use crate::refresh_token::RefreshToken;
use crate::sessions::Sessions;

/// Ends sessions whose refresh token is given back.
#[derive(Debug, Clone)]
pub struct LogOut {
    /// The sessions.
    pub sessions: Sessions,
}

/// The session could not be ended. Trying again is safe.
#[derive(Debug, thiserror::Error)]
#[error("the session could not be ended")]
pub struct LogOutError(#[source] pub BoxError);

impl LogOut {
    /// Ends the session of a token. A token that is none of ours is no fault: what was asked for is so already
    /// (RFC 7009, section 2.2).
    ///
    /// # Errors
    /// See [`LogOutError`].
    pub async fn run(&self, token: &RefreshToken, origin: &Origin) -> Result<(), LogOutError> {
        let session = self.sessions.load(token.session()).await.map_err(failed)?;
        let open = session.state().opened().filter(|open| open.is_family(&token.family()));
        let Some(open) = open else { return Ok(()) };
        let request = origin.request(self.sessions.tenant(), open.user_id).map_err(failed)?;
        let command = Command::End { reason: EndReason::LoggedOut };
        let stream = self.sessions.stream(token.session());
        self.sessions.store().execute::<Session>(&stream, &request, &command).await.map_err(failed)?;
        Ok(())
    }
}

fn failed(error: impl Into<BoxError>) -> LogOutError {
    LogOutError(error.into())
}
