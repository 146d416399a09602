//! The outside world: one file per system.

mod argon2id;
mod kms;

pub use argon2id::Argon2id;
pub use kms::{KmsError, KmsSigner};
