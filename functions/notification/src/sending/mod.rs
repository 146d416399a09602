//! The channels' queues: each message of them is an order to send one notification.
//!
//! An order stays in the queue until its notification needs no call any more. While the provider is down or busy, or the
//! outcome of a call is not known, it is hidden for as long as that takes ([`Queues::hold`](crate::ports::Queues::hold)) and
//! comes back; orders to the same phone wait behind it, so that people read about deals in their order.

mod deliver;

use std::sync::Arc;

use async_trait::async_trait;
use lambda_entry::{InboxHandler, InboxRecord};
use messaging::Parking;

use crate::Notifications;
use crate::ports::{Messengers, SendOrder};
use crate::provider::Providers;
use crate::quiet_hours::Quiet;

/// What becomes of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It leaves the queue.
    Done,
    /// It comes back after so long, in milliseconds.
    Hold(i64),
}

/// Carries orders out.
#[derive(Clone)]
pub struct Sender {
    notifications: Notifications,
    providers: Providers,
    messengers: Messengers,
    quiet: Quiet,
    parking: Parking,
}

impl std::fmt::Debug for Sender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sender").field("notifications", &self.notifications).finish_non_exhaustive()
    }
}

impl Sender {
    /// Sends through `messengers`; parks orders that cannot be read.
    #[must_use]
    pub fn new(notifications: Notifications, messengers: Messengers, parking: Parking) -> Self {
        let providers = Providers::of(&notifications);
        Self { notifications, providers, messengers, quiet: Quiet::default(), parking }
    }

    /// Whether the record has to come again.
    pub async fn handle(&self, record: &InboxRecord) -> bool {
        let order = match serde_json::from_str::<SendOrder>(&record.body) {
            Ok(order) => order,
            Err(error) => return !self.park(record, &error.to_string()).await,
        };
        let wait_ms = match self.deliver(&order).await {
            Ok(Verdict::Done) => return false,
            Ok(Verdict::Hold(wait_ms)) => wait_ms,
            Err(error) => {
                let error = kernel::error::chain(error.as_ref());
                tracing::warn!(notification.id = %order.send, error, "order will be delivered again");
                return true;
            }
        };
        if let Err(error) =
            self.notifications.queues.hold(order.channel, &record.receipt_handle, wait_ms).await
        {
            // Then it comes again as soon as the queue sees fit.
            let error = kernel::error::chain(error.as_ref());
            tracing::warn!(notification.id = %order.send, error, "order could not be held");
        }
        true
    }

    /// Whether it is parked.
    async fn park(&self, record: &InboxRecord, reason: &str) -> bool {
        let tenant = &self.notifications.tenant;
        match self.parking.park(tenant, "order", &record.message_id, reason, &record.body).await {
            Ok(()) => true,
            Err(error) => {
                let error = kernel::error::chain(&error);
                tracing::error!(message.id = record.message_id, error, "order not parked");
                false
            }
        }
    }
}

/// Tells the queues of this context apart, and hands each to whoever reads it.
#[derive(Clone)]
pub struct Desk {
    sender: Sender,
    inbox: Arc<dyn InboxHandler>,
    hooks: crate::reactions::Hooks,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("sender", &self.sender).finish_non_exhaustive()
    }
}

impl Desk {
    /// Orders go to `sender`, what webhooks said to `hooks`, everything else to `inbox`.
    #[must_use]
    pub fn new(sender: Sender, hooks: crate::reactions::Hooks, inbox: Arc<dyn InboxHandler>) -> Self {
        Self { sender, inbox, hooks }
    }
}

#[async_trait]
impl InboxHandler for Desk {
    async fn handle(&self, records: Vec<InboxRecord>) -> Vec<String> {
        let mut again = Vec::new();
        let mut others = Vec::new();
        for record in records {
            let comes_again = if record.body.starts_with(r#"{"send""#) {
                self.sender.handle(&record).await
            } else if record.body.starts_with(r#"{"hook""#) {
                self.hooks.handle(&record).await
            } else {
                others.push(record);
                continue;
            };
            if comes_again {
                again.push(record.message_id);
            }
        }
        if !others.is_empty() {
            again.extend(self.inbox.handle(others).await);
        }
        again
    }
}
