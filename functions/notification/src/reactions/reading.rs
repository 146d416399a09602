//! What a person says to their subscriptions, by whichever channel: the same message again changes nothing, but is answered if
//! a crash kept the answer back.

use event_store::{BoxError, Request, Stream};
use kernel::{CorrelationId, Timestamp};
use notification_domain::message::{MessageCommand, Notice, Plan, Wording};
use notification_domain::subscription::{By, CodeDigest, Standing, State, SubscriptionCommand};
use notification_domain::template::{goodbye, welcome};
use notification_domain::{ChatId, Message, NotificationId, Recipient, Subscription, SubscriptionId};
use uuid::Uuid;

use crate::commands::end_subscription;
use crate::{Notifications, message_stream, subscription_stream};

/// As far as clocks may differ, in milliseconds. A `STOP` that is older than the request for a subscription, such as one that
/// is delivered again, says nothing of it.
const CLOCKS_MS: i64 = 60_000;

/// A message that a person sent.
pub(super) struct Sent {
    /// Tells it from every other message.
    pub(super) message: String,
    /// When, by the provider's clock.
    pub(super) at: Timestamp,
    /// The chat it came from; `None` when it came from a phone.
    pub(super) chat: Option<ChatId>,
    /// What answers to it are made of.
    pub(super) cause: Uuid,
}

/// One message of a person, on its way through their subscriptions.
pub(super) struct Reading<'a> {
    notifications: &'a Notifications,
    sent: Sent,
    correlation: CorrelationId,
}

impl<'a> Reading<'a> {
    pub(super) fn new(notifications: &'a Notifications, sent: Sent) -> Result<Self, BoxError> {
        let correlation = notifications.ids.uuid().simple().to_string().parse()?;
        Ok(Self { notifications, sent, correlation })
    }

    pub(super) async fn load(&self, id: SubscriptionId) -> Result<Stream<Subscription>, BoxError> {
        let stream = subscription_stream(&self.notifications.tenant, id);
        Ok(self.notifications.store.load(&stream).await?)
    }

    /// Whether this very message has confirmed it.
    pub(super) fn has_confirmed(&self, standing: &Standing) -> bool {
        standing.state == State::Confirmed && standing.confirmed_by.as_ref() == Some(&self.sent.message)
    }

    /// Says the code to a subscription that exists, and welcomes whoever has confirmed it by that. Gives whether they have.
    pub(super) async fn confirm(&self, id: SubscriptionId, said: CodeDigest) -> Result<bool, BoxError> {
        let Sent { message, at, chat, .. } = &self.sent;
        let command = SubscriptionCommand::Confirm { said, message: message.clone(), at: *at, chat: *chat };
        let stream = subscription_stream(&self.notifications.tenant, id);
        let store = &self.notifications.store;
        let outcome = store.execute::<Subscription>(&stream, &self.request(), &command).await?;
        let Some(standing) = outcome.stream.state().standing() else { return Ok(false) };
        tracing::info!(subscription.id = %id, state = standing.state.as_str(), "a code was sent");
        match standing.asked.recipient.recipient().filter(|_| self.has_confirmed(standing)) {
            Some(recipient) => {
                let text = welcome(standing.asked.audience);
                self.answer(recipient, Notice::SubscriptionConfirmed, text).await?;
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// Ends these subscriptions, and takes leave once. Gives whether there was any.
    pub(super) async fn end(&self, ids: impl IntoIterator<Item = SubscriptionId>) -> Result<bool, BoxError> {
        let mut told = None;
        for id in ids {
            let stream = self.load(id).await?;
            let Some(standing) = stream.state().standing() else { continue };
            if standing.requested_at.since_ms(self.sent.at) > CLOCKS_MS {
                continue;
            }
            let ended = end_subscription(self.notifications, &self.request(), id, By::Person).await?;
            // Also one that this very message ended before a crash: its answer is planned once.
            let stands = ended.stream.state().standing();
            if stands.is_some_and(|now| now.state == State::Ended) {
                told = standing.asked.recipient.recipient();
            }
        }
        match told {
            Some(recipient) => {
                self.answer(recipient, Notice::SubscriptionEnded, goodbye()).await?;
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// Plans an answer, once for each message.
    pub(super) async fn answer(
        &self,
        recipient: Recipient,
        notice: Notice,
        text: String,
    ) -> Result<(), BoxError> {
        let tenant = &self.notifications.tenant;
        let template = Wording::Notice(notice);
        let id = NotificationId::of(tenant, self.sent.cause, &recipient, template);
        let correlation_id = Some(self.correlation.clone());
        let plan = Plan { correlation_id, ..Plan::new(recipient, template, text) };
        let command = MessageCommand::Plan(Box::new(plan));
        let stream = message_stream(tenant, id);
        self.notifications.store.create::<Message>(&stream, &self.request(), &command).await?;
        Ok(())
    }

    fn request(&self) -> Request {
        let causation = Some(self.sent.message.clone());
        Request::new(self.notifications.own(self.correlation.clone(), causation))
    }
}
