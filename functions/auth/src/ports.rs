//! What auth asks of the outside world besides its tables.

use async_trait::async_trait;
use auth_domain::PasswordHash;
use event_store::BoxError;

use crate::oidc::Provider;
use crate::password::Password;
use crate::tokens::{PublicKey, RawSignature};

/// Signs tokens with a private key that never leaves its keeper.
#[async_trait]
pub trait TokenSigner: Send + Sync {
    /// The public half of the key. Must be the same for the life of this value.
    fn public_key(&self) -> &PublicKey;

    /// Must return an ECDSA signature on P-256 over the SHA-256 of `message` that [`TokenSigner::public_key`] verifies.
    async fn sign(&self, message: &[u8]) -> Result<RawSignature, SignError>;
}

/// The keeper of the key gave no usable signature. Worth another try.
#[derive(Debug, thiserror::Error)]
#[error("the token could not be signed")]
pub struct SignError(#[source] pub BoxError);

/// Hashes passwords and checks them.
pub trait PasswordHasher: Send + Sync {
    /// Must return a hash with a fresh salt.
    fn hash(&self, password: &Password) -> Result<PasswordHash, HashError>;

    /// Whether `password` is the one that `hash` was made of. Without a hash the answer must be no, and must take as long as
    /// with one: how long a refusal takes must not tell whether there is such a user.
    fn verify(&self, password: &Password, hash: Option<&PasswordHash>) -> Result<bool, HashError>;
}

/// The hasher could not do its work: a stored hash it cannot read, or no memory or randomness to be had.
#[derive(Debug, thiserror::Error)]
#[error("the password hasher failed")]
pub struct HashError(#[source] pub BoxError);

/// Says which outside providers people may log in by.
#[async_trait]
pub trait ProviderSource: Send + Sync {
    /// Must return those that count now; none where nobody has entered any.
    async fn providers(&self) -> Result<Vec<Provider>, BoxError>;
}

/// Calls outside providers.
///
/// Addresses come from settings and from documents that settings name. An implementation must not follow redirects, and must give up on
/// an answer that takes or is too long.
#[async_trait]
pub trait ProviderCalls: Send + Sync {
    /// Reads a document.
    async fn get(&self, url: &str) -> Result<ProviderAnswer, BoxError>;

    /// Sends a form, with the header `Authorization` when there is one.
    async fn post_form(
        &self,
        url: &str,
        authorization: Option<String>,
        form: String,
    ) -> Result<ProviderAnswer, BoxError>;
}

/// What a provider answered, whatever its status.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderAnswer {
    /// The status.
    pub status: u16,
    /// The body: documents, or tokens.
    pub body: Vec<u8>,
}

/// Hidden: there may be tokens in it.
impl std::fmt::Debug for ProviderAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProviderAnswer").field("status", &self.status).finish_non_exhaustive()
    }
}
