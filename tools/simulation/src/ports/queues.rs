//! The queues of the notification context over the network.

use std::sync::Arc;

use async_trait::async_trait;
use event_store::BoxError;
use notification::ports::{Queues, SendOrder};
use notification_domain::{Address, Channel};

use crate::platform::fifo::Fifo;
use crate::platform::queue::Queue;
use crate::ports::io::{Io, Lost};

/// The queues as they are on the server.
#[derive(Clone)]
pub struct QueueSet {
    /// Of what is said to the context.
    pub inbox: Arc<Queue>,
    /// Of orders to send by WhatsApp.
    pub whatsapp: Arc<Fifo>,
    /// Of orders to send short messages.
    pub sms: Arc<Fifo>,
}

impl QueueSet {
    /// The queue of a channel.
    fn channel(&self, channel: Channel) -> Result<Arc<Fifo>, BoxError> {
        match channel {
            Channel::WhatsApp => Ok(Arc::clone(&self.whatsapp)),
            Channel::Sms => Ok(Arc::clone(&self.sms)),
            Channel::Telegram | Channel::Email => Err(format!("nobody here is told by {channel}").into()),
        }
    }
}

/// Sends, hides and hears for one instance.
pub struct QueuesPort {
    io: Io,
    queues: QueueSet,
}

impl QueuesPort {
    /// As seen from one instance.
    #[must_use]
    pub const fn new(io: Io, queues: QueueSet) -> Self {
        Self { io, queues }
    }
}

fn failed(lost: Lost) -> BoxError {
    lost.into()
}

#[async_trait]
impl Queues for QueuesPort {
    async fn order(&self, order: &SendOrder, address: &Address, once: &str) -> Result<(), BoxError> {
        let queue = self.queues.channel(order.channel)?;
        let group = if order.patient { format!("{address}, patiently") } else { address.to_string() };
        let (once, body) = (once.to_owned(), serde_json::to_string(order)?);
        let subject = order.send.uuid();
        let serve = async move { queue.send(group, once, body, subject) };
        self.io.write("queue.order", || order.send.to_string(), serve).await.map_err(failed)
    }

    async fn hold(&self, channel: Channel, receipt_handle: &str, wait_ms: i64) -> Result<(), BoxError> {
        let queue = self.queues.channel(channel)?;
        let receipt = receipt_handle.to_owned();
        let serve = async move { queue.hide(&receipt, wait_ms) };
        let subject = || format!("{receipt_handle} for {wait_ms} ms");
        let hidden = self.io.write("queue.hold", subject, serve).await.map_err(failed)?;
        if hidden { Ok(()) } else { Err("the receipt is not valid any more".into()) }
    }

    async fn hear(&self, body: &str) -> Result<(), BoxError> {
        let (inbox, heard): (_, Arc<str>) = (Arc::clone(&self.queues.inbox), body.into());
        let serve = async move { inbox.send(heard, None) };
        self.io.write("queue.hear", || "a webhook".to_owned(), serve).await.map_err(failed)
    }
}
