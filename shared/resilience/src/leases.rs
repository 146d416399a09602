//! Shares of buckets that an instance hands out by itself.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use event_store::StorageError;
use futures_util::future::{Either, select};
use kernel::{Clock, Timer, Timestamp};

use crate::limiter::{Drawn, Limiter, Rate};

/// A share is one in so many of a bucket's tokens.
const SHARES: u32 = 20;
/// The largest share.
const LARGEST: u32 = 50;
/// A share that is not used up by then is given up, in milliseconds: a minute.
const SHARE_MS: i64 = 60_000;
/// For how long the table is waited for, in milliseconds: whoever asks waits with us.
const PATIENCE_MS: u64 = 250;
/// Buckets an instance knows at a time.
const MOST_KNOWN: usize = 10_000;

/// Takes tokens out of shared buckets a share at a time, so that hardly any request costs a call.
///
/// The first share of each minute is on credit: who asks seldom costs no call at all, and the table is told with the second share.
/// An instance so gives out a share a minute beyond the rate at most. A bucket that is empty is not asked about again before there
/// can be something in it. While the table does not answer every share is on credit.
#[derive(Clone)]
pub struct Leases {
    limiter: Limiter,
    clock: Arc<dyn Clock>,
    timer: Arc<dyn Timer>,
    known: Arc<Mutex<BTreeMap<String, Lease>>>,
}

/// What an instance has of a bucket.
struct Lease {
    until: Timestamp,
    /// Tokens that can be handed out.
    tokens: u32,
    /// Tokens the table does not know of.
    owed: u32,
    /// What was in the bucket when it was last asked.
    beyond: u32,
    /// Until when there is nothing in the bucket.
    empty_until: Option<Timestamp>,
}

impl std::fmt::Debug for Leases {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Leases").field("limiter", &self.limiter).finish_non_exhaustive()
    }
}

impl Leases {
    /// Shares of the buckets of `limiter`.
    #[must_use]
    pub fn new(limiter: Limiter, clock: Arc<dyn Clock>, timer: Arc<dyn Timer>) -> Self {
        Self { limiter, clock, timer, known: Arc::default() }
    }

    /// Takes one token out of the bucket called `name`.
    ///
    /// # Errors
    /// When the table was asked and did not answer in time. The next tokens are then handed out without it.
    pub async fn take(&self, name: &str, rate: Rate) -> Result<Drawn, StorageError> {
        let now = self.clock.now();
        let share = (rate.burst / SHARES).clamp(1, LARGEST);
        let asked = match self.own(name, rate, share, now) {
            Ok(drawn) => return Ok(drawn),
            Err(owed) => owed.saturating_add(share),
        };
        let answer = self.draw(name, rate, asked).await;
        let mut known = self.lock();
        let lease = known.entry(name.to_owned()).or_insert_with(|| Lease::on_credit(rate, share, now));
        match answer {
            Ok(Drawn::Taken { left }) => {
                (lease.tokens, lease.owed, lease.beyond) = (share - 1, 0, left);
                Ok(Drawn::Taken { left: left.saturating_add(lease.tokens) })
            }
            Ok(Drawn::Wait { wait_ms }) => {
                lease.empty_until = Some(now.plus_ms(wait_ms));
                Ok(Drawn::Wait { wait_ms })
            }
            Err(error) => {
                (lease.tokens, lease.owed) = (share - 1, share);
                Err(error)
            }
        }
    }

    /// A token of the instance's own share, or that there is nothing in the bucket; otherwise what the table does not know of yet.
    fn own(&self, name: &str, rate: Rate, share: u32, now: Timestamp) -> Result<Drawn, u32> {
        let mut known = self.lock();
        if known.len() >= MOST_KNOWN && !known.contains_key(name) {
            known.retain(|_, lease| now < lease.until);
            if known.len() >= MOST_KNOWN {
                known.clear();
            }
        }
        let lease = known.entry(name.to_owned()).or_insert_with(|| Lease::on_credit(rate, share, now));
        if let Some(empty_until) = lease.empty_until {
            let wait_ms = empty_until.since_ms(now);
            if wait_ms > 0 {
                return Ok(Drawn::Wait { wait_ms });
            }
            lease.empty_until = None;
        }
        if lease.until <= now {
            *lease = Lease::on_credit(rate, share, now);
        }
        match lease.tokens.checked_sub(1) {
            Some(tokens) => {
                lease.tokens = tokens;
                Ok(Drawn::Taken { left: lease.beyond.saturating_add(tokens) })
            }
            None => Err(lease.owed),
        }
    }

    async fn draw(&self, name: &str, rate: Rate, tokens: u32) -> Result<Drawn, StorageError> {
        match select(pin!(self.limiter.draw(name, rate, tokens)), self.timer.sleep(PATIENCE_MS)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => {
                let source = format!("no answer within {PATIENCE_MS} ms").into();
                Err(StorageError::Unavailable { operation: "limiter", source })
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Lease>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lease {
    fn on_credit(rate: Rate, share: u32, now: Timestamp) -> Self {
        let (until, beyond) = (now.plus_ms(SHARE_MS), rate.burst.saturating_sub(share));
        Self { until, tokens: share, owed: share, beyond, empty_until: None }
    }
}
