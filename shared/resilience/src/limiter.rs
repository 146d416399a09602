//! Token buckets whose contents all instances of a function share.

use std::sync::Arc;

use event_store::{BoxError, Ops, OpsItem, StorageError};
use kernel::{Clock, Tenant, Timestamp};
use serde::{Deserialize, Serialize};

/// How often a change is tried against others who take from the same bucket.
const MOST_ATTEMPTS: usize = 6;

/// How fast a bucket fills, and how much it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Tokens that can be taken at once.
    pub burst: u32,
    /// One more token comes after so long, in milliseconds; at least 1.
    pub every_ms: u32,
}

/// What is in a bucket: when it would have been empty, had it filled from there on undisturbed. One number says it all
/// (the "theoretical arrival time" of the generic cell rate algorithm, ITU-T I.371), so that there is nothing to round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Bucket {
    full_at: Timestamp,
}

impl Bucket {
    /// The tokens in it.
    fn left(self, rate: Rate, now: Timestamp) -> u32 {
        let missing_ms = self.full_at.since_ms(now).max(0);
        let missing =
            missing_ms.saturating_add(i64::from(rate.every_ms.max(1)) - 1) / i64::from(rate.every_ms.max(1));
        rate.burst.saturating_sub(u32::try_from(missing).unwrap_or(u32::MAX))
    }

    /// The bucket without `tokens`, or how long until they are there, in milliseconds.
    fn take(self, rate: Rate, tokens: u32, now: Timestamp) -> Result<Self, i64> {
        let (every_ms, burst) = (i64::from(rate.every_ms.max(1)), i64::from(rate.burst.max(1)));
        let full_at = self.full_at.max(now).plus_ms(i64::from(tokens).saturating_mul(every_ms));
        let too_far_ms = full_at.since_ms(now).saturating_sub(burst.saturating_mul(every_ms));
        if too_far_ms > 0 { Err(too_far_ms) } else { Ok(Self { full_at }) }
    }
}

/// What came of asking a bucket for tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawn {
    /// They were taken.
    Taken {
        /// What is in the bucket besides.
        left: u32,
    },
    /// Nothing was taken.
    Wait {
        /// For so long there will not be enough, in milliseconds.
        wait_ms: i64,
    },
}

/// Limits calls to one provider, or of one caller.
#[derive(Clone)]
pub struct Limiter {
    ops: Arc<dyn Ops>,
    clock: Arc<dyn Clock>,
    tenant: Tenant,
}

impl std::fmt::Debug for Limiter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Limiter").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

impl Limiter {
    /// Keeps its buckets in `ops`.
    #[must_use]
    pub fn new(ops: Arc<dyn Ops>, clock: Arc<dyn Clock>, tenant: Tenant) -> Self {
        Self { ops, clock, tenant }
    }

    /// Takes tokens out of the bucket called `name`; at most its burst can be taken at once. `Ok(None)`: taken.
    /// `Ok(Some(wait_ms))`: nothing was taken, and this long there will not be enough.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn take(&self, name: &str, rate: Rate, tokens: u32) -> Result<Option<i64>, StorageError> {
        Ok(match self.draw(name, rate, tokens).await? {
            Drawn::Taken { .. } => None,
            Drawn::Wait { wait_ms } => Some(wait_ms),
        })
    }

    /// As [`take`](Self::take), and says what is left.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn draw(&self, name: &str, rate: Rate, tokens: u32) -> Result<Drawn, StorageError> {
        let pk = format!("T#{}#LIMIT", self.tenant);
        for _ in 0..MOST_ATTEMPTS {
            let now = self.clock.now();
            let stored = self.ops.get(&pk, name).await?.map(|item| item.body);
            let bucket = match &stored {
                Some(body) => serde_json::from_str(body).map_err(|e| unreadable(e.into()))?,
                None => Bucket { full_at: now },
            };
            let next = match bucket.take(rate, tokens, now) {
                Ok(next) => next,
                Err(wait_ms) => return Ok(Drawn::Wait { wait_ms }),
            };
            let body = serde_json::to_string(&next).map_err(|e| unreadable(e.into()))?;
            // A full bucket is worth no item.
            let expires = Some(next.full_at.plus_ms(60_000));
            let item = OpsItem { pk: pk.clone(), sk: name.to_owned(), body, expires };
            let taken = match &stored {
                Some(present) => self.ops.replace(item, present).await?,
                None => self.ops.put_new(item).await?,
            };
            if taken {
                return Ok(Drawn::Taken { left: next.left(rate, now) });
            }
        }
        Ok(Drawn::Wait { wait_ms: i64::from(rate.every_ms) })
    }
}

fn unreadable(source: BoxError) -> StorageError {
    StorageError::Failed { operation: "limiter", source }
}
