use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use event_store::{Generations, commit_from_image};
use kernel::Tenant;
use lambda_entry::{StreamHandler, StreamRecord};
use messaging::{Parking, Relay};

/// Hands the commits that appear in a context's own log to its relay.
#[derive(Debug, Clone)]
pub struct LogStream {
    tenant: Tenant,
    relay: Relay,
    parking: Parking,
    generations: Option<Arc<Generations>>,
}

impl LogStream {
    /// Hands commits to `relay`; parks what is no commit.
    #[must_use]
    pub const fn new(tenant: Tenant, relay: Relay, parking: Parking) -> Self {
        Self { tenant, relay, parking, generations: None }
    }

    /// Learns before each batch which generations of views are to be written; without that no record of it is handled.
    #[must_use]
    pub fn writing(self, generations: Arc<Generations>) -> Self {
        Self { generations: Some(generations), ..self }
    }

    /// Whether the record is settled: an item that no retry can make readable is put aside.
    async fn park(&self, record: &StreamRecord, reason: &str) -> bool {
        let body = record.new_image.to_string();
        match self.parking.park(&self.tenant, "log", &record.sequence_number, reason, &body).await {
            Ok(()) => true,
            Err(error) => {
                let error = kernel::error::chain(&error);
                tracing::error!(record.id = record.sequence_number, error, "record not parked");
                false
            }
        }
    }
}

#[async_trait]
impl StreamHandler for LogStream {
    async fn handle(&self, records: Vec<StreamRecord>) -> Vec<String> {
        if let Err(error) = crate::refreshed(self.generations.as_deref()).await {
            tracing::error!(error = kernel::error::chain(&error), "generations of views not read");
            return records.into_iter().map(|record| record.sequence_number).collect();
        }
        let mut again = Vec::new();
        let mut commits = Vec::with_capacity(records.len());
        let mut sequence_numbers = BTreeMap::new();
        for record in records.into_iter().filter(|record| record.event_name == "INSERT") {
            match commit_from_image(&record.new_image) {
                Ok(Some(commit)) => {
                    sequence_numbers.insert(commit.id, record.sequence_number);
                    commits.push(commit);
                }
                // A uniqueness guard: nobody else's business.
                Ok(None) => {}
                Err(error) => {
                    if !self.park(&record, &kernel::error::chain(&error)).await {
                        again.push(record.sequence_number);
                    }
                }
            }
        }
        let failed = self.relay.relay(&commits).await;
        again.extend(failed.into_iter().filter_map(|(commit, _)| sequence_numbers.remove(&commit)));
        again
    }
}
