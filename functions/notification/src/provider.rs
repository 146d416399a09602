//! The providers: how many calls each takes, when it is left alone, when a call is made again.

use std::sync::Arc;

use event_store::StorageError;
use notification_domain::{Address, Channel};
use resilience::{Admission, Backoff, Breaker, BreakerSettings, Limiter, Rate, RetryPolicy};

use crate::Notifications;

/// When one is left alone: after five failures in a row, first for 15 s, then twice as long after every failed probe, up to
/// five minutes. Nothing is lost by waiting.
const BREAKER: BreakerSettings =
    BreakerSettings { threshold: 5, open_ms: 15_000, longest_open_ms: 300_000, probe_ms: 20_000 };

/// Waits between attempts. The messages of one phone wait behind each other, so the longest is short.
pub const RETRIES: RetryPolicy =
    RetryPolicy { backoff: Backoff { first_ms: 2_000, longest_ms: 120_000 }, config_wait_ms: 300_000 };

/// How long a recipient who got too many is left alone, in milliseconds.
pub const PAIR_COOL_DOWN_MS: u64 = 6_000;

/// How many messages a provider takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rates {
    /// To everybody.
    all: Rate,
    /// To one recipient, where there is a limit of its own.
    each: Option<Rate>,
}

const fn rates(channel: Channel) -> Rates {
    match channel {
        // Of one number, 80 a second (<https://developers.facebook.com/docs/whatsapp/cloud-api/overview#throughput>). To one
        // recipient, one every six seconds, with a burst of at most 45
        // (<https://developers.facebook.com/docs/whatsapp/cloud-api/overview#pair-rate-limits>); a few are left to people
        // who write by other means from the same number.
        Channel::WhatsApp => {
            Rates { all: Rate { burst: 80, every_ms: 13 }, each: Some(Rate { burst: 40, every_ms: 6_000 }) }
        }
        // 30 a second; to one chat one a second, and to a group 20 a minute
        // (<https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this>).
        Channel::Telegram => {
            Rates { all: Rate { burst: 30, every_ms: 34 }, each: Some(Rate { burst: 10, every_ms: 3_000 }) }
        }
        // 14 a second outside the sandbox, to begin with
        // (<https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas.html>).
        Channel::Email => Rates { all: Rate { burst: 14, every_ms: 72 }, each: None },
        // 20 a second (<https://docs.aws.amazon.com/general/latest/gr/sns.html>).
        Channel::Sms => Rates { all: Rate { burst: 20, every_ms: 50 }, each: None },
    }
}

/// The breaker and the limits of a provider.
#[derive(Debug, Clone)]
pub struct Provider {
    /// Shared by all instances.
    pub breaker: Breaker,
    channel: Channel,
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
    /// The provider of a channel, as a firm's notifications use it.
    #[must_use]
    pub fn of(notifications: &Notifications, channel: Channel) -> Self {
        let (ops, clock) = (&notifications.ops, &notifications.clock);
        let tenant = &notifications.tenant;
        Self {
            breaker: Breaker::new(
                Arc::clone(ops),
                Arc::clone(clock),
                tenant.clone(),
                channel.as_str(),
                BREAKER,
            ),
            channel,
            limiter: Limiter::new(Arc::clone(ops), Arc::clone(clock), tenant.clone()),
        }
    }

    /// Asks for leave to send one message to this address.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn turn(&self, address: &Address) -> Result<Turn, StorageError> {
        let admission = match self.breaker.admit().await? {
            Admission::Wait { wait_ms } => return Ok(Turn::Later(wait_ms)),
            // One call after a pause breaks no limit, and a probe must not be kept waiting.
            Admission::Probe => return Ok(Turn::Now(Admission::Probe)),
            Admission::Go => Admission::Go,
        };
        let Rates { all, each } = rates(self.channel);
        let each = each.map(|rate| (format!("{}#{address}", self.channel), rate));
        for (bucket, rate) in each.into_iter().chain([(self.channel.to_string(), all)]) {
            if let Some(wait_ms) = self.limiter.take(&bucket, rate, 1).await? {
                return Ok(Turn::Later(wait_ms));
            }
        }
        Ok(Turn::Now(admission))
    }
}

/// The providers of all channels.
#[derive(Debug, Clone)]
pub struct Providers {
    whatsapp: Provider,
    telegram: Provider,
    email: Provider,
    sms: Provider,
}

impl Providers {
    /// As a firm's notifications use them.
    #[must_use]
    pub fn of(notifications: &Notifications) -> Self {
        let of = |channel| Provider::of(notifications, channel);
        Self {
            whatsapp: of(Channel::WhatsApp),
            telegram: of(Channel::Telegram),
            email: of(Channel::Email),
            sms: of(Channel::Sms),
        }
    }

    /// That of a channel.
    #[must_use]
    pub const fn get(&self, channel: Channel) -> &Provider {
        match channel {
            Channel::WhatsApp => &self.whatsapp,
            Channel::Telegram => &self.telegram,
            Channel::Email => &self.email,
            Channel::Sms => &self.sms,
        }
    }
}
