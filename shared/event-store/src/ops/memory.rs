use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{Ops, OpsItem};
use crate::StorageError;

/// Items that live as long as the process and never expire: for tests and the simulation.
#[derive(Debug, Default)]
pub struct MemoryOps {
    items: Mutex<BTreeMap<(String, String), OpsItem>>,
}

impl MemoryOps {
    /// Every item, for checking what is left at rest.
    #[must_use]
    pub fn items(&self) -> Vec<OpsItem> {
        self.lock().values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(String, String), OpsItem>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tables keep expiry in seconds.
fn to_the_second(mut item: OpsItem) -> OpsItem {
    item.expires = item.expires.map(|at| at.plus_ms(-at.unix_ms().rem_euclid(1_000)));
    item
}

#[async_trait]
impl Ops for MemoryOps {
    async fn put(&self, item: OpsItem) -> Result<(), StorageError> {
        self.lock().insert((item.pk.clone(), item.sk.clone()), to_the_second(item));
        Ok(())
    }

    async fn put_new(&self, item: OpsItem) -> Result<bool, StorageError> {
        let mut items = self.lock();
        let key = (item.pk.clone(), item.sk.clone());
        if items.contains_key(&key) {
            return Ok(false);
        }
        items.insert(key, to_the_second(item));
        Ok(true)
    }

    async fn replace(&self, item: OpsItem, present: &str) -> Result<bool, StorageError> {
        let mut items = self.lock();
        let key = (item.pk.clone(), item.sk.clone());
        if items.get(&key).is_none_or(|stored| stored.body != present) {
            return Ok(false);
        }
        items.insert(key, to_the_second(item));
        Ok(true)
    }

    async fn get(&self, pk: &str, sk: &str) -> Result<Option<OpsItem>, StorageError> {
        Ok(self.lock().get(&(pk.to_owned(), sk.to_owned())).cloned())
    }

    async fn present(&self, keys: &[(String, String)]) -> Result<Vec<bool>, StorageError> {
        let items = self.lock();
        Ok(keys.iter().map(|key| items.contains_key(key)).collect())
    }

    async fn list(&self, pk: &str, limit: usize) -> Result<Vec<OpsItem>, StorageError> {
        Ok(self.lock().values().filter(|item| item.pk == pk).take(limit).cloned().collect())
    }

    async fn delete(&self, pk: &str, sk: &str) -> Result<(), StorageError> {
        self.lock().remove(&(pk.to_owned(), sk.to_owned()));
        Ok(())
    }
}
