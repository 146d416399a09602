use std::fmt;
use std::sync::Arc;

use auth_domain::UserId;
use auth_domain::session::{Command, EndReason, Open, Session};
use auth_domain::user::User;
use event_store::{BoxError, ExecuteError, Proposed, Stream};
use kernel::{Aggregate as _, Clock};

use super::granting::{Grant, Origin, subject};
use crate::refresh_token::RefreshToken;
use crate::sessions::Sessions;
use crate::tokens::Issuer;
use crate::users::Users;

/// Trades refresh tokens for the next grant.
#[derive(Clone)]
pub struct Refresh {
    /// Whose sessions they are.
    pub users: Users,
    /// The sessions.
    pub sessions: Sessions,
    /// Makes access tokens.
    pub issuer: Issuer,
    /// The present.
    pub clock: Arc<dyn Clock>,
}

/// Why a refresh token was not traded.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// It is none of ours, was traded before, or its session is over: the caller is not told which, and logs in again.
    #[error("the refresh token is not good")]
    Refused,
    /// Something that is needed does not work. Trying again with the same token is safe within ten seconds.
    #[error("the refresh failed")]
    Failed(#[source] BoxError),
}

impl Refresh {
    /// Trades a token: the session and its user are read, one commit is written, one access token is signed. The roles are those of
    /// this moment.
    ///
    /// # Errors
    /// See [`RefreshError`].
    pub async fn run(&self, token: &RefreshToken, origin: &Origin) -> Result<Grant, RefreshError> {
        let session = self.sessions.load(token.session()).await.map_err(failed)?;
        let Some(open) = session.state().opened().cloned() else { return Err(refused("unknown session")) };
        // Whoever does not hold a token of this session learns nothing of it and does nothing to it.
        if !open.is_family(&token.family()) {
            return Err(refused("unknown token"));
        }
        let (users, as_of) = (self.users.store(), self.clock.now());
        let user: Stream<User> = users.load(&self.users.stream(open.user_id)).await.map_err(failed)?;
        let account = user.state().account();
        let Some(account) = account.filter(|account| account.admits_session_of(open.opened_at)) else {
            self.end(session, &open, EndReason::AccountChanged, origin).await?;
            return Err(refused("the account changed"));
        };
        // Signed first: a token that is traded and whose successor never comes would look stolen when it is tried again.
        let subject = subject(self.users.tenant(), open.user_id, token.session(), account, as_of);
        let access = self.issuer.issue(subject).await.map_err(failed)?;
        let next = token.next().map_err(failed)?;
        let command =
            Command::Refresh { presented: token.presented(), next: next.secret(), at: self.clock.now() };
        let after = self.change(session, open.user_id, &command, origin).await?;
        let Some(open) = after.state().opened() else { return Err(refused("unknown session")) };
        if let Some((reason, _)) = open.ended {
            tracing::warn!(
                user.id = %open.user_id, session.id = %token.session(), reason = reason.as_str(),
                "a refresh token came back after it was traded: its session is ended"
            );
            return Err(RefreshError::Refused);
        }
        let left_ms = open.expires_at().since_ms(self.clock.now());
        Ok(Grant { access, refresh: next.numbered(open.generation()), refresh_lifetime_s: left_ms / 1_000 })
    }

    async fn end(
        &self,
        session: Stream<Session>,
        open: &Open,
        reason: EndReason,
        origin: &Origin,
    ) -> Result<(), RefreshError> {
        self.change(session, open.user_id, &Command::End { reason }, origin).await.map(|_| ())
    }

    async fn change(
        &self,
        session: Stream<Session>,
        user: UserId,
        command: &Command,
        origin: &Origin,
    ) -> Result<Stream<Session>, RefreshError> {
        let request = origin.request(self.users.tenant(), user).map_err(failed)?;
        let stream = session.id().clone();
        let decide = |stream: &Stream<Session>| {
            Ok(stream.state().decide(command)?.into_iter().map(Proposed::new).collect())
        };
        match self.sessions.store().change(&stream, &request, Some(session), decide).await {
            Ok(outcome) => Ok(outcome.stream),
            Err(ExecuteError::Refused(refusal)) => {
                let refusal: auth_domain::session::Refusal = refusal;
                tracing::info!(user.id = %user, reason = %refusal, "refresh refused");
                Err(RefreshError::Refused)
            }
            Err(error) => Err(failed(error)),
        }
    }
}

fn refused(reason: &'static str) -> RefreshError {
    tracing::info!(reason, "refresh refused");
    RefreshError::Refused
}

fn failed(error: impl Into<BoxError>) -> RefreshError {
    RefreshError::Failed(error.into())
}

impl fmt::Debug for Refresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refresh").field("users", &self.users).finish_non_exhaustive()
    }
}
