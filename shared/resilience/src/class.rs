//! What a failed call says about the next one.

use crate::Backoff;
use kernel::IdSource;

/// The class of a failure. An adapter maps every error its provider has to one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultClass {
    /// It may work in a moment: a timeout, a broken connection, a 5xx.
    Transient,
    /// The provider takes no more calls for now.
    Rate {
        /// As long as it asks to be left alone, in milliseconds, when it says so.
        retry_after_ms: Option<u64>,
    },
    /// Nothing will work until somebody acts: a revoked token, a suspended account.
    Config,
    /// This call will never work, others do.
    Permanent,
    /// This one target wants a pause, others do not.
    CoolDown {
        /// How long, in milliseconds.
        wait_ms: u64,
    },
}

impl FaultClass {
    /// Its name in events, logs and answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Transient => "transient",
            Self::Rate { .. } => "rate",
            Self::Config => "config",
            Self::Permanent => "permanent",
            Self::CoolDown { .. } => "cool-down",
        }
    }

    /// Whether it speaks against the provider as a whole, and so counts for the circuit breaker.
    #[must_use]
    pub const fn is_the_providers(self) -> bool {
        matches!(self, Self::Transient | Self::Rate { .. } | Self::Config)
    }
}

/// What to do after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Try again, no sooner than this.
    Again {
        /// From now, in milliseconds.
        wait_ms: u64,
    },
    /// Stop: no attempt will help.
    GiveUp,
}

/// When to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Waits between attempts that failed for the moment.
    pub backoff: Backoff,
    /// Wait for somebody to act, in milliseconds.
    pub config_wait_ms: u64,
}

impl RetryPolicy {
    /// What follows after so many attempts, the last of which failed like this. A wait that the provider asked for is kept,
    /// with jitter on top, because everybody who was told the same would come back at the same instant.
    #[must_use]
    pub fn after(self, class: FaultClass, attempts: u32, dice: &dyn IdSource) -> Next {
        let jitter = self.backoff.wait_ms(attempts, dice);
        let wait_ms = match class {
            FaultClass::Permanent => return Next::GiveUp,
            FaultClass::Transient | FaultClass::Rate { retry_after_ms: None } => jitter,
            FaultClass::Rate { retry_after_ms: Some(asked) } => asked.saturating_add(jitter),
            FaultClass::Config => self.config_wait_ms.saturating_add(jitter),
            FaultClass::CoolDown { wait_ms } => wait_ms.saturating_add(jitter),
        };
        Next::Again { wait_ms }
    }
}
