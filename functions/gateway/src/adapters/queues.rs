//! Queue depths from SQS.
//!
//! The age of the oldest message is deliberately absent: SQS tells it to CloudWatch only, where an alarm watches it.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::QueueAttributeName;

use crate::ports::{QueueDepth, Queues, Unanswered};

/// Reads attributes through `sqs:GetQueueAttributes`.
#[derive(Debug, Clone)]
pub struct SqsQueues(Client);

impl SqsQueues {
    /// Reads through `client`.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self(client)
    }
}

#[async_trait::async_trait]
impl Queues for SqsQueues {
    async fn depth(&self, url: &str) -> Result<QueueDepth, Unanswered> {
        use QueueAttributeName::{
            ApproximateNumberOfMessages, ApproximateNumberOfMessagesDelayed,
            ApproximateNumberOfMessagesNotVisible,
        };
        let answer = self
            .0
            .get_queue_attributes()
            .queue_url(url)
            .attribute_names(ApproximateNumberOfMessages)
            .attribute_names(ApproximateNumberOfMessagesNotVisible)
            .attribute_names(ApproximateNumberOfMessagesDelayed)
            .send()
            .await
            .map_err(|error| Unanswered(kernel::error::chain(&error)))?;
        let count = |name: QueueAttributeName| {
            let text = answer.attributes().and_then(|attributes| attributes.get(&name));
            text.and_then(|text| text.parse().ok()).ok_or_else(|| Unanswered(format!("no {name}")))
        };
        Ok(QueueDepth {
            visible: count(ApproximateNumberOfMessages)?,
            in_flight: count(ApproximateNumberOfMessagesNotVisible)?,
            delayed: count(ApproximateNumberOfMessagesDelayed)?,
        })
    }
}
