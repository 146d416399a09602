//! The queue of work: an SQS FIFO queue with a message group for deals and one for each other tab, so that one message of each
//! is handled at a time.

use async_trait::async_trait;
use aws_sdk_sqs::Client;
use event_store::BoxError;

use crate::ports::{Work, WorkQueue};

/// Longest time a message can be hidden, in seconds.
const LONGEST_WAIT_S: i32 = 43_200;

/// Sends to a FIFO queue. A key that comes again within five minutes is dropped there
/// (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html>).
#[derive(Debug, Clone)]
pub struct SqsWork {
    client: Client,
    queue_url: String,
}

impl SqsWork {
    /// Sends to the queue at this URL. No call is made yet.
    #[must_use]
    pub const fn new(client: Client, queue_url: String) -> Self {
        Self { client, queue_url }
    }
}

#[async_trait]
impl WorkQueue for SqsWork {
    async fn ask(&self, work: &Work, key: &str) -> Result<(), BoxError> {
        let message = self.client.send_message().queue_url(&self.queue_url);
        let message = message.message_group_id(work.group()).message_deduplication_id(key);
        message.message_body(serde_json::to_string(work)?).send().await?;
        Ok(())
    }

    async fn later(&self, receipt: &str, wait_ms: u64) -> Result<(), BoxError> {
        let seconds = i32::try_from(wait_ms.div_ceil(1_000)).unwrap_or(LONGEST_WAIT_S).min(LONGEST_WAIT_S);
        let change = self.client.change_message_visibility().queue_url(&self.queue_url);
        change.receipt_handle(receipt).visibility_timeout(seconds).send().await?;
        Ok(())
    }
}
