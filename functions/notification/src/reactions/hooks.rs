//! What a webhook said, from the inbox: statuses move messages on, people who write open their window
//! and begin or end subscriptions.

use std::sync::Arc;

use event_store::{BoxError, ExecuteError, Request};
use lambda_entry::InboxRecord;
use messaging::Parking;
use notification_domain::Message;
use notification_domain::message::{MessageCommand, MessageRefusal};

use super::{chatted, wrote};
use crate::codes::CodeKey;
use crate::hook::{Heard, Said};
use crate::{Notifications, message_stream, window};

/// Acts on what webhooks said.
#[derive(Debug, Clone)]
pub struct Hooks {
    notifications: Notifications,
    parking: Parking,
    phone_number_id: Arc<str>,
    codes: CodeKey,
}

impl Hooks {
    /// Acts on what is said about this number; parks what cannot be read.
    #[must_use]
    pub fn new(
        notifications: Notifications,
        parking: Parking,
        phone_number_id: &str,
        codes: CodeKey,
    ) -> Self {
        Self { notifications, parking, phone_number_id: phone_number_id.into(), codes }
    }

    /// Whether the record has to come again.
    pub async fn handle(&self, record: &InboxRecord) -> bool {
        let said = serde_json::from_str::<Heard<'_>>(&record.body)
            .and_then(|heard| heard.read(&self.phone_number_id));
        let said = match said {
            Ok(said) => said,
            Err(error) => return !self.park(record, &error.to_string()).await,
        };
        for said in said {
            if let Err(error) = self.act(record, said).await {
                let error = kernel::error::chain(error.as_ref());
                tracing::warn!(message.id = record.message_id, error, "record will be delivered again");
                return true;
            }
        }
        false
    }

    async fn act(&self, record: &InboxRecord, said: Said) -> Result<(), BoxError> {
        let (notification, command, closed_at) = match said {
            Said::Wrote(writing) => {
                window::wrote(&self.notifications, &writing.phone, writing.at).await?;
                return wrote::act(&self.notifications, &self.codes, &writing).await;
            }
            Said::Chatted(chatting) => {
                return chatted::act(&self.notifications, &self.codes, &chatting).await;
            }
            Said::Status { channel, notification, status, at, reason } => {
                (notification, MessageCommand::Report { channel, status, at, reason }, None)
            }
            Said::OutsideWindow { notification, at, reason } => {
                (notification, MessageCommand::GiveBack { reason }, Some(at))
            }
        };
        let stream = message_stream(&self.notifications.tenant, notification);
        let correlation = self.notifications.ids.uuid().simple().to_string().parse()?;
        let provenance = self.notifications.own(correlation, Some(record.message_id.clone()));
        let request = Request::new(provenance);
        match self.notifications.store.execute::<Message>(&stream, &request, &command).await {
            Ok(outcome) => {
                // Also when the notice comes again: the first may have got no further than the message.
                let message = outcome.stream.state().planned();
                let phone = message.and_then(|message| message.plan.recipient.phone());
                if let (Some(at), Some(phone)) = (closed_at, phone) {
                    window::closed(&self.notifications, phone, at).await?;
                }
                Ok(())
            }
            Err(ExecuteError::Refused(MessageRefusal::Unknown)) => {
                tracing::warn!(notification.id = %notification, "a status of a message nobody here has sent");
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whether it is parked.
    async fn park(&self, record: &InboxRecord, reason: &str) -> bool {
        let tenant = &self.notifications.tenant;
        match self.parking.park(tenant, "hook", &record.message_id, reason, &record.body).await {
            Ok(()) => true,
            Err(error) => {
                let error = kernel::error::chain(&error);
                tracing::error!(message.id = record.message_id, error, "record not parked");
                false
            }
        }
    }
}
