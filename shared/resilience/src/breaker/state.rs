//! The state machine of a circuit breaker, without a clock or a table.
//!
//! ```text
//! closed ──failures in a row reach the threshold, or one that only a person can mend──▶ open
//!   ▲                                                                            │   ▲
//!   │ the probe succeeds                                          its time is up │   │ the probe fails: twice as long
//!   └──────────────────────────────── half-open: one probe ◀────────────────────┘───┘
//! ```

use kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// When a breaker opens, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerSettings {
    /// Failures in a row that open it.
    pub threshold: u32,
    /// How long it stays open at first, in milliseconds; twice as long after every failed probe.
    pub open_ms: i64,
    /// How long it stays open at most, in milliseconds.
    pub longest_open_ms: i64,
    /// After so long a probe that was never reported counts as lost, and another one may go, in milliseconds.
    pub probe_ms: i64,
}

/// Where a breaker stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum BreakerState {
    /// Calls go through.
    Closed {
        /// Failures since the last success.
        failures: u32,
    },
    /// No call goes through.
    Open {
        /// Since when.
        since: Timestamp,
        /// When a probe may go.
        until: Timestamp,
        /// How often in a row it has opened.
        times: u32,
        /// The failure that opened it.
        reason: String,
    },
    /// One call is on its way to see.
    HalfOpen {
        /// When the probe counts as lost.
        until: Timestamp,
        /// How often in a row it has opened.
        times: u32,
        /// The failure that opened it.
        reason: String,
    },
}

impl Default for BreakerState {
    fn default() -> Self {
        Self::Closed { failures: 0 }
    }
}

/// Whether a call may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It may.
    Go,
    /// It may, as the one probe.
    Probe,
    /// It must wait.
    Wait {
        /// At least this long, in milliseconds.
        wait_ms: i64,
    },
}

/// How a call went, as far as the provider is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// The provider works: it did what was asked, or refused for the call's own fault.
    Works,
    /// It failed.
    Fails(String),
    /// It failed in a way that no waiting mends.
    Broken(String),
}

impl BreakerState {
    /// Whether a call may go now, and the state that has to be stored first if it does as a probe.
    #[must_use]
    pub fn admit(&self, settings: &BreakerSettings, now: Timestamp) -> (Admission, Option<Self>) {
        match self {
            Self::Closed { .. } => (Admission::Go, None),
            Self::Open { until, times, reason, .. } | Self::HalfOpen { until, times, reason } => {
                if now < *until {
                    return (Admission::Wait { wait_ms: until.since_ms(now) }, None);
                }
                let until = now.plus_ms(settings.probe_ms);
                let probing = Self::HalfOpen { until, times: *times, reason: reason.clone() };
                (Admission::Probe, Some(probing))
            }
        }
    }

    /// The state after a call that was admitted as `admission`; `None` where nothing changes.
    ///
    /// A call that began before the breaker opened says nothing about a breaker that is open now: only the probe closes it.
    #[must_use]
    pub fn after(
        &self,
        settings: &BreakerSettings,
        admission: Admission,
        report: &Report,
        now: Timestamp,
    ) -> Option<Self> {
        let probe = admission == Admission::Probe;
        match (self, report) {
            (Self::Closed { failures: 0 }, Report::Works) => None,
            (Self::Closed { .. }, Report::Works) => Some(Self::default()),
            (Self::Closed { failures }, Report::Fails(reason)) => {
                let failures = failures.saturating_add(1);
                Some(if failures >= settings.threshold {
                    Self::opened(settings, 1, reason, now)
                } else {
                    Self::Closed { failures }
                })
            }
            (Self::Closed { .. }, Report::Broken(reason)) => Some(Self::opened(settings, 1, reason, now)),
            (Self::HalfOpen { .. }, Report::Works) if probe => Some(Self::default()),
            (Self::HalfOpen { times, .. }, Report::Fails(reason) | Report::Broken(reason)) if probe => {
                Some(Self::opened(settings, times.saturating_add(1), reason, now))
            }
            (Self::Open { .. } | Self::HalfOpen { .. }, _) => None,
        }
    }

    fn opened(settings: &BreakerSettings, times: u32, reason: &str, now: Timestamp) -> Self {
        let doublings = times.saturating_sub(1).min(16);
        let open_ms = settings.open_ms.saturating_mul(1 << doublings).min(settings.longest_open_ms);
        Self::Open { since: now, until: now.plus_ms(open_ms), times, reason: reason.to_owned() }
    }
}
