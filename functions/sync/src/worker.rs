//! The reader of the queue of work; everything else that arrives in this function's queues goes to its inbox.

use std::sync::Arc;

use async_trait::async_trait;
use event_store::BoxError;
use lambda_entry::{InboxHandler, InboxRecord};
use resilience::{Backoff, FaultClass, Next, RetryPolicy};

use crate::commands::{FlushError, carry_on, flush, foremost, mirror, mirror_now, pull};
use crate::ports::Work;
use crate::{Sheets, status};
use kernel::Timestamp;
use sync_domain::Tab;

/// When to try again: seconds at first, minutes in an outage. Nothing here gives a message up: the rows wait in their own table,
/// and the message only says that they do.
const RETRY: RetryPolicy =
    RetryPolicy { backoff: Backoff { first_ms: 2_000, longest_ms: 300_000 }, config_wait_ms: 300_000 };

/// How long a write that was not answered is given to land before the sheet is read again, in milliseconds: as long as the queue hides
/// the message of a function that died over it.
const UNSETTLED_MS: u64 = 90_000;

/// Does what the queue of work asks for.
#[derive(Clone)]
pub struct Worker {
    sheets: Sheets,
    inbox: Arc<dyn InboxHandler>,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker").field("sheets", &self.sheets).finish_non_exhaustive()
    }
}

/// Whether a message is done with.
enum Settled {
    Done,
    Again { wait_ms: u64 },
}

impl Worker {
    /// Works for `sheets`; hands facts and schedules to `inbox`.
    #[must_use]
    pub fn new(sheets: Sheets, inbox: Arc<dyn InboxHandler>) -> Self {
        Self { sheets, inbox }
    }

    async fn work(&self, work: &Work, record: &InboxRecord) -> Settled {
        let outcome = match work {
            Work::Flush => self.flush(&record.message_id).await,
            Work::Pull => self.pull(&record.message_id).await,
            Work::Run { run_id, release, restore, after } => {
                let step = carry_on(&self.sheets, *run_id, (*release, *restore), after.clone()).await;
                step.map_err(FlushError::Storage)
            }
            Work::Mirror { tab, due } => self.mirror(*tab, *due, &record.message_id).await,
        };
        let Err(error) = outcome else { return Settled::Done };
        let class = match &error {
            FlushError::Sheet(fault) => fault.class(),
            FlushError::Unsettled(_) => FaultClass::CoolDown { wait_ms: UNSETTLED_MS },
            FlushError::Waits { wait_ms } => FaultClass::CoolDown { wait_ms: *wait_ms },
            FlushError::Source(_) | FlushError::Storage(_) => FaultClass::Transient,
        };
        let reason = kernel::error::chain(&error);
        match RETRY.after(class, record.receive_count, self.sheets.ids.as_ref()) {
            Next::Again { wait_ms } => {
                tracing::warn!(
                    fault.class = class.name(),
                    wait_ms,
                    error = reason,
                    "the sheet is tried again later"
                );
                Settled::Again { wait_ms }
            }
            // The rows still wait; the schedule asks for them again.
            Next::GiveUp => {
                tracing::error!(
                    fault.class = class.name(),
                    error = reason,
                    "the sheet refused what was written"
                );
                Settled::Done
            }
        }
    }

    /// Notes how it went. Waiting is no news: what it waits for was noted when it happened.
    async fn noted<T>(&self, outcome: Result<T, FlushError>) -> Result<T, FlushError> {
        if matches!(outcome, Err(FlushError::Waits { .. })) {
            return outcome;
        }
        let fault = outcome.as_ref().err().map(|error| kernel::error::chain(error));
        let noted = status::note(&self.sheets, fault).await.map_err(FlushError::Storage);
        foremost(outcome, noted)
    }

    async fn pull(&self, key: &str) -> Result<(), FlushError> {
        // Commits of one pull belong together; the message's id is made of plain characters.
        let correlation =
            format!("pull-{key}").parse().map_err(|error| FlushError::Storage(Box::new(error)))?;
        let pulled = self.noted(pull(&self.sheets, &correlation).await).await?;
        tracing::info!(sheet.rows = pulled.rows, sheet.deals = pulled.deals, "sheet looked at");
        Ok(())
    }

    async fn flush(&self, key: &str) -> Result<(), FlushError> {
        let flushed = self.noted(flush(&self.sheets).await).await?;
        tracing::info!(sheet.rows = flushed.rows, sheet.cells = flushed.cells, "rows flushed");
        if flushed.more {
            self.sheets.work.ask(&Work::Flush, &format!("{key}-rest")).await.map_err(FlushError::Storage)?;
        }
        Ok(())
    }

    async fn mirror(&self, tab: Tab, due: Timestamp, key: &str) -> Result<(), FlushError> {
        let mirrored = mirror(&self.sheets, tab, due).await?;
        tracing::info!(
            sheet.tab = tab.name(),
            sheet.rows = mirrored.rows,
            sheet.cells = mirrored.cells,
            sheet.removed = mirrored.removed,
            "tab compared"
        );
        if mirrored.more {
            let asked = mirror_now(&self.sheets, &[tab], &format!("{key}-rest")).await;
            asked.map_err(FlushError::Storage)?;
        }
        Ok(())
    }

    /// Hides the message for as long as it has to wait. Where that fails it comes again after the queue's own time.
    async fn put_off(&self, record: &InboxRecord, wait_ms: u64) {
        let put_off: Result<(), BoxError> = self.sheets.work.later(&record.receipt_handle, wait_ms).await;
        if let Err(error) = put_off {
            tracing::warn!(error = kernel::error::chain(error.as_ref()), "the message was not put off");
        }
    }
}

#[async_trait]
impl InboxHandler for Worker {
    async fn handle(&self, records: Vec<InboxRecord>) -> Vec<String> {
        let mut again = Vec::new();
        let mut others = Vec::new();
        for record in records {
            match serde_json::from_str::<Work>(&record.body) {
                Err(_) => others.push(record),
                // One after the other: what comes behind a failure waits with it.
                Ok(_) if !again.is_empty() => again.push(record.message_id),
                Ok(work) => {
                    if let Settled::Again { wait_ms } = self.work(&work, &record).await {
                        self.put_off(&record, wait_ms).await;
                        again.push(record.message_id);
                    }
                }
            }
        }
        if !others.is_empty() {
            again.extend(self.inbox.handle(others).await);
        }
        again
    }
}
