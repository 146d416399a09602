//! What the customer context asks of the outside world besides its tables.

use async_trait::async_trait;
use event_store::BoxError;
use kernel::Tenant;

use crate::vault::DataKey;

/// What a data key is for. A wrapped key unwraps for its own purpose only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purpose {
    /// Whose data it protects.
    pub tenant: Tenant,
    /// Which data: `party:<party id>` or `blind-index`.
    pub name: String,
}

/// A data key that only the vault can open; safe to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey(pub Vec<u8>);

/// Makes and opens data keys under a master key that never leaves it.
#[async_trait]
pub trait KeyVault: Send + Sync {
    /// Must return a fresh random key, in the clear and wrapped under the present master key.
    async fn generate(&self, purpose: &Purpose) -> Result<(DataKey, WrappedKey), VaultError>;

    /// Must return the key that was wrapped for this purpose, also under an earlier master key, and fail for any other
    /// purpose.
    async fn unwrap(&self, wrapped: &WrappedKey, purpose: &Purpose) -> Result<DataKey, VaultError>;

    /// Must return the same key wrapped under the present master key.
    async fn rewrap(&self, wrapped: &WrappedKey, purpose: &Purpose) -> Result<WrappedKey, VaultError>;
}

/// The vault did not answer, or not with what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// Out of reach or throttled: worth another try.
    #[error("the key vault is unavailable")]
    Unavailable(#[source] BoxError),
    /// It does not open this key, or not for this purpose.
    #[error("the key vault refused")]
    Refused(#[source] BoxError),
}
