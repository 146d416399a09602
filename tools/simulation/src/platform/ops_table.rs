use std::sync::Arc;

use event_store::ops::MemoryOps;
use event_store::{Ops, OpsItem, StorageError};

use crate::mutants::Mutant;
use crate::sim::Sim;

/// Is shown every item that is written under a condition, with the body it replaces.
pub type OpsWatch = Box<dyn Fn(Option<&str>, &OpsItem) + Send + Sync>;

/// A table of mutable items.
pub struct OpsTable {
    sim: Arc<Sim>,
    memory: MemoryOps,
    watch: Option<OpsWatch>,
}

impl OpsTable {
    /// An empty table.
    #[must_use]
    pub fn new(sim: Arc<Sim>, watch: Option<OpsWatch>) -> Self {
        Self { sim, memory: MemoryOps::default(), watch }
    }

    /// What the table holds.
    #[must_use]
    pub const fn memory(&self) -> &MemoryOps {
        &self.memory
    }

    /// Reads one item.
    ///
    /// # Errors
    /// As [`Ops::get`].
    pub async fn get(&self, pk: &str, sk: &str) -> Result<Option<OpsItem>, StorageError> {
        self.memory.get(pk, sk).await
    }

    /// Writes an item, whatever stands there.
    ///
    /// # Errors
    /// As [`Ops::put`].
    pub async fn put(&self, item: OpsItem) -> Result<(), StorageError> {
        self.memory.put(item).await
    }

    /// Writes an item if none stands there.
    ///
    /// # Errors
    /// As [`Ops::put_new`].
    pub async fn put_new(&self, item: OpsItem) -> Result<bool, StorageError> {
        let wrote = self.memory.put_new(item.clone()).await?;
        if let Some(watch) = self.watch.as_ref().filter(|_| wrote) {
            watch(None, &item);
        }
        Ok(wrote)
    }

    /// Writes an item in place of one with this body.
    ///
    /// # Errors
    /// As [`Ops::replace`].
    pub async fn replace(&self, item: OpsItem, before: &str) -> Result<bool, StorageError> {
        let present = self.memory.get(&item.pk, &item.sk).await?.map(|present| present.body);
        let wrote = if self.sim.lacks(Mutant::EveryoneProbes) && item.pk.ends_with("#BREAKER") {
            self.memory.put(item.clone()).await?;
            true
        } else {
            self.memory.replace(item.clone(), before).await?
        };
        if let Some(watch) = self.watch.as_ref().filter(|_| wrote) {
            watch(present.as_deref(), &item);
        }
        Ok(wrote)
    }
}
