use auth_domain::session::{Command, EndReason, Session};
use auth_domain::{SessionId, UserId};
use event_store::{BoxError, Request};
use kernel::Provenance;

use crate::sessions::Sessions;

/// Ends sessions for their user.
#[derive(Debug, Clone)]
pub struct EndSession {
    /// The sessions.
    pub sessions: Sessions,
}

/// Why a session was not ended.
#[derive(Debug, thiserror::Error)]
pub enum EndSessionError {
    /// The user has no such session.
    #[error("the user has no such session")]
    Unknown,
    /// Something that is needed does not work. Trying again is safe.
    #[error("the session could not be ended")]
    Failed(#[source] BoxError),
}

impl EndSession {
    /// Ends a session of this user, or finds it ended.
    ///
    /// # Errors
    /// See [`EndSessionError`].
    pub async fn run(
        &self,
        user: UserId,
        session: SessionId,
        provenance: Provenance,
    ) -> Result<(), EndSessionError> {
        let found = self.sessions.load(session).await.map_err(failed)?;
        if found.state().opened().is_none_or(|open| open.user_id != user) {
            return Err(EndSessionError::Unknown);
        }
        let (request, command) = (Request::new(provenance), Command::End { reason: EndReason::Revoked });
        let stream = self.sessions.stream(session);
        self.sessions.store().execute::<Session>(&stream, &request, &command).await.map_err(failed)?;
        Ok(())
    }
}

fn failed(error: impl Into<BoxError>) -> EndSessionError {
    EndSessionError::Failed(error.into())
}
