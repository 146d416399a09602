//! The channel's queue as SQS keeps it, on a clock that tests move
//! (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html>).
//!
//! The oldest message of a group hides the others while it is hidden itself; what is received more often than the queue
//! allows becomes a dead letter. The numbers are those of `infra/modules/channel/queue.tf`.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use event_store::BoxError;
use kernel::{Clock as _, Timestamp};
use lambda_entry::InboxRecord;
use notification::ports::{Queues, SendOrder};
use notification_domain::{Address, Channel};
use testkit::ManualClock;
use tokio::sync::Notify;

/// How long a message that was received and not held is hidden, in milliseconds: six timeouts of the function.
const VISIBILITY_MS: i64 = 90_000;
/// `maxReceiveCount`.
const MOST_RECEIPTS: u32 = 1_000;
/// `message_retention_seconds`, in milliseconds.
const RETENTION_MS: i64 = 4 * 24 * 3_600_000;
/// Most calls at a time (`maximum_concurrency`).
const MOST_AT_ONCE: usize = 5;

struct Waiting {
    id: String,
    group: String,
    body: String,
    sent: Timestamp,
    visible: Timestamp,
    receipts: u32,
}

#[derive(Default)]
struct Kept {
    waiting: Vec<Waiting>,
    seen: BTreeSet<String>,
    heard: Vec<String>,
    dead: Vec<String>,
    lost: usize,
    most_receipts: u32,
    made: usize,
}

pub(crate) struct Fifo {
    clock: Arc<ManualClock>,
    kept: Mutex<Kept>,
    hearing: Notify,
}

impl Fifo {
    pub(crate) fn new(clock: Arc<ManualClock>) -> Self {
        Self { clock, kept: Mutex::default(), hearing: Notify::new() }
    }

    /// What the trigger would hand out now, at most as many as may be worked on at once.
    pub(crate) fn receive(&self) -> Vec<InboxRecord> {
        let now = self.clock.now();
        let mut kept = self.kept.lock().unwrap();
        let before = kept.waiting.len();
        kept.waiting.retain(|waiting| now.since_ms(waiting.sent) < RETENTION_MS);
        kept.lost += before - kept.waiting.len();
        let (mut received, mut dead, mut groups) = (Vec::new(), Vec::new(), BTreeSet::new());
        for waiting in &mut kept.waiting {
            if !groups.insert(waiting.group.clone())
                || waiting.visible > now
                || received.len() == MOST_AT_ONCE
            {
                continue;
            }
            if waiting.receipts == MOST_RECEIPTS {
                dead.push(waiting.id.clone());
                continue;
            }
            waiting.receipts += 1;
            waiting.visible = now.plus_ms(VISIBILITY_MS);
            received.push(InboxRecord {
                message_id: waiting.id.clone(),
                receipt_handle: waiting.id.clone(),
                body: waiting.body.clone(),
                receive_count: waiting.receipts,
            });
        }
        let most = kept.waiting.iter().map(|waiting| waiting.receipts).max().unwrap_or_default();
        kept.most_receipts = kept.most_receipts.max(most);
        kept.waiting.retain(|waiting| !dead.contains(&waiting.id));
        kept.dead.extend(dead);
        received
    }

    /// When the next message can be received; `None` when none waits.
    pub(crate) fn next_at(&self) -> Option<Timestamp> {
        let kept = self.kept.lock().unwrap();
        let mut groups = BTreeSet::new();
        kept.waiting
            .iter()
            .filter(|waiting| groups.insert(&waiting.group))
            .map(|waiting| waiting.visible)
            .min()
    }

    pub(crate) fn delete(&self, id: &str) {
        self.kept.lock().unwrap().waiting.retain(|waiting| waiting.id != id);
    }

    pub(crate) fn take_heard(&self) -> Vec<String> {
        std::mem::take(&mut self.kept.lock().unwrap().heard)
    }

    /// Until something is heard.
    pub(crate) async fn hearing(&self) {
        self.hearing.notified().await;
    }

    /// Dead letters, messages lost to retention, and the most receipts of any message.
    pub(crate) fn damage(&self) -> (usize, usize, u32) {
        let kept = self.kept.lock().unwrap();
        (kept.dead.len(), kept.lost, kept.most_receipts)
    }
}

#[async_trait]
impl Queues for Fifo {
    async fn order(&self, order: &SendOrder, address: &Address, once: &str) -> Result<(), BoxError> {
        let now = self.clock.now();
        let mut kept = self.kept.lock().unwrap();
        if kept.seen.insert(once.to_owned()) {
            kept.made += 1;
            let id = format!("m-{}", kept.made);
            let body = serde_json::to_string(order)?;
            let group = address.to_string();
            kept.waiting.push(Waiting { id, group, body, sent: now, visible: now, receipts: 0 });
        }
        Ok(())
    }

    async fn hold(&self, _: Channel, receipt_handle: &str, wait_ms: i64) -> Result<(), BoxError> {
        let visible = self.clock.now().plus_ms(wait_ms.max(1_000));
        let mut kept = self.kept.lock().unwrap();
        for waiting in kept.waiting.iter_mut().filter(|waiting| waiting.id == receipt_handle) {
            waiting.visible = visible;
        }
        Ok(())
    }

    async fn hear(&self, body: &str) -> Result<(), BoxError> {
        self.kept.lock().unwrap().heard.push(body.to_owned());
        self.hearing.notify_one();
        Ok(())
    }
}
