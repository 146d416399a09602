use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use event_store::BoxError;
use kernel::{Clock, Timestamp};
use serde::Deserialize;

use super::id_token::{IdTokenFault, Person, verify};
use super::keys::KeySet;
use super::metadata::Metadata;
use super::provider::{Provider, ProviderName};
use super::transactions::Begun;
use crate::ports::{ProviderCalls, ProviderSource};

/// How long a provider's document is believed, in milliseconds: an hour.
const BELIEVED_MS: i64 = 60 * 60 * 1_000;
/// Keys are asked for again no sooner than this, in milliseconds, when a token names one that is not known: a minute.
const AGAIN_MS: i64 = 60_000;
/// What is asked for: who it is, and their address.
const SCOPE: &str = "openid email";

/// Talks to providers, and remembers what their documents say.
#[derive(Clone)]
pub struct RelyingParty {
    source: Arc<dyn ProviderSource>,
    calls: Arc<dyn ProviderCalls>,
    clock: Arc<dyn Clock>,
    metadata: Arc<Mutex<Remembered<Metadata>>>,
    keys: Arc<Mutex<Remembered<KeySet>>>,
}

/// By address.
type Remembered<T> = BTreeMap<String, (Timestamp, Arc<T>)>;

/// Why a provider did not say who somebody is.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// What it said is not to be believed, or it refused: another login may go better.
    #[error("the provider's answer proves nothing")]
    Unproven(#[source] BoxError),
    /// It does not answer, or its settings are wrong.
    #[error("the provider cannot be asked")]
    Failed(#[source] BoxError),
}

/// What a token endpoint answers (RFC 6749, section 5.1; OpenID Connect Core 1.0, section 3.1.3.3).
#[derive(Deserialize)]
struct Granted {
    id_token: String,
}

/// What it answers otherwise (RFC 6749, section 5.2).
#[derive(Deserialize)]
struct Denied {
    error: String,
}

impl RelyingParty {
    /// Talks to the providers of `source` by `calls`.
    #[must_use]
    pub fn new(
        source: Arc<dyn ProviderSource>,
        calls: Arc<dyn ProviderCalls>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { source, calls, clock, metadata: Arc::default(), keys: Arc::default() }
    }

    /// The provider of this name.
    ///
    /// # Errors
    /// When the settings cannot be read.
    pub async fn provider(&self, name: &ProviderName) -> Result<Option<Provider>, BoxError> {
        Ok(self.source.providers().await?.into_iter().find(|provider| provider.name == *name))
    }

    /// Where people go to log in.
    ///
    /// # Errors
    /// When the provider's document cannot be had.
    pub async fn authorization_endpoint(&self, provider: &Provider) -> Result<String, ProviderError> {
        Ok(self.metadata(provider).await?.authorization_endpoint.clone())
    }

    /// Whether an answer that says it comes from `issuer` may be this provider's (RFC 9207).
    ///
    /// # Errors
    /// When the provider's document cannot be had.
    pub async fn may_answer_as(
        &self,
        provider: &Provider,
        issuer: Option<&str>,
    ) -> Result<bool, ProviderError> {
        match issuer {
            Some(issuer) => Ok(issuer == provider.issuer),
            None => Ok(!self.metadata(provider).await?.authorization_response_iss_parameter_supported),
        }
    }

    /// Trades a code for an ID token, and believes it when it is of this very login: one call, or three of an instance that knows
    /// nothing of the provider yet.
    ///
    /// # Errors
    /// See [`ProviderError`].
    pub async fn identify(
        &self,
        provider: &Provider,
        code: &str,
        verifier: &str,
        nonce: &str,
    ) -> Result<Person, ProviderError> {
        let metadata = self.metadata(provider).await?;
        let token = self.exchange(provider, &metadata, code, verifier).await?;
        let keys = self.keys(&metadata.jwks_uri, BELIEVED_MS).await?;
        let now = self.clock.now();
        let verified = match verify(&token, provider, &keys, nonce, now) {
            // It may have made a new one.
            Err(IdTokenFault::UnknownKey) => {
                let keys = self.keys(&metadata.jwks_uri, AGAIN_MS).await?;
                verify(&token, provider, &keys, nonce, now)
            }
            verified => verified,
        };
        verified.map_err(|fault| ProviderError::Unproven(fault.into()))
    }

    async fn exchange(
        &self,
        provider: &Provider,
        metadata: &Metadata,
        code: &str,
        verifier: &str,
    ) -> Result<String, ProviderError> {
        let in_form = metadata.wants_the_secret_in_the_form();
        let (id, secret) = (&provider.client_id, &provider.client_secret);
        let authorization = (!in_form).then(|| basic(id, secret));
        let form = exchange_form(provider, code, verifier, in_form);
        let sent = self.calls.post_form(&metadata.token_endpoint, authorization, form).await;
        let answer = sent.map_err(ProviderError::Failed)?;
        if answer.status == 200 {
            let granted: Granted = serde_json::from_slice(&answer.body)
                .map_err(|_| ProviderError::Failed("the token endpoint answered no ID token".into()))?;
            return Ok(granted.id_token);
        }
        let denied = serde_json::from_slice(&answer.body).map(|denied: Denied| denied.error);
        match denied.as_deref() {
            Ok("invalid_grant") if answer.status == 400 => {
                Err(ProviderError::Unproven("the provider does not accept the code".into()))
            }
            // What else it says may be anything.
            _ => Err(ProviderError::Failed(format!("the token endpoint answered {}", answer.status).into())),
        }
    }

    async fn metadata(&self, provider: &Provider) -> Result<Arc<Metadata>, ProviderError> {
        let url = provider.discovery_url();
        if let Some(known) = self.known(&self.metadata, &url, BELIEVED_MS) {
            return Ok(known);
        }
        let document = self.get(&url).await?;
        let metadata =
            Metadata::read(&document, provider).map_err(|error| ProviderError::Failed(error.into()))?;
        Ok(self.remember(&self.metadata, url, metadata))
    }

    async fn keys(&self, url: &str, believed_ms: i64) -> Result<Arc<KeySet>, ProviderError> {
        if let Some(known) = self.known(&self.keys, url, believed_ms) {
            return Ok(known);
        }
        let document = self.get(url).await?;
        let keys = KeySet::read(&document).map_err(|error| ProviderError::Failed(error.into()))?;
        Ok(self.remember(&self.keys, url.to_owned(), keys))
    }

    async fn get(&self, url: &str) -> Result<Vec<u8>, ProviderError> {
        let answer = self.calls.get(url).await.map_err(ProviderError::Failed)?;
        match answer.status {
            200 => Ok(answer.body),
            status => Err(ProviderError::Failed(format!("{url} answered {status}").into())),
        }
    }

    fn known<T>(&self, remembered: &Mutex<Remembered<T>>, url: &str, believed_ms: i64) -> Option<Arc<T>> {
        let now = self.clock.now();
        let remembered = lock(remembered);
        let fresh = remembered.get(url).filter(|(read, _)| (0..believed_ms).contains(&now.since_ms(*read)));
        fresh.map(|(_, known)| Arc::clone(known))
    }

    fn remember<T>(&self, remembered: &Mutex<Remembered<T>>, url: String, read: T) -> Arc<T> {
        let read = Arc::new(read);
        lock(remembered).insert(url, (self.clock.now(), Arc::clone(&read)));
        read
    }
}

/// Where a browser is sent to log in (OpenID Connect Core 1.0, section 3.1.2.1; RFC 7636, section 4.3).
pub(crate) fn login_page(provider: &Provider, endpoint: &str, begun: &Begun) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("response_type", "code")
        .append_pair("client_id", &provider.client_id)
        .append_pair("redirect_uri", &provider.redirect_uri)
        .append_pair("scope", SCOPE)
        .append_pair("state", &begun.state)
        .append_pair("nonce", &begun.nonce)
        .append_pair("code_challenge", &begun.challenge())
        .append_pair("code_challenge_method", "S256")
        .finish();
    let joint = if endpoint.contains('?') { '&' } else { '?' };
    format!("{endpoint}{joint}{query}")
}

/// RFC 6749, section 4.1.3, and RFC 7636, section 4.5.
fn exchange_form(provider: &Provider, code: &str, verifier: &str, with_secret: bool) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", code)
        .append_pair("redirect_uri", &provider.redirect_uri)
        .append_pair("code_verifier", verifier);
    if with_secret {
        form.append_pair("client_id", &provider.client_id)
            .append_pair("client_secret", &provider.client_secret);
    }
    form.finish()
}

/// RFC 6749, section 2.3.1: both are form-encoded first.
fn basic(id: &str, secret: &str) -> String {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret))))
}

fn lock<T>(remembered: &Mutex<T>) -> MutexGuard<'_, T> {
    remembered.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for RelyingParty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelyingParty").finish_non_exhaustive()
    }
}
