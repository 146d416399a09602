//! One order, from the look at its notification to the record of what became of the call.

use event_store::{BoxError, Outcome, Request, Stream};
use notification_domain::message::{Form, MessageCommand, Planned, SETTLE_MS, State};
use notification_domain::{Address, Message};
use resilience::{Admission, FaultClass, Next, Report};

use super::{Sender, Verdict};
use crate::ports::{Outgoing, SendOrder, Sent};
use crate::provider::{RETRIES, Turn};
use crate::{Notifications, message_stream, window};

impl Sender {
    pub(super) async fn deliver(&self, order: &SendOrder) -> Result<Verdict, BoxError> {
        let notifications = self.notifications.of(&order.tenant);
        let stream: Stream<Message> =
            notifications.store.load(&message_stream(&order.tenant, order.send)).await?;
        let Some(message) = stream.state().planned() else {
            return Err("there is no such notification yet".into());
        };
        let address = message.address();
        // Its channel was given up since: another order lies in the next one's queue.
        if !needs_a_call(message) || address.channel() != order.channel {
            return Ok(Verdict::Done);
        }
        let now = notifications.clock.now();
        if let Some(left_ms) = message.unsettled_ms(now) {
            return Ok(Verdict::Hold(left_ms));
        }
        if let Some(left_ms) = message.not_due_ms(now) {
            return Ok(Verdict::Hold(left_ms));
        }
        if message.outlived(now) {
            // Nobody is called for it, so it must not take the one call that a broken provider is given.
            execute(&notifications, order, &MessageCommand::Expire { now }).await?;
            return Ok(Verdict::Done);
        }
        if let Some(left_ms) = self.quiet.left_ms(&notifications, &message.plan).await? {
            return Ok(Verdict::Hold(left_ms));
        }
        let admission = match self.providers.get(order.channel).turn(address).await? {
            Turn::Now(admission) => admission,
            Turn::Later(wait_ms) => return Ok(Verdict::Hold(wait_ms)),
        };
        let form = match address {
            Address::WhatsApp(_) if message.template_only => Form::Template,
            Address::WhatsApp(phone) => window::form(&notifications, phone).await?,
            Address::Telegram(_) | Address::Email(_) | Address::Sms(_) => Form::Text,
        };
        // Recorded before the call: whoever comes after a crash knows that there may have been one.
        let started = execute(&notifications, order, &MessageCommand::Start { now, form }).await?;
        let Some(message) = started.stream.state().planned() else { return Ok(Verdict::Done) };
        match (started.commit.is_some(), message.state) {
            (true, State::Sending) => self.call(&notifications, order, message, form, admission).await,
            // Somebody else has just started the same one.
            (false, State::Sending) => Ok(Verdict::Hold(SETTLE_MS)),
            _ => Ok(Verdict::Done),
        }
    }

    async fn call(
        &self,
        notifications: &Notifications,
        order: &SendOrder,
        message: &Planned,
        form: Form,
        admission: Admission,
    ) -> Result<Verdict, BoxError> {
        let outgoing = Outgoing { notification: order.send, plan: &message.plan, form };
        let sent = self.messengers.send(message.address(), &outgoing).await;
        let report = report(&sent);
        let recorded = record(notifications, order, message, sent).await;
        if let Err(error) = self.providers.get(order.channel).breaker.report(admission, &report).await {
            // The next call tells again.
            tracing::warn!(error = kernel::error::chain(&error), "the breaker was not told of a call");
        }
        recorded
    }
}

/// Records how a call went.
async fn record(
    notifications: &Notifications,
    order: &SendOrder,
    message: &Planned,
    sent: Sent,
) -> Result<Verdict, BoxError> {
    let attempt = message.attempts;
    match sent {
        Sent::Accepted { provider_id } => {
            tracing::info!(notification.id = %order.send, attempts = attempt, "message accepted");
            execute(notifications, order, &MessageCommand::Accept { attempt, provider_id }).await?;
            Ok(Verdict::Done)
        }
        Sent::Refused { class, reason } => {
            tracing::warn!(notification.id = %order.send, fault.class = class.name(), reason, "message refused");
            let next = RETRIES.after(class, attempt, notifications.ids.as_ref());
            let for_good = next == Next::GiveUp;
            let fail = MessageCommand::Fail { attempt, class: class.name().to_owned(), reason, for_good };
            execute(notifications, order, &fail).await?;
            Ok(match next {
                Next::GiveUp => Verdict::Done,
                Next::Again { wait_ms } => Verdict::Hold(i64::try_from(wait_ms).unwrap_or(i64::MAX)),
            })
        }
        Sent::OutsideWindow { reason } => {
            tracing::info!(notification.id = %order.send, reason, "the template follows");
            let now = notifications.clock.now();
            if let Address::WhatsApp(phone) = message.address() {
                window::closed(notifications, phone, now).await?;
            }
            execute(notifications, order, &MessageCommand::GiveBack { reason }).await?;
            // Planned again, it comes as a new order.
            Ok(Verdict::Done)
        }
        Sent::Unknown { reason } => {
            tracing::warn!(notification.id = %order.send, reason, "nobody knows whether the message left");
            execute(notifications, order, &MessageCommand::Doubt { attempt, reason }).await?;
            Ok(Verdict::Hold(SETTLE_MS))
        }
    }
}

const fn needs_a_call(message: &Planned) -> bool {
    matches!(message.state, State::Planned | State::Queued | State::Sending)
}

/// What a call says of the provider.
fn report(sent: &Sent) -> Report {
    match sent {
        Sent::Refused { class: FaultClass::Config, reason } => Report::Broken(reason.clone()),
        Sent::Refused { class, reason } if class.is_the_providers() => Report::Fails(reason.clone()),
        Sent::Unknown { reason } => Report::Fails(reason.clone()),
        Sent::Accepted { .. } | Sent::Refused { .. } | Sent::OutsideWindow { .. } => Report::Works,
    }
}

async fn execute(
    notifications: &Notifications,
    order: &SendOrder,
    command: &MessageCommand,
) -> Result<Outcome<Message>, BoxError> {
    let request = Request::new(notifications.own(order.correlation.clone(), None));
    let stream = message_stream(&order.tenant, order.send);
    Ok(notifications.store.execute::<Message>(&stream, &request, command).await?)
}
