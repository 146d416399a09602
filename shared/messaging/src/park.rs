//! Where facts wait that no retry can help.

use std::sync::Arc;

use event_store::{Ops, OpsItem, StorageError};
use kernel::{Clock, Tenant};
use serde::{Deserialize, Serialize};

/// A record that was put aside, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parked {
    /// `incoming` or `outgoing`.
    pub direction: String,
    /// Why it cannot be handled.
    pub reason: String,
    /// When it was parked, RFC 3339.
    pub at: String,
    /// The record as it came.
    pub body: String,
}

/// Puts records aside; they stay until an operator releases them.
#[derive(Clone)]
pub struct Parking {
    ops: Arc<dyn Ops>,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Parking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parking").finish_non_exhaustive()
    }
}

impl Parking {
    /// Parks into `ops`.
    #[must_use]
    pub fn new(ops: Arc<dyn Ops>, clock: Arc<dyn Clock>) -> Self {
        Self { ops, clock }
    }

    /// The partition that holds a tenant's parked records.
    #[must_use]
    pub fn partition(tenant: &Tenant) -> String {
        format!("T#{tenant}#PARK")
    }

    /// Parks one record. Parking the same one again replaces it.
    ///
    /// # Errors
    /// When it could not be stored: the record must then be delivered again.
    pub async fn park(
        &self,
        tenant: &Tenant,
        direction: &str,
        id: &str,
        reason: &str,
        body: &str,
    ) -> Result<(), StorageError> {
        let parked = Parked {
            direction: direction.to_owned(),
            reason: reason.to_owned(),
            at: self.clock.now().to_string(),
            body: body.to_owned(),
        };
        let body = serde_json::to_string(&parked)
            .map_err(|e| StorageError::Failed { operation: "park", source: e.into() })?;
        let item =
            OpsItem { pk: Self::partition(tenant), sk: format!("{direction}#{id}"), body, expires: None };
        self.ops.put(item).await?;
        tracing::error!(park.direction = direction, park.id = id, park.reason = reason, "record parked");
        Ok(())
    }
}
