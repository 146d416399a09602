use std::sync::Arc;

use event_store::{CommitLog, Ops, Views};
use futures_util::future::join3;
use kernel::Tenant;
use serde::Serialize;
use telemetry::Stopwatch;

/// Looks at a context's tables.
#[derive(Clone)]
pub struct Readiness {
    tenant: Tenant,
    log: Arc<dyn CommitLog>,
    views: Arc<dyn Views>,
    ops: Arc<dyn Ops>,
}

impl std::fmt::Debug for Readiness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Readiness").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

/// One dependency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// `up` or `down`; why it is down is in the log.
    pub status: &'static str,
    /// How long the look took, in milliseconds.
    pub duration_ms: u64,
}

impl Check {
    /// Whether the dependency answered.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.status == "up"
    }
}

/// Looks at one dependency and takes the time.
pub async fn check<T, E: std::error::Error + 'static>(
    name: &'static str,
    look: impl Future<Output = Result<T, E>>,
) -> Check {
    let stopwatch = Stopwatch::start();
    let status = match look.await {
        Ok(_) => "up",
        Err(error) => {
            tracing::warn!(dependency = name, error = kernel::error::chain(&error), "readiness check failed");
            "down"
        }
    };
    Check { name, status, duration_ms: stopwatch.elapsed_ms() }
}

impl Readiness {
    /// Looks at these three.
    #[must_use]
    pub fn new(tenant: Tenant, log: Arc<dyn CommitLog>, views: Arc<dyn Views>, ops: Arc<dyn Ops>) -> Self {
        Self { tenant, log, views, ops }
    }

    /// All three at once, each with a read of an item that does not exist.
    pub async fn checks(&self) -> Vec<Check> {
        let place = format!("T#{}#READY", self.tenant);
        let (log, views, ops) = join3(
            check("log", self.log.guard_holder(&self.tenant, "readiness")),
            check("views", self.views.get(&place, "readiness")),
            check("ops", self.ops.get(&place, "readiness")),
        )
        .await;
        vec![log, views, ops]
    }

    /// The answer to a direct `ready` event: `{status, checks}`.
    pub async fn report(&self) -> serde_json::Value {
        let checks = self.checks().await;
        let status = if checks.iter().all(Check::is_up) { "ready" } else { "down" };
        serde_json::json!({ "status": status, "checks": checks })
    }
}
