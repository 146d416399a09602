use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use assembly::{Check, check};
use futures_util::future::join;
use kernel::{Clock, Timestamp};
use serde_json::{Value, json};

use crate::ports::TokenSigner;

/// What is signed to see whether the key can be used. Never a token: it has no dots.
const PROBE: &[u8] = b"ready?";
/// How long a good answer about the key is given out again, in milliseconds: signatures are paid for one by one, and whoever
/// asks whether the system is ready may be anybody.
const KEY_FRESH_MS: i64 = 60_000;

/// Says whether auth can do its work.
#[derive(Clone)]
pub struct Readiness {
    tables: assembly::Readiness,
    signer: Arc<dyn TokenSigner>,
    clock: Arc<dyn Clock>,
    key: Arc<Mutex<Option<(Timestamp, Check)>>>,
}

impl Readiness {
    /// Looks at the tables and the key.
    #[must_use]
    pub fn new(tables: assembly::Readiness, signer: Arc<dyn TokenSigner>, clock: Arc<dyn Clock>) -> Self {
        Self { tables, signer, clock, key: Arc::default() }
    }

    /// The answer to a direct `ready` event: `{status, checks}`. Reads each table, and has a few bytes signed.
    pub async fn report(&self) -> Value {
        let (mut checks, key) = join(self.tables.checks(), self.key()).await;
        checks.push(key);
        let status = if checks.iter().all(Check::is_up) { "ready" } else { "down" };
        json!({ "status": status, "checks": checks })
    }

    async fn key(&self) -> Check {
        let now = self.clock.now();
        let last = self.key.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, check)) = last.filter(|(at, _)| now.since_ms(*at) < KEY_FRESH_MS) {
            return check;
        }
        let check = check("key", self.signer.sign(PROBE)).await;
        let good = check.is_up().then(|| (now, check.clone()));
        *self.key.lock().unwrap_or_else(PoisonError::into_inner) = good;
        check
    }
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readiness").field("tables", &self.tables).finish_non_exhaustive()
    }
}
