//! The views over the network.

use std::sync::Arc;

use async_trait::async_trait;
use event_store::{Page, Query, Row, StorageError, Views};

use crate::platform::table::Tables;
use crate::ports::io::{Io, Lost};

/// The projections of one context.
pub struct ViewsPort {
    io: Io,
    tables: Arc<Tables>,
}

impl ViewsPort {
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
impl Views for ViewsPort {
    async fn put(&self, row: Row) -> Result<bool, StorageError> {
        let tables = Arc::clone(&self.tables);
        let name = format!("{} {} at {}", row.pk, row.sk, row.sequence);
        let serve = async move { tables.views.put(row).await };
        self.io.write("views.put", || name.clone(), serve).await.map_err(unavailable("views.put"))?
    }

    async fn get(&self, pk: &str, sk: &str) -> Result<Option<Row>, StorageError> {
        let serve = async { self.tables.views.memory().get(pk, sk).await };
        let subject = || format!("{pk} {sk}");
        self.io.read("views.get", subject, serve).await.map_err(unavailable("views.get"))?
    }

    async fn get_many(&self, keys: &[(String, String)]) -> Result<Vec<Option<Row>>, StorageError> {
        let serve = async { self.tables.views.memory().get_many(keys).await };
        let subject = || format!("{} keys", keys.len());
        self.io.read("views.get_many", subject, serve).await.map_err(unavailable("views.get_many"))?
    }

    async fn query(&self, query: Query) -> Result<Page, StorageError> {
        let name = query.partition.clone();
        let serve = async { self.tables.views.memory().query(query).await };
        let found = self.io.read("views.query", || name.clone(), serve).await;
        found.map_err(unavailable("views.query"))?
    }
}
