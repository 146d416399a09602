//! Attempts per target, for callers that have no log of their own to count them in.

use std::sync::Arc;

use event_store::{BoxError, Ops, OpsItem, StorageError};
use kernel::{Clock, Tenant, Timestamp};
use serde::{Deserialize, Serialize};

/// Days after its last attempt that a target is forgotten.
const KEPT_DAYS: i64 = 14;

/// What has been tried with one target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempts {
    /// How often.
    pub count: u32,
    /// The first time.
    pub first: Timestamp,
    /// The last time.
    pub last: Timestamp,
    /// What was wrong the last time.
    pub fault: String,
}

/// Counts attempts. A queue's own count of receipts cannot: it grows with every wait, too.
#[derive(Clone)]
pub struct AttemptLedger {
    ops: Arc<dyn Ops>,
    clock: Arc<dyn Clock>,
    tenant: Tenant,
}

impl std::fmt::Debug for AttemptLedger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AttemptLedger").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

impl AttemptLedger {
    /// Keeps its entries in `ops`.
    #[must_use]
    pub fn new(ops: Arc<dyn Ops>, clock: Arc<dyn Clock>, tenant: Tenant) -> Self {
        Self { ops, clock, tenant }
    }

    /// Notes a failed attempt; gives all so far. One caller at a time works on a target, so nothing guards the count.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn failed(&self, target: &str, fault: &str) -> Result<Attempts, StorageError> {
        let now = self.clock.now();
        let (count, first) = match self.of(target).await? {
            Some(before) => (before.count.saturating_add(1), before.first),
            None => (1, now),
        };
        let attempts = Attempts { count, first, last: now, fault: fault.to_owned() };
        let body = serde_json::to_string(&attempts).map_err(|e| unreadable(e.into()))?;
        let expires = Some(now.plus_days(KEPT_DAYS));
        self.ops.put(OpsItem { pk: self.partition(), sk: target.to_owned(), body, expires }).await?;
        Ok(attempts)
    }

    /// Forgets a target: it worked, or nobody will try again.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn settled(&self, target: &str) -> Result<(), StorageError> {
        self.ops.delete(&self.partition(), target).await
    }

    /// The failed attempts so far; `None` when there were none.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn of(&self, target: &str) -> Result<Option<Attempts>, StorageError> {
        let item = self.ops.get(&self.partition(), target).await?;
        item.map(|item| serde_json::from_str(&item.body).map_err(|e| unreadable(e.into()))).transpose()
    }

    fn partition(&self) -> String {
        format!("T#{}#ATTEMPTS", self.tenant)
    }
}

fn unreadable(source: BoxError) -> StorageError {
    StorageError::Failed { operation: "ledger", source }
}
