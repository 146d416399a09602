//! Too many wrong passwords for one address make it wait.
//!
//! Failures are counted per address and window of 15 minutes, one item each, in a partition of the `ops` table that expires
//! by itself. Whether there is a user with that address makes no difference, so the limit reveals nobody.
//!
//! Known limits, accepted: attempts that run at the same moment do not see each other's failures, so a burst may exceed the
//! limit by the function's concurrency; windows are fixed, so twice the limit fits around a boundary; and whoever knows an
//! address can keep its user waiting. Each is bounded, and the cost of one guess stays that of one Argon2id.

use std::fmt;
use std::sync::Arc;

use auth_domain::Email;
use event_store::{Ops, OpsItem, StorageError};
use kernel::{Clock, IdSource, Tenant, Timestamp};
use sha2::{Digest as _, Sha256};

/// Wrong passwords an address may have within a window.
const MOST_FAILURES: usize = 10;
/// Length of a window, in milliseconds: 15 minutes.
const WINDOW_MS: i64 = 15 * 60 * 1_000;

/// Counts failed logins.
#[derive(Clone)]
pub struct Throttle {
    tenant: Tenant,
    ops: Arc<dyn Ops>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

impl Throttle {
    /// Counts in `ops`.
    #[must_use]
    pub fn new(tenant: Tenant, ops: Arc<dyn Ops>, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Self {
        Self { tenant, ops, clock, ids }
    }

    /// How many seconds the address has to wait before another attempt; `None` when it need not.
    ///
    /// # Errors
    /// When the count cannot be read.
    pub async fn wait_s(&self, email: &Email) -> Result<Option<u32>, StorageError> {
        let window = self.window();
        let failures = self.ops.list(&self.partition(email, window), MOST_FAILURES).await?;
        let left_ms = window.end().since_ms(self.clock.now());
        let left_s = u32::try_from(left_ms.saturating_add(999).div_euclid(1_000)).unwrap_or(1).max(1);
        Ok((failures.len() >= MOST_FAILURES).then_some(left_s))
    }

    /// Counts one failure.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn record_failure(&self, email: &Email) -> Result<(), StorageError> {
        let window = self.window();
        let item = OpsItem {
            pk: self.partition(email, window),
            sk: self.ids.uuid().to_string(),
            body: String::new(),
            expires: Some(window.end()),
        };
        self.ops.put(item).await
    }

    fn window(&self) -> Window {
        Window(self.clock.now().unix_ms().div_euclid(WINDOW_MS))
    }

    /// Hashed, because what people type into the wrong field is their password.
    fn partition(&self, email: &Email, window: Window) -> String {
        let digest = hex::encode(Sha256::digest(email.as_str()));
        format!("T#{}#LOGIN-FAILURES#{digest}#{}", self.tenant, window.0)
    }
}

/// The number of a window since 1970.
#[derive(Clone, Copy)]
struct Window(i64);

impl Window {
    const fn end(self) -> Timestamp {
        Timestamp::from_unix_ms(self.0.saturating_add(1).saturating_mul(WINDOW_MS))
    }
}

impl fmt::Debug for Throttle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Throttle").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}
