use std::sync::Arc;

use auth_domain::session::{Command, IDLE_MS, Session};
use auth_domain::user::Account;
use auth_domain::{SessionId, UserId};
use event_store::BoxError;
use kernel::{IdSource, Timestamp};

use super::granting::{Grant, Origin, subject};
use crate::refresh_token::RefreshToken;
use crate::sessions::Sessions;
use crate::tokens::Issuer;

/// Opens sessions for users who have proved who they are, however they did.
#[derive(Clone)]
pub struct OpenSession {
    /// Where they are kept.
    pub sessions: Sessions,
    /// Makes access tokens.
    pub issuer: Issuer,
    /// Names sessions.
    pub ids: Arc<dyn IdSource>,
}

impl OpenSession {
    /// Opens a session: one signature, one write. `as_of` is the instant before `account` was looked up.
    ///
    /// # Errors
    /// When something that is needed does not work; nothing was opened then.
    pub async fn run(
        &self,
        user_id: UserId,
        account: &Account,
        as_of: Timestamp,
        origin: &Origin,
    ) -> Result<Grant, BoxError> {
        let session_id = SessionId::new(self.ids.uuid());
        let tenant = self.sessions.tenant();
        let access = self.issuer.issue(subject(tenant, user_id, session_id, account, as_of)).await?;
        let refresh = RefreshToken::first(session_id)?;
        let command = Command::Open {
            user_id,
            family: refresh.family(),
            secret: refresh.secret(),
            device: origin.device.clone(),
        };
        let request = origin.request(tenant, user_id)?;
        let stream = self.sessions.stream(session_id);
        self.sessions.store().create::<Session>(&stream, &request, &command).await?;
        Ok(Grant { access, refresh, refresh_lifetime_s: IDLE_MS / 1_000 })
    }
}

impl std::fmt::Debug for OpenSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenSession").field("sessions", &self.sessions).finish_non_exhaustive()
    }
}
