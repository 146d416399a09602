//! WhatsApp as a provider: how many calls it takes, when it is left alone, when a call is made again.

use std::sync::Arc;

use event_store::StorageError;
use notification_domain::Phone;
use resilience::{Admission, Backoff, Breaker, BreakerSettings, Limiter, Rate, RetryPolicy};

use crate::Notifications;

/// Its name, in the breaker's item and in the API.
pub const WHATSAPP: &str = "whatsapp";

/// When it is left alone: after five failures in a row, first for 15 s, then twice as long after every failed probe, up to
/// five minutes. Nothing is lost by waiting.
const BREAKER: BreakerSettings =
    BreakerSettings { threshold: 5, open_ms: 15_000, longest_open_ms: 300_000, probe_ms: 20_000 };

/// Waits between attempts. The messages of one phone wait behind each other, so the longest is short.
pub const RETRIES: RetryPolicy =
    RetryPolicy { backoff: Backoff { first_ms: 2_000, longest_ms: 120_000 }, config_wait_ms: 300_000 };

/// Messages of one number to everybody: 80 a second
/// (<https://developers.facebook.com/docs/whatsapp/cloud-api/overview#throughput>).
const NUMBER: Rate = Rate { burst: 80, every_ms: 13 };
/// Messages to one recipient: one every six seconds, with a burst of at most 45
/// (<https://developers.facebook.com/docs/whatsapp/cloud-api/overview#pair-rate-limits>); a few are left to people who write by
/// other means from the same number.
const PAIR: Rate = Rate { burst: 40, every_ms: 6_000 };
/// How long a recipient who got too many is left alone, in milliseconds.
pub const PAIR_COOL_DOWN_MS: u64 = 6_000;

/// The breaker and the limits of WhatsApp.
#[derive(Debug, Clone)]
pub struct Provider {
    /// Shared by all instances.
    pub breaker: Breaker,
    limiter: Limiter,
}

/// Whether a message may leave now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It may.
    Now(Admission),
    /// Not for so long, in milliseconds.
    Later(i64),
}

impl Provider {
    /// As a firm's notifications use it.
    #[must_use]
    pub fn of(notifications: &Notifications) -> Self {
        let (ops, clock) = (&notifications.ops, &notifications.clock);
        let tenant = &notifications.tenant;
        Self {
            breaker: Breaker::new(Arc::clone(ops), Arc::clone(clock), tenant.clone(), WHATSAPP, BREAKER),
            limiter: Limiter::new(Arc::clone(ops), Arc::clone(clock), tenant.clone()),
        }
    }

    /// Asks for leave to send one message to this phone.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn turn(&self, phone: &Phone) -> Result<Turn, StorageError> {
        let admission = match self.breaker.admit().await? {
            Admission::Wait { wait_ms } => return Ok(Turn::Later(wait_ms)),
            // One call after a pause breaks no limit, and a probe must not be kept waiting.
            Admission::Probe => return Ok(Turn::Now(Admission::Probe)),
            Admission::Go => Admission::Go,
        };
        for (bucket, rate) in [(format!("{WHATSAPP}#{phone}"), PAIR), (WHATSAPP.to_owned(), NUMBER)] {
            if let Some(wait_ms) = self.limiter.take(&bucket, rate, 1).await? {
                return Ok(Turn::Later(wait_ms));
            }
        }
        Ok(Turn::Now(admission))
    }
}
