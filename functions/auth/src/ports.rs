//! What auth asks of the outside world besides its tables.

use async_trait::async_trait;
use auth_domain::PasswordHash;
use event_store::BoxError;

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
