//! What a person wrote: a code confirms a subscription, `STOP` ends them all, and either is answered.

use event_store::{BoxError, Request, Stream};
use kernel::CorrelationId;
use notification_domain::message::{MessageCommand, Notice, Plan, Wording};
use notification_domain::subscription::{By, Saying, Standing, State, SubscriptionCommand};
use notification_domain::template::{goodbye, welcome};
use notification_domain::{
    AudienceName, Message, NotificationId, Recipient, Subscriber, Subscription, SubscriptionId,
};
use uuid::Uuid;

use crate::codes::CodeKey;
use crate::commands::{end_subscription, pending};
use crate::hook::Writing;
use crate::{Notifications, message_stream, subscription_stream};

/// Namespace of the causes of answers: messages of people.
const WRITINGS: Uuid = Uuid::from_u128(0x81d4_f0a6_3b52_5e9c_b7c1_92e8_06fd_45a3);

/// As far as clocks may differ, in milliseconds. A `STOP` that is older than the request for a subscription, such as one that
/// is delivered again, says nothing of it.
const CLOCKS_MS: i64 = 60_000;

/// One message of a person, on its way through their subscriptions.
struct Reading<'a> {
    notifications: &'a Notifications,
    writing: &'a Writing,
    correlation: CorrelationId,
}

/// Acts on what somebody wrote. The same message again changes nothing, but is answered if a crash kept the answer back.
pub(super) async fn act(
    notifications: &Notifications,
    codes: &CodeKey,
    writing: &Writing,
) -> Result<(), BoxError> {
    let correlation = notifications.ids.uuid().simple().to_string().parse()?;
    let reading = Reading { notifications, writing, correlation };
    match Saying::of(&writing.text) {
        Saying::Code(code) => reading.confirm(codes, &code).await,
        Saying::Stop => reading.stop().await,
        Saying::Other => Ok(()),
    }
}

impl Reading<'_> {
    /// The code confirms the one subscription that it belongs to. One that belongs to none is a wrong guess at each that
    /// waits.
    async fn confirm(&self, codes: &CodeKey, code: &str) -> Result<(), BoxError> {
        let all = self.subscriptions().await?;
        let fits = |id: SubscriptionId, standing: &Standing| codes.digest(id, code) == standing.asked.code;
        let meant = all.iter().find(|(id, stream)| {
            let confirmed_by_this = |standing: &&Standing| {
                standing.state == State::Confirmed
                    && standing.confirmed_by.as_deref() == Some(&self.writing.message)
            };
            let standing = stream.state().standing();
            standing.filter(confirmed_by_this).or(pending(stream.state())).is_some_and(|it| fits(*id, it))
        });
        let asked: Vec<_> = match meant {
            Some(meant) => vec![meant],
            None => all.iter().filter(|(_, stream)| pending(stream.state()).is_some()).collect(),
        };
        for (id, stream) in asked {
            let command = SubscriptionCommand::Confirm {
                said: codes.digest(*id, code),
                message: self.writing.message.clone(),
                at: self.writing.at,
            };
            let store = &self.notifications.store;
            let outcome = store.execute::<Subscription>(stream.id(), &self.request(), &command).await?;
            let Some(standing) = outcome.stream.state().standing() else { continue };
            tracing::info!(subscription.id = %id, state = standing.state.as_str(), "a code was sent");
            if standing.state == State::Confirmed
                && standing.confirmed_by.as_deref() == Some(&self.writing.message)
            {
                let asked = &standing.asked;
                let text = welcome(asked.audience);
                self.answer(asked.recipient.clone(), Notice::SubscriptionConfirmed, text).await?;
            }
        }
        Ok(())
    }

    /// Ends every subscription of the phone.
    async fn stop(&self) -> Result<(), BoxError> {
        let mut told = None;
        for (id, stream) in self.subscriptions().await? {
            let Some(standing) = stream.state().standing() else { continue };
            if standing.requested_at.since_ms(self.writing.at) > CLOCKS_MS {
                continue;
            }
            let ended = end_subscription(self.notifications, &self.request(), id, By::Person).await?;
            // Also one that this very message ended before a crash: its answer is planned once.
            let stands = ended.stream.state().standing();
            if stands.is_some_and(|now| now.state == State::Ended) {
                told = Some(standing.asked.recipient.clone());
            }
        }
        match told {
            Some(recipient) => self.answer(recipient, Notice::SubscriptionEnded, goodbye()).await,
            None => Ok(()),
        }
    }

    /// The subscriptions of the phone, one for each audience, also those nobody has asked for.
    async fn subscriptions(&self) -> Result<Vec<(SubscriptionId, Stream<Subscription>)>, BoxError> {
        let tenant = &self.notifications.tenant;
        let mut all = Vec::new();
        for audience in AudienceName::ALL {
            let id = SubscriptionId::of(tenant, &self.writing.phone, audience);
            all.push((id, self.notifications.store.load(&subscription_stream(tenant, id)).await?));
        }
        Ok(all)
    }

    /// Plans an answer, once for each message.
    async fn answer(&self, subscriber: Subscriber, notice: Notice, text: String) -> Result<(), BoxError> {
        let tenant = &self.notifications.tenant;
        let template = Wording::Notice(notice);
        let cause = Uuid::new_v5(&WRITINGS, self.writing.message.as_bytes());
        let recipient = Recipient::from(subscriber);
        let id = NotificationId::of(tenant, cause, &recipient, template);
        let correlation_id = Some(self.correlation.clone());
        let plan = Plan { correlation_id, ..Plan::new(recipient, template, text) };
        let command = MessageCommand::Plan(Box::new(plan));
        let stream = message_stream(tenant, id);
        self.notifications.store.create::<Message>(&stream, &self.request(), &command).await?;
        Ok(())
    }

    fn request(&self) -> Request {
        let causation = Some(self.writing.message.clone());
        Request::new(self.notifications.own(self.correlation.clone(), causation))
    }
}
