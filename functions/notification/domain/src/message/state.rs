use std::collections::BTreeMap;

use kernel::{Recorded, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::digest::with_line;
use super::{Form, MessageEvent, News, Plan, SETTLE_MS, WORTH_SENDING_MS};
use crate::{Address, NotificationId};

/// Where a message stands. The order is the one in which it moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It shall be sent.
    Planned,
    /// It lies in the queue.
    Queued,
    /// A digest will tell it.
    Gathered,
    /// A call is being made, or its outcome is not known yet.
    Sending,
    /// It waited too long.
    Expired,
    /// A person stopped it.
    Suppressed,
    /// It will never arrive.
    Failed,
    /// The provider has it.
    Accepted,
    /// It has left the provider.
    Sent,
    /// It is on the phone.
    Delivered,
    /// It was looked at.
    Read,
}

impl State {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Queued => "queued",
            Self::Gathered => "gathered",
            Self::Sending => "sending",
            Self::Expired => "expired",
            Self::Suppressed => "suppressed",
            Self::Failed => "failed",
            Self::Accepted => "accepted",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
        }
    }
}

/// What the provider tells of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ProviderStatus {
    /// It could not be delivered.
    Failed,
    /// It has left the provider.
    Sent,
    /// It is on the phone.
    Delivered,
    /// It was looked at.
    Read,
}

impl ProviderStatus {
    const ALL: [Self; 4] = [Self::Failed, Self::Sent, Self::Delivered, Self::Read];

    /// The status that says so of a message, if one does.
    fn of(state: State) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.state() == state)
    }

    pub(super) const fn state(self) -> State {
        match self {
            Self::Failed => State::Failed,
            Self::Sent => State::Sent,
            Self::Delivered => State::Delivered,
            Self::Read => State::Read,
        }
    }
}

/// The last call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When it began.
    pub at: Timestamp,
    /// How it was sent.
    pub form: Form,
    /// What went wrong, as `class: reason`, when that is known.
    pub fault: Option<String>,
}

/// A planned message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// What is to be told to whom.
    pub plan: Box<Plan>,
    /// Position of the event that planned it, or had it sent after all: names the order to send it.
    pub planned_in: u64,
    /// When it was planned.
    pub planned_at: Timestamp,
    /// Since when it is worth sending: planned, due, or last retried by a person.
    pub worth_since: Timestamp,
    /// Where it stands.
    pub state: State,
    /// How many of the recipient's addresses are given up.
    pub given_up: usize,
    /// Calls made so far.
    pub attempts: u32,
    /// The last of them.
    pub last_attempt: Option<Attempt>,
    /// Whether only a template will do: the provider gave the text back.
    pub template_only: bool,
    /// Whether the recipient may have got it twice.
    pub possibly_duplicate: bool,
    /// Its id at the provider.
    pub provider_id: Option<String>,
    /// When the provider says that each thing happened.
    pub instants: BTreeMap<ProviderStatus, Timestamp>,
    /// Why it failed.
    pub failure: Option<String>,
    /// The digest that tells it.
    pub digest_id: Option<NotificationId>,
    /// Of a digest: what it tells.
    pub news: Vec<News>,
}

impl Planned {
    pub(super) fn new(plan: Box<Plan>, planned_in: u64, at: Timestamp) -> Self {
        let worth_since = plan.due.map_or(at, |due| due.max(at));
        Self {
            plan,
            planned_in,
            planned_at: at,
            worth_since,
            state: State::Planned,
            given_up: 0,
            attempts: 0,
            last_attempt: None,
            template_only: false,
            possibly_duplicate: false,
            provider_id: None,
            instants: BTreeMap::new(),
            failure: None,
            digest_id: None,
            news: Vec::new(),
        }
    }

    /// Whether it is to be told in a digest, and in which is not settled yet.
    #[must_use]
    pub fn awaits_digest(&self) -> bool {
        self.state == State::Planned && self.plan.digest.is_some()
    }

    /// How long it is not due yet, in milliseconds; `None` when it is.
    #[must_use]
    pub fn not_due_ms(&self, now: Timestamp) -> Option<i64> {
        let left = self.plan.due?.since_ms(now);
        (left > 0).then_some(left)
    }

    /// Where it is sent, or was at last.
    #[must_use]
    pub fn address(&self) -> &Address {
        self.plan.recipient.address(self.given_up)
    }

    /// Whether the answer of this attempt is still news: a status may have overtaken it, and moved the message on.
    pub(super) fn awaits(&self, attempt: u32) -> bool {
        self.state == State::Sending && self.attempts == attempt
    }

    /// Whether it waits and is not worth sending any more.
    #[must_use]
    pub fn outlived(&self, now: Timestamp) -> bool {
        matches!(self.state, State::Planned | State::Queued)
            && now.since_ms(self.worth_since) > WORTH_SENDING_MS
    }

    /// Until when the provider's word on the last call is waited for; `None` when it is not or has come.
    #[must_use]
    pub fn settles_at(&self) -> Option<Timestamp> {
        let attempt = self.last_attempt.as_ref().filter(|_| self.state == State::Sending)?;
        Some(attempt.at.plus_ms(SETTLE_MS))
    }

    /// How much longer the provider's word on the last call is waited for, in milliseconds; `None` when it is not.
    #[must_use]
    pub fn unsettled_ms(&self, now: Timestamp) -> Option<i64> {
        let left = self.settles_at()?.since_ms(now);
        (left > 0).then_some(left)
    }

    pub(super) fn after(mut self, recorded: &Recorded<MessageEvent>) -> Self {
        let at = recorded.at;
        match &recorded.event {
            MessageEvent::NotificationPlanned { .. } => {}
            MessageEvent::NotificationQueued => self.state = State::Queued,
            MessageEvent::SendingStarted { attempt, form, possibly_duplicate } => {
                self.state = State::Sending;
                self.attempts = *attempt;
                self.last_attempt = Some(Attempt { at, form: *form, fault: None });
                self.possibly_duplicate |= possibly_duplicate;
            }
            MessageEvent::SendingFailed { class, reason } => {
                self.state = State::Queued;
                self.note_fault(class, reason);
            }
            MessageEvent::SendingUnsettled { reason } => self.note_fault("unknown", reason),
            MessageEvent::TextGivenBack { reason } => {
                self.state = State::Planned;
                self.planned_in = recorded.sequence;
                self.template_only = true;
                self.note_fault("outside-window", reason);
            }
            MessageEvent::ChannelGivenUp { class, reason, .. } => {
                self.state = State::Planned;
                self.planned_in = recorded.sequence;
                self.given_up = self.given_up.saturating_add(1);
                self.failure = None;
                self.note_fault(class, reason);
            }
            MessageEvent::NotificationFailed { class, reason } => {
                self.state = State::Failed;
                self.failure = Some(format!("{class}: {reason}"));
                self.note_fault(class, reason);
            }
            MessageEvent::NotificationAccepted { provider_id } => {
                self.state = State::Accepted;
                self.provider_id = Some(provider_id.clone());
            }
            MessageEvent::StatusReported { status, at, reason } => {
                self.instants.insert(*status, *at);
                self.report(*status, reason.as_deref());
            }
            MessageEvent::NotificationExpired => self.state = State::Expired,
            MessageEvent::NotificationSuppressed => self.state = State::Suppressed,
            MessageEvent::NotificationRetried => {
                self.state = State::Planned;
                self.planned_in = recorded.sequence;
                self.worth_since = at;
                self.given_up = 0;
                self.failure = None;
                // What the provider said of the call that failed says nothing of the next one.
                self.instants.remove(&ProviderStatus::Failed);
            }
            MessageEvent::NewsGathered { news } => {
                self.plan.text = with_line(&self.plan.text, &news.line);
                self.news.push(news.clone());
            }
            MessageEvent::NotificationGathered { digest } => {
                self.state = State::Gathered;
                self.digest_id = Some(*digest);
            }
            MessageEvent::NotificationReleased => {
                self.planned_in = recorded.sequence;
                self.plan.digest = None;
            }
            MessageEvent::DigestMoved { state, at, reason } => {
                self.state = *state;
                self.failure.clone_from(reason);
                if let (Some(status), Some(at)) = (ProviderStatus::of(*state), at) {
                    self.instants.insert(status, *at);
                }
            }
        }
        self
    }

    /// Only what the provider may have can fail there, and what has left cannot; everything else moves forward only.
    fn report(&mut self, status: ProviderStatus, reason: Option<&str>) {
        if status == ProviderStatus::Failed {
            if matches!(self.state, State::Sending | State::Accepted) {
                self.state = State::Failed;
                self.failure = Some(reason.unwrap_or("the provider gave no reason").to_owned());
            }
        } else if status.state() > self.state {
            self.state = status.state();
            self.failure = None;
        }
    }

    fn note_fault(&mut self, class: &str, reason: &str) {
        if let Some(attempt) = &mut self.last_attempt {
            attempt.fault = Some(format!("{class}: {reason}"));
        }
    }
}
