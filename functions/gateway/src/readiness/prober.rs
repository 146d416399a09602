//! Asks everybody at once, and not more often than every two seconds.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{join, join_all};
use kernel::{Clock, Timestamp};
use telemetry::Stopwatch;
use tokio::sync::Mutex;
use tracing::warn;

use super::report::{ContextReport, QueueReport, Report, Status};
use crate::config::{Config, Named};
use crate::ports::{Contexts, Queues, Unanswered};

/// How long a context or a queue may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long a report is given out again. The route is public: without this, one cheap request would cost us an invocation
/// per context and a call per queue.
const FRESH_MS: i64 = 2_000;

/// Makes readiness reports.
pub struct Prober {
    config: Config,
    contexts: Arc<dyn Contexts>,
    queues: Arc<dyn Queues>,
    clock: Arc<dyn Clock>,
    last: Mutex<Option<Report>>,
}

impl Prober {
    /// Asks what `config` names, through the given ports.
    #[must_use]
    pub fn new(
        config: Config,
        contexts: Arc<dyn Contexts>,
        queues: Arc<dyn Queues>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { config, contexts, queues, clock, last: Mutex::new(None) }
    }

    /// The last report while it is fresh, else a new one. Callers that come while one is being made wait for it.
    pub async fn report(&self) -> Report {
        let mut last = self.last.lock().await;
        let now = self.clock.now();
        if let Some(report) = last.as_ref().filter(|report| now.since_ms(report.checked_at) < FRESH_MS) {
            return report.clone();
        }
        let report = self.probe(now).await;
        *last = Some(report.clone());
        report
    }

    async fn probe(&self, now: Timestamp) -> Report {
        let stopwatch = Stopwatch::start();
        let contexts = join_all(self.config.functions.iter().map(|context| self.context(context)));
        let queues = join_all(self.config.queues.iter().map(|queue| self.queue(queue)));
        let (contexts, queues) = join(contexts, queues).await;
        Report::new(now, stopwatch.elapsed_ms(), contexts, queues)
    }

    async fn context(&self, context: &Named) -> ContextReport {
        let (answer, duration_ms) = timed(&context.name, self.contexts.ask(&context.address)).await;
        let (status, checks) = match answer {
            Some(answer) => (answer.status, answer.checks),
            None => (Status::Down, Vec::new()),
        };
        ContextReport { name: context.name.clone(), status, duration_ms, checks }
    }

    async fn queue(&self, queue: &Named) -> QueueReport {
        let (depth, duration_ms) = timed(&queue.name, self.queues.depth(&queue.address)).await;
        let dead_letters = queue.name.ends_with("-dlq") && depth.is_some_and(|depth| depth.visible > 0);
        let status = if depth.is_none() || dead_letters { Status::Degraded } else { Status::Ready };
        QueueReport {
            name: queue.name.clone(),
            status,
            duration_ms,
            visible: depth.map(|depth| depth.visible),
            in_flight: depth.map(|depth| depth.in_flight),
            delayed: depth.map(|depth| depth.delayed),
        }
    }
}

/// The answer, when there was one in time, and how long it took. Why there was none is logged.
async fn timed<T>(name: &str, answer: impl Future<Output = Result<T, Unanswered>>) -> (Option<T>, u64) {
    let stopwatch = Stopwatch::start();
    let answer = match tokio::time::timeout(PATIENCE, answer).await {
        Ok(Ok(answer)) => Some(answer),
        Ok(Err(error)) => {
            warn!(dependency = name, error = kernel::error::chain(&error), "readiness check failed");
            None
        }
        Err(_) => {
            warn!(dependency = name, "readiness check timed out");
            None
        }
    };
    (answer, stopwatch.elapsed_ms())
}
