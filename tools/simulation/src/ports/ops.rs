//! The mutable items over the network.

use std::sync::Arc;

use async_trait::async_trait;
use event_store::{Ops, OpsItem, StorageError};

use crate::platform::table::Tables;
use crate::ports::io::{Io, Lost};
use crate::sabotage;

/// The markers and parked facts of one context.
pub struct OpsPort {
    io: Io,
    tables: Arc<Tables>,
}

impl OpsPort {
    /// As seen from one instance.
    #[must_use]
    pub const fn new(io: Io, tables: Arc<Tables>) -> Self {
        Self { io, tables }
    }
}

fn unavailable(operation: &'static str) -> impl Fn(Lost) -> StorageError {
    move |lost| StorageError::Unavailable { operation, source: lost.into() }
}

#[async_trait]
impl Ops for OpsPort {
    async fn put(&self, item: OpsItem) -> Result<(), StorageError> {
        let tables = Arc::clone(&self.tables);
        let name = format!("{} {}", item.pk, item.sk);
        let serve = async move { tables.ops.put(item).await };
        self.io.write("ops.put", || name.clone(), serve).await.map_err(unavailable("ops.put"))?
    }

    async fn put_new(&self, item: OpsItem) -> Result<bool, StorageError> {
        let tables = Arc::clone(&self.tables);
        let name = format!("{} {}", item.pk, item.sk);
        let serve = async move { tables.ops.put_new(item).await };
        self.io.write("ops.put-new", || name.clone(), serve).await.map_err(unavailable("ops.put-new"))?
    }

    async fn replace(&self, item: OpsItem, before: &str) -> Result<bool, StorageError> {
        let (tables, before) = (Arc::clone(&self.tables), before.to_owned());
        let name = format!("{} {}", item.pk, item.sk);
        let serve = async move { tables.ops.replace(item, &before).await };
        self.io.write("ops.replace", || name.clone(), serve).await.map_err(unavailable("ops.replace"))?
    }

    async fn get(&self, pk: &str, sk: &str) -> Result<Option<OpsItem>, StorageError> {
        let subject = || format!("{pk} {sk}");
        let found = self.io.read("ops.get", subject, self.tables.ops.get(pk, sk)).await;
        Ok(sabotage::breaker(&self.io.sim, found.map_err(unavailable("ops.get"))??))
    }

    async fn present(&self, keys: &[(String, String)]) -> Result<Vec<bool>, StorageError> {
        let subject = || format!("{} keys", keys.len());
        let found = self.io.read("ops.present", subject, self.tables.ops.memory().present(keys)).await;
        found.map_err(unavailable("ops.present"))?
    }

    async fn list(&self, pk: &str, limit: usize) -> Result<Vec<OpsItem>, StorageError> {
        let found =
            self.io.read("ops.list", || pk.to_owned(), self.tables.ops.memory().list(pk, limit)).await;
        found.map_err(unavailable("ops.list"))?
    }

    async fn delete(&self, pk: &str, sk: &str) -> Result<(), StorageError> {
        let (tables, key) = (Arc::clone(&self.tables), (pk.to_owned(), sk.to_owned()));
        let serve = async move { tables.ops.memory().delete(&key.0, &key.1).await };
        let subject = || format!("{pk} {sk}");
        self.io.write("ops.delete", subject, serve).await.map_err(unavailable("ops.delete"))?
    }
}
