//! One file per outside system.

mod kms;
mod memory_vault;

pub use kms::KmsVault;
pub use memory_vault::MemoryVault;
