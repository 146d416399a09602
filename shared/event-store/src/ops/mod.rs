//! The little mutable state beside the log: outbox markers, parked facts, positions.

mod memory;

use async_trait::async_trait;
use kernel::Timestamp;

pub use memory::MemoryOps;

use crate::StorageError;

/// One item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpsItem {
    /// What kind of item and whose, e.g. `T#main#PARK`.
    pub pk: String,
    /// Which one.
    pub sk: String,
    /// JSON.
    pub body: String,
    /// When the platform may delete it, kept to the second; `None` keeps it.
    pub expires: Option<Timestamp>,
}

/// Mutable items with an expiry. Reads are consistent.
#[async_trait]
pub trait Ops: Send + Sync {
    /// Writes an item, replacing what stood there.
    async fn put(&self, item: OpsItem) -> Result<(), StorageError>;

    /// Writes an item if none stands there. Tells whether it wrote.
    async fn put_new(&self, item: OpsItem) -> Result<bool, StorageError>;

    /// Writes an item in place of one with this body; does nothing when another stands there, or none. Tells whether it wrote: `false`
    /// also when this very write had happened already and its answer was lost, so that a caller looks again instead of trusting it.
    async fn replace(&self, item: OpsItem, before: &str) -> Result<bool, StorageError>;

    /// Reads one item.
    async fn get(&self, pk: &str, sk: &str) -> Result<Option<OpsItem>, StorageError>;

    /// Which of these items exist, in the order asked; any number of them.
    async fn present(&self, keys: &[(String, String)]) -> Result<Vec<bool>, StorageError>;

    /// The items of a partition in order, at most `limit`.
    async fn list(&self, pk: &str, limit: usize) -> Result<Vec<OpsItem>, StorageError>;

    /// Deletes an item; deleting none is fine.
    async fn delete(&self, pk: &str, sk: &str) -> Result<(), StorageError>;
}
