use std::fmt;
use std::sync::Arc;

use auth_domain::OutsideIdentity;
use auth_domain::user::{Command, User};
use event_store::{BoxError, ExecuteError, Request};
use kernel::Clock;

use super::granting::{Grant, Origin};
use super::open_session::OpenSession;
use crate::oidc::{Person, Provider, ProviderError, ProviderName, RelyingParty, Taken, Transactions};
use crate::users::{Found, Users};

/// Logs people in who come back from a provider.
#[derive(Clone)]
pub struct FinishOidcLogin {
    /// Knows the providers.
    pub party: RelyingParty,
    /// Remembers who was sent.
    pub transactions: Transactions,
    /// Who may log in.
    pub users: Users,
    /// Opens their sessions.
    pub open: OpenSession,
    /// Says as of when a token knows its user.
    pub clock: Arc<dyn Clock>,
}

/// What a browser kept. Where it comes back encrypted, only what nobody else can have put there counts.
#[derive(Clone, Copy, Default)]
pub struct Kept<'a> {
    /// Bound to this host and to encryption.
    pub encrypted: Option<&'a str>,
    /// Neither.
    pub in_plain: Option<&'a str>,
}

impl<'a> Kept<'a> {
    fn of(self, provider: &Provider) -> Option<&'a str> {
        if provider.comes_back_encrypted() { self.encrypted } else { self.in_plain }
    }
}

/// What a browser brings back (OpenID Connect Core 1.0, sections 3.1.2.5 and 3.1.2.6).
#[derive(Clone, Copy)]
pub struct Return<'a> {
    /// What was sent along.
    pub state: &'a str,
    /// What the browser kept.
    pub browser: Kept<'a>,
    /// What is traded for a token.
    pub code: Option<&'a str>,
    /// Why there is none.
    pub error: Option<&'a str>,
    /// Who answers (RFC 9207).
    pub issuer: Option<&'a str>,
}

/// Why nobody was logged in.
#[derive(Debug, thiserror::Error)]
pub enum FinishOidcLoginError {
    /// There is no such provider.
    #[error("there is no such provider")]
    Unknown,
    /// No login waits for this answer in this browser.
    #[error("no such login was begun in this browser")]
    NotBegun,
    /// The provider logged nobody in.
    #[error("the provider logged nobody in")]
    Denied,
    /// What the provider said is not to be believed.
    #[error("the provider's answer proves nothing")]
    Unproven(#[source] BoxError),
    /// The provider's word is good, and the person is none of ours.
    #[error("the provider knows who it is, and the firm does not")]
    Stranger,
    /// Something the login needs does not work. The login is used up.
    #[error("the login failed")]
    Failed(#[source] BoxError),
}

impl FinishOidcLogin {
    /// Opens a session for the user whom the provider names. Until the login is known to be this browser's nothing is asked of anybody;
    /// from then on it is used up, whatever becomes of it.
    ///
    /// # Errors
    /// See [`FinishOidcLoginError`].
    pub async fn run(
        &self,
        name: &ProviderName,
        back: Return<'_>,
        origin: &Origin,
    ) -> Result<Grant, FinishOidcLoginError> {
        let provider =
            self.party.provider(name).await.map_err(failed)?.ok_or(FinishOidcLoginError::Unknown)?;
        let browser = back.browser.of(&provider).ok_or(FinishOidcLoginError::NotBegun)?;
        let taken = self.transactions.take(name, back.state, browser).await.map_err(failed)?;
        let taken = taken.ok_or(FinishOidcLoginError::NotBegun)?;
        let person = self.person(&provider, back, &taken).await?;
        let as_of = self.clock.now();
        let found = match self.users.find_linked(&person.identity).await.map_err(failed)? {
            Some(found) => found,
            None => self.link(&provider, &person, origin).await?,
        };
        match found.stream.state().account() {
            Some(account) if !account.disabled => {
                self.open.run(found.id, account, as_of, origin).await.map_err(FinishOidcLoginError::Failed)
            }
            _ => Err(stranger(&provider, "disabled user")),
        }
    }

    /// Whom the provider's answer is about.
    async fn person(
        &self,
        provider: &Provider,
        back: Return<'_>,
        taken: &Taken,
    ) -> Result<Person, FinishOidcLoginError> {
        if !self.party.may_answer_as(provider, back.issuer).await.map_err(unproven)? {
            return Err(FinishOidcLoginError::Unproven("the answer is another issuer's".into()));
        }
        match (back.error, back.code) {
            (Some("server_error" | "temporarily_unavailable"), _) => {
                Err(failed("the provider says that it does not work"))
            }
            (Some(_), _) | (None, None) => Err(FinishOidcLoginError::Denied),
            (None, Some(code)) => {
                let asked = self.party.identify(provider, code, &taken.verifier, &taken.nonce);
                asked.await.map_err(unproven)
            }
        }
    }

    /// Links the person to the user who has their address, if this provider's word is enough for that. Nobody becomes a user so.
    async fn link(
        &self,
        provider: &Provider,
        person: &Person,
        origin: &Origin,
    ) -> Result<Found, FinishOidcLoginError> {
        let Some(email) = person.verified_email.as_ref().filter(|_| provider.link_by_email) else {
            return Err(stranger(provider, "not linked"));
        };
        let Some(found) = self.users.find(email).await.map_err(failed)? else {
            return Err(stranger(provider, "unknown user"));
        };
        let identity: OutsideIdentity = person.identity.clone();
        let guards = vec![self.users.identity_guard(&identity, found.id)];
        let request = origin.request(self.users.tenant(), found.id).map_err(failed)?;
        let request = Request { guards, ..request };
        let (stream, command) = (self.users.stream(found.id), Command::Link { identity });
        match self.users.store().execute::<User>(&stream, &request, &command).await {
            Ok(_) => Ok(found),
            Err(ExecuteError::Refused(_) | ExecuteError::GuardTaken(_)) => {
                Err(stranger(provider, "linked otherwise, or disabled"))
            }
            Err(error) => Err(failed(error)),
        }
    }
}

/// Says why in the log, without saying who.
fn stranger(provider: &Provider, reason: &str) -> FinishOidcLoginError {
    tracing::info!(provider = provider.name.as_str(), reason, "login by a provider refused");
    FinishOidcLoginError::Stranger
}

fn unproven(error: ProviderError) -> FinishOidcLoginError {
    match error {
        ProviderError::Unproven(cause) => FinishOidcLoginError::Unproven(cause),
        ProviderError::Failed(_) => failed(error),
    }
}

fn failed(error: impl Into<BoxError>) -> FinishOidcLoginError {
    FinishOidcLoginError::Failed(error.into())
}

impl fmt::Debug for FinishOidcLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FinishOidcLogin").field("users", &self.users).finish_non_exhaustive()
    }
}

/// Hidden: it proves which browser it is.
impl fmt::Debug for Kept<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept(…)")
    }
}

/// Hidden: code and state open a session.
impl fmt::Debug for Return<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Return(…)")
    }
}
