//! The outside world: one file per system.

mod argon2id;
mod kms;
mod provider_calls;
mod provider_secret;

pub use argon2id::Argon2id;
pub use kms::{KmsError, KmsSigner};
pub use provider_calls::OutsideProviders;
pub use provider_secret::ProviderSecret;
