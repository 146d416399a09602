use std::fmt;
use std::sync::Arc;

use auth_domain::Fingerprint;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use event_store::{BoxError, Ops, OpsItem};
use kernel::{Clock, Tenant};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::provider::ProviderName;
use crate::random::{RandomError, random};

/// How long people may take at the provider, in milliseconds: ten minutes.
pub(crate) const LOGIN_MS: i64 = 10 * 60 * 1_000;
/// What stands in the place of a login that was taken up.
const USED: &str = "used";
/// The sort key: each login has a partition of its own.
const LOGIN: &str = "login";
/// Longest text that is looked at, in bytes: ours have 43.
const LONGEST: usize = 128;

/// Logins that were begun and wait for the provider's answer, in the `ops` table.
///
/// An item is found by the SHA-256 of `state` and belongs to one browser, which has a secret of its own in a cookie: nobody can have
/// another person's browser finish a login that they began themselves (RFC 9700, section 4.7).
#[derive(Clone)]
pub struct Transactions {
    tenant: Tenant,
    ops: Arc<dyn Ops>,
    clock: Arc<dyn Clock>,
}

/// A login that was just begun. All four are 32 random bytes in base64url.
pub struct Begun {
    /// Comes back with the provider's answer.
    pub state: String,
    /// Comes back in the ID token.
    pub nonce: String,
    /// Proves to the provider that the code is brought by whom it was made for (RFC 7636).
    pub verifier: String,
    /// What the browser keeps.
    pub browser: String,
}

/// A login that is being finished.
pub struct Taken {
    /// What the ID token has to say.
    pub nonce: String,
    /// What the code was made for.
    pub verifier: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    provider: ProviderName,
    browser: Fingerprint,
    nonce: String,
    verifier: String,
    begun_ms: i64,
}

impl Transactions {
    /// Keeps logins in `ops`.
    #[must_use]
    pub fn new(tenant: Tenant, ops: Arc<dyn Ops>, clock: Arc<dyn Clock>) -> Self {
        Self { tenant, ops, clock }
    }

    /// Begins a login: one write.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub async fn begin(&self, provider: &ProviderName) -> Result<Begun, BoxError> {
        let begun = Begun { state: drawn()?, nonce: drawn()?, verifier: drawn()?, browser: drawn()? };
        let now = self.clock.now();
        let kept = Kept {
            provider: provider.clone(),
            browser: fingerprint(&begun.browser),
            nonce: begun.nonce.clone(),
            verifier: begun.verifier.clone(),
            begun_ms: now.unix_ms(),
        };
        let item = self.item(&begun.state, serde_json::to_string(&kept)?, now.unix_ms());
        self.ops.put(item).await?;
        Ok(begun)
    }

    /// Takes up a login that was begun in this browser, once: one read, one write. `None` when there is none, it was taken up before,
    /// is too old, or was begun elsewhere; of these only the browser that began it can use it up.
    ///
    /// # Errors
    /// When the table does not answer. The login may be used up then.
    pub async fn take(
        &self,
        provider: &ProviderName,
        state: &str,
        browser: &str,
    ) -> Result<Option<Taken>, BoxError> {
        if state.len() > LONGEST || browser.len() > LONGEST {
            return Ok(None);
        }
        let Some(item) = self.ops.get(&self.partition(state), LOGIN).await? else { return Ok(None) };
        let Ok(kept) = serde_json::from_str::<Kept>(&item.body) else { return Ok(None) };
        let age_ms = self.clock.now().unix_ms().saturating_sub(kept.begun_ms);
        let theirs = kept.browser == fingerprint(browser) && kept.provider == *provider;
        if !theirs || age_ms >= LOGIN_MS {
            return Ok(None);
        }
        let used = self.item(state, USED.to_owned(), kept.begun_ms);
        let ours = self.ops.replace(used, &item.body).await?;
        Ok(ours.then_some(Taken { nonce: kept.nonce, verifier: kept.verifier }))
    }

    fn item(&self, state: &str, body: String, begun_ms: i64) -> OpsItem {
        let expires = kernel::Timestamp::from_unix_ms(begun_ms.saturating_add(LOGIN_MS));
        OpsItem { pk: self.partition(state), sk: LOGIN.to_owned(), body, expires: Some(expires) }
    }

    fn partition(&self, state: &str) -> String {
        format!("T#{}#OIDC-LOGIN#{}", self.tenant, hex::encode(Sha256::digest(state)))
    }
}

fn drawn() -> Result<String, RandomError> {
    Ok(URL_SAFE_NO_PAD.encode(random::<32>()?))
}

fn fingerprint(secret: &str) -> Fingerprint {
    Fingerprint::of(Sha256::digest(secret).into())
}

impl Begun {
    /// What the provider is shown of the verifier (RFC 7636, section 4.2: S256).
    #[must_use]
    pub fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(&self.verifier))
    }
}

impl fmt::Debug for Transactions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transactions").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

/// Hidden: who has it can finish the login.
impl fmt::Debug for Begun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Begun(…)")
    }
}

/// Hidden: see [`Begun`].
impl fmt::Debug for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Taken(…)")
    }
}
