use http_kit::limits::{Admission, Limits, Quota};
use resilience::{Drawn, Leases, Limiter, Rate};

use crate::Parts;

/// Limits of callers, kept in the table of mutable items and handed out in shares. Each context has its own.
#[derive(Debug, Clone)]
pub struct EdgeLimits(Leases);

impl EdgeLimits {
    /// Kept where `parts` say.
    #[must_use]
    pub fn new(parts: &Parts) -> Self {
        let (ops, clock) = (parts.ops.clone(), parts.clock.clone());
        let limiter = Limiter::new(ops, clock.clone(), parts.tenant.clone());
        Self(Leases::new(limiter, clock, parts.timer.clone()))
    }
}

#[async_trait::async_trait]
impl Limits for EdgeLimits {
    async fn take(&self, bucket: &str, quota: Quota) -> Admission {
        let every_ms = quota.window_s.saturating_mul(1_000) / quota.tokens.max(1);
        let rate = Rate { burst: quota.tokens, every_ms };
        match self.0.take(&format!("edge {bucket}"), rate).await {
            Ok(Drawn::Taken { left }) => Admission::Passes { left },
            Ok(Drawn::Wait { wait_ms }) => Admission::Waits { wait_ms },
            Err(error) => {
                tracing::warn!(
                    error = kernel::error::chain(&error),
                    "requests cannot be counted: they pass uncounted"
                );
                Admission::Uncounted
            }
        }
    }
}
