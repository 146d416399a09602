//! Closes the hole a lost stream record would leave: republishes what has no marker.

use std::sync::Arc;

use event_store::{BoxError, CommitLog, CommitRef, Ops, OpsItem};
use kernel::{Clock, Tenant, Timestamp};

use crate::relay::{Relay, marker};

/// Commits younger than this are left to the stream, in milliseconds.
const GRACE_MS: i64 = 120_000;
/// Commits looked at in one step.
const STEP: usize = 500;
/// Steps per run: what is left is done by the next run.
const MOST_STEPS: usize = 20;
/// Where the first run of all starts, in days before now: streams hold records for one.
const FIRST_LOOK_DAYS: i64 = 2;

/// What a run of the auditor found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AuditReport {
    /// Commits looked at.
    pub seen: usize,
    /// Commits that had no marker and were relayed now.
    pub republished: usize,
    /// Commits that could not be relayed; the next run meets them again.
    pub failed: usize,
}

/// Walks the log behind the present and relays every commit without an outbox marker.
#[derive(Clone)]
pub struct OutboxAuditor {
    tenant: Tenant,
    log: Arc<dyn CommitLog>,
    ops: Arc<dyn Ops>,
    relay: Relay,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for OutboxAuditor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OutboxAuditor").finish_non_exhaustive()
    }
}

impl OutboxAuditor {
    /// Audits `log` against the markers in `ops`.
    #[must_use]
    pub fn new(
        tenant: Tenant,
        log: Arc<dyn CommitLog>,
        ops: Arc<dyn Ops>,
        relay: Relay,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { tenant, log, ops, relay, clock }
    }

    /// One run. Where it ends is remembered, so that a run reads only what came since, unless something failed.
    ///
    /// # Errors
    /// When the log or the markers cannot be read.
    pub async fn run(&self) -> Result<AuditReport, BoxError> {
        let now = self.clock.now();
        let until = now.plus_ms(-GRACE_MS);
        let mut from = self.watermark().await?.unwrap_or_else(|| now.plus_days(-FIRST_LOOK_DAYS));
        let mut report = AuditReport::default();
        for _ in 0..MOST_STEPS {
            let mut limit = STEP;
            let commits = loop {
                let commits = self.log.committed_between(from, until, limit).await?;
                // A full page of one instant would never be left behind: look at more of it.
                let stuck = commits.len() == limit && commits.last().is_some_and(|last| last.at == from);
                if !stuck {
                    break commits;
                }
                limit = limit.saturating_mul(2);
            };
            let failed = self.relay_unmarked(&commits, &mut report).await?;
            if failed > 0 {
                break;
            }
            let done = commits.len() < limit;
            from = commits.last().filter(|_| !done).map_or(until, |last| last.at);
            self.remember(from).await?;
            if done {
                break;
            }
        }
        if report.republished > 0 || report.failed > 0 {
            tracing::warn!(
                republished = report.republished,
                failed = report.failed,
                "commits had no outbox marker"
            );
        }
        Ok(report)
    }

    async fn relay_unmarked(
        &self,
        commits: &[CommitRef],
        report: &mut AuditReport,
    ) -> Result<usize, BoxError> {
        let keys: Vec<_> = commits.iter().map(|commit| marker(&commit.stream, commit.first)).collect();
        let marked = self.ops.present(&keys).await?;
        let mut failed = 0;
        for (commit, marked) in commits.iter().zip(marked) {
            report.seen += 1;
            if marked {
                continue;
            }
            let Some(commit) = self.log.read(&commit.stream, commit.first).await? else {
                continue;
            };
            if self.relay.relay(std::slice::from_ref(&commit)).await.is_empty() {
                report.republished += 1;
            } else {
                failed += 1;
            }
        }
        report.failed += failed;
        Ok(failed)
    }

    fn place(&self) -> (String, String) {
        (format!("T#{}#OUTBOX", self.tenant), "watermark".to_owned())
    }

    async fn watermark(&self) -> Result<Option<Timestamp>, BoxError> {
        let (pk, sk) = self.place();
        Ok(self.ops.get(&pk, &sk).await?.and_then(|item| item.body.parse().ok()))
    }

    async fn remember(&self, watermark: Timestamp) -> Result<(), BoxError> {
        let (pk, sk) = self.place();
        self.ops.put(OpsItem { pk, sk, body: watermark.to_string(), expires: None }).await?;
        Ok(())
    }
}
