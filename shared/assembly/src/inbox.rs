use std::sync::Arc;

use async_trait::async_trait;
use event_store::Generations;
use kernel::Tenant;
use lambda_entry::{InboxHandler, InboxRecord};
use messaging::{BatchHandler, InboxMessage, Parking, run_batch};

/// Hands the messages of an inbox queue to a context's reactions.
#[derive(Clone)]
pub struct Inbox {
    tenant: Tenant,
    parking: Parking,
    handler: Arc<dyn BatchHandler>,
    generations: Option<Arc<Generations>>,
}

impl std::fmt::Debug for Inbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inbox").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

impl Inbox {
    /// Hands messages to `handler`; parks what cannot be read.
    #[must_use]
    pub fn new(tenant: Tenant, parking: Parking, handler: Arc<dyn BatchHandler>) -> Self {
        Self { tenant, parking, handler, generations: None }
    }

    /// Learns before each batch which generations of views are to be written; without that no message of it is handled.
    #[must_use]
    pub fn writing(self, generations: Arc<Generations>) -> Self {
        Self { generations: Some(generations), ..self }
    }
}

#[async_trait]
impl InboxHandler for Inbox {
    async fn handle(&self, records: Vec<InboxRecord>) -> Vec<String> {
        if let Err(error) = crate::refreshed(self.generations.as_deref()).await {
            tracing::error!(error = kernel::error::chain(&error), "generations of views not read");
            return records.into_iter().map(|record| record.message_id).collect();
        }
        let message = |record: InboxRecord| InboxMessage { id: record.message_id, body: record.body };
        let messages = records.into_iter().map(message).collect();
        run_batch(&self.tenant, &self.parking, self.handler.as_ref(), messages).await
    }
}
