//! The channels' queues (FIFO: one group an address) and this context's inbox on SQS.

use async_trait::async_trait;
use aws_sdk_sqs::Client;
use event_store::BoxError;
use notification_domain::{Address, Channel};
use sha2::{Digest as _, Sha256};

use crate::ports::{Queues, SendOrder};

/// Longest time a message can be hidden, in seconds
/// (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html>): twelve hours
/// from its receipt on, less the time that the receipt has lasted.
const LONGEST_HOLD_S: i64 = 11 * 3_600;

/// All the queues.
#[derive(Debug, Clone)]
pub struct SqsQueues {
    client: Client,
    channels: ChannelUrls,
    inbox_url: String,
}

/// URLs of the channels' queues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelUrls {
    /// Of WhatsApp.
    pub whatsapp: String,
    /// Of Telegram.
    pub telegram: String,
    /// Of e-mail.
    pub email: String,
    /// Of short messages.
    pub sms: String,
}

impl ChannelUrls {
    fn of(&self, channel: Channel) -> &str {
        match channel {
            Channel::WhatsApp => &self.whatsapp,
            Channel::Telegram => &self.telegram,
            Channel::Email => &self.email,
            Channel::Sms => &self.sms,
        }
    }
}

impl SqsQueues {
    /// The queues at these URLs.
    #[must_use]
    pub const fn new(client: Client, channels: ChannelUrls, inbox_url: String) -> Self {
        Self { client, channels, inbox_url }
    }
}

/// The group of an address: whoever looks at the queue shall not read numbers.
fn group(address: &Address, patient: bool) -> String {
    let line = if patient { "#patient" } else { "" };
    let digest = hex::encode(Sha256::digest(format!("{address}{line}")));
    digest.get(..32).unwrap_or(&digest).to_owned()
}

#[async_trait]
impl Queues for SqsQueues {
    async fn order(&self, order: &SendOrder, address: &Address, once: &str) -> Result<(), BoxError> {
        self.client
            .send_message()
            .queue_url(self.channels.of(order.channel))
            .message_body(serde_json::to_string(order)?)
            .message_group_id(group(address, order.patient))
            .message_deduplication_id(once)
            .send()
            .await?;
        Ok(())
    }

    async fn hold(&self, channel: Channel, receipt_handle: &str, wait_ms: i64) -> Result<(), BoxError> {
        let seconds = wait_ms.saturating_add(999).div_euclid(1_000).clamp(1, LONGEST_HOLD_S);
        self.client
            .change_message_visibility()
            .queue_url(self.channels.of(channel))
            .receipt_handle(receipt_handle)
            .visibility_timeout(i32::try_from(seconds)?)
            .send()
            .await?;
        Ok(())
    }

    async fn hear(&self, body: &str) -> Result<(), BoxError> {
        self.client.send_message().queue_url(&self.inbox_url).message_body(body).send().await?;
        Ok(())
    }
}
