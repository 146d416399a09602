//! One message to one recipient, and what becomes of it.
//!
//! ```text
//! planned ──▶ queued ──▶ sending ──▶ accepted ──▶ sent ──▶ delivered ──▶ read
//!    ▲           │          │  └─ failed for the moment: queued again     │
//!    │           ├─▶ expired│                                             │
//!    │           └─▶ suppressed (a person)                                │
//!    └── a person retries ── failed ◀─── never possible, or the provider gave up
//! ```
//!
//! Before each call `sending` is recorded. Whoever finds it recorded later cannot know whether that call had its effect: it
//! waits for the provider's word ([`SETTLE_MS`]) and only then sends again, and the message says so (`possibly_duplicate`).
//! A recipient may have several channels: where a message certainly cannot arrive by one, it is planned again for the next.
//! A text that the provider gives back because the recipient's window is closed is planned again, as a template.
//! The provider's word arrives late, twice and in any order: each instant is kept, and the state only ever moves forward. It may
//! also overtake the answer of the call, which then is old news: an answer counts only while its own attempt is waited for.

mod command;
mod digest;
mod event;
mod state;
#[cfg(test)]
mod tests;
mod wording;

use kernel::{Aggregate, Recorded, Timestamp};

use crate::Channel;

pub use command::{MessageCommand, MessageRefusal};
pub use digest::{DigestEntry, DigestStands, News};
pub use event::{Form, MessageEvent, Plan};
pub use state::{Attempt, Planned, ProviderStatus, State};
pub use wording::{Notice, Wording};

/// How long the provider's word is waited for after a call whose outcome is unknown, in milliseconds. Statuses usually
/// arrive within seconds.
pub const SETTLE_MS: i64 = 120_000;
/// How long a message is worth sending, in milliseconds: a day.
pub const WORTH_SENDING_MS: i64 = 24 * 3_600_000;

/// A message; `None` inside until it is planned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message(Option<Planned>);

impl Message {
    /// What is planned, if anything is.
    #[must_use]
    pub const fn planned(&self) -> Option<&Planned> {
        self.0.as_ref()
    }
}

impl Aggregate for Message {
    const KIND: &'static str = "notification";

    type Command = MessageCommand;
    type Event = MessageEvent;
    type Refusal = MessageRefusal;

    fn decide(&self, command: &MessageCommand) -> Result<Vec<MessageEvent>, MessageRefusal> {
        match (command, &self.0) {
            (MessageCommand::Plan(plan), None) => {
                Ok(vec![MessageEvent::NotificationPlanned { plan: plan.clone() }])
            }
            // The same fact again.
            (MessageCommand::Plan(_), Some(_)) => Ok(vec![]),
            (MessageCommand::Gather { plan, news }, digest) => digest::gather(digest.as_ref(), plan, news),
            (_, None) => Err(MessageRefusal::Unknown),
            (MessageCommand::Gathered { digest }, Some(news)) => Ok(digest::gathered(news, *digest)),
            (MessageCommand::Release, Some(news)) => Ok(digest::release(news)),
            (MessageCommand::Follow { digest, stands }, Some(news)) => {
                Ok(digest::follow(news, *digest, stands))
            }
            // By the time this is said the order may have been carried out, and the message planned again, for another order.
            (MessageCommand::Queue { planned_in }, Some(message))
                if message.state == State::Planned
                    && !message.awaits_digest()
                    && message.planned_in == *planned_in =>
            {
                Ok(vec![MessageEvent::NotificationQueued])
            }
            (MessageCommand::Queue { .. }, Some(_)) => Ok(vec![]),
            (MessageCommand::Expire { now }, Some(message)) if message.outlived(*now) => {
                Ok(vec![MessageEvent::NotificationExpired])
            }
            (MessageCommand::Expire { .. }, Some(_)) => Ok(vec![]),
            (MessageCommand::Start { now, form }, Some(message)) => Ok(start(message, *now, *form)),
            (
                MessageCommand::Accept { attempt, .. }
                | MessageCommand::Fail { attempt, .. }
                | MessageCommand::Doubt { attempt, .. },
                Some(message),
            ) if !message.awaits(*attempt) => Ok(vec![]),
            (MessageCommand::Accept { provider_id, .. }, Some(_)) => {
                Ok(vec![MessageEvent::NotificationAccepted { provider_id: provider_id.clone() }])
            }
            (MessageCommand::Fail { class, reason, for_good, .. }, Some(message)) => {
                Ok(vec![fail(message, class, reason, *for_good)])
            }
            (MessageCommand::Doubt { reason, .. }, Some(_)) => {
                Ok(vec![MessageEvent::SendingUnsettled { reason: reason.clone() }])
            }
            (MessageCommand::GiveBack { reason }, Some(message)) => Ok(give_back(message, reason)),
            (MessageCommand::Report { channel, status, at, reason }, Some(message)) => {
                Ok(report(message, *channel, *status, *at, reason.as_deref()))
            }
            (MessageCommand::Retry, Some(message)) => retry(message),
            (MessageCommand::Cancel, Some(message)) => cancel(message),
        }
    }

    fn evolve(self, recorded: &Recorded<MessageEvent>) -> Self {
        match (&recorded.event, self.0) {
            (MessageEvent::NotificationPlanned { plan }, _) => {
                Self(Some(Planned::new(plan.clone(), recorded.sequence, recorded.at)))
            }
            (_, None) => Self(None),
            (_, Some(message)) => Self(Some(message.after(recorded))),
        }
    }
}

fn start(message: &Planned, now: Timestamp, form: Form) -> Vec<MessageEvent> {
    let attempt = message.attempts.saturating_add(1);
    match message.state {
        State::Queued | State::Planned if message.outlived(now) => {
            vec![MessageEvent::NotificationExpired]
        }
        State::Queued | State::Planned => {
            vec![MessageEvent::SendingStarted { attempt, form, possibly_duplicate: false }]
        }
        // Nobody knows what became of the last attempt, and its time is up.
        State::Sending if message.unsettled_ms(now).is_none() => {
            vec![MessageEvent::SendingStarted { attempt, form, possibly_duplicate: true }]
        }
        _ => vec![],
    }
}

fn fail(message: &Planned, class: &str, reason: &str, for_good: bool) -> MessageEvent {
    let (class, reason) = (class.to_owned(), reason.to_owned());
    if for_good {
        next_channel(message, &class, &reason).unwrap_or(MessageEvent::NotificationFailed { class, reason })
    } else {
        MessageEvent::SendingFailed { class, reason }
    }
}

/// The recipient's next channel, if there is one.
fn next_channel(message: &Planned, class: &str, reason: &str) -> Option<MessageEvent> {
    message.plan.recipient.has_another(message.given_up).then(|| MessageEvent::ChannelGivenUp {
        channel: message.address().channel(),
        class: class.to_owned(),
        reason: reason.to_owned(),
    })
}

/// Only a text can be outside the window: the same said of a text whose template is on its way already is old news.
fn give_back(message: &Planned, reason: &str) -> Vec<MessageEvent> {
    let text = message.last_attempt.as_ref().is_some_and(|attempt| attempt.form == Form::Text)
        && message.address().channel() == Channel::WhatsApp;
    match message.state {
        State::Sending | State::Accepted if text => {
            vec![MessageEvent::TextGivenBack { reason: reason.to_owned() }]
        }
        _ => vec![],
    }
}

/// That it arrived may be said by a channel that was given up. That it did not is news of the present one only.
fn report(
    message: &Planned,
    channel: Channel,
    status: ProviderStatus,
    at: Timestamp,
    reason: Option<&str>,
) -> Vec<MessageEvent> {
    let failed = status == ProviderStatus::Failed;
    if message.instants.contains_key(&status) || (failed && message.address().channel() != channel) {
        return vec![];
    }
    let fails_now = failed && matches!(message.state, State::Sending | State::Accepted);
    let next =
        fails_now.then(|| next_channel(message, "status", reason.unwrap_or("no reason given"))).flatten();
    let reported = || MessageEvent::StatusReported { status, at, reason: reason.map(str::to_owned) };
    vec![next.unwrap_or_else(reported)]
}

fn retry(message: &Planned) -> Result<Vec<MessageEvent>, MessageRefusal> {
    if message.digest_id.is_some() {
        return Err(MessageRefusal::InDigest);
    }
    match message.state {
        State::Failed | State::Expired | State::Suppressed => Ok(vec![MessageEvent::NotificationRetried]),
        // It is on its way already.
        State::Planned | State::Queued | State::Gathered | State::Sending => Ok(vec![]),
        State::Accepted | State::Sent | State::Delivered | State::Read => Err(MessageRefusal::Gone),
    }
}

fn cancel(message: &Planned) -> Result<Vec<MessageEvent>, MessageRefusal> {
    if message.digest_id.is_some() {
        return Err(MessageRefusal::InDigest);
    }
    match message.state {
        // By now it may be in a digest, and that may have left.
        State::Planned if message.awaits_digest() => Err(MessageRefusal::OnItsWay),
        State::Planned | State::Queued => Ok(vec![MessageEvent::NotificationSuppressed]),
        State::Suppressed | State::Failed | State::Expired => Ok(vec![]),
        State::Gathered | State::Sending => Err(MessageRefusal::OnItsWay),
        State::Accepted | State::Sent | State::Delivered | State::Read => Err(MessageRefusal::Gone),
    }
}
