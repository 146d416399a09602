//! A subscription: somebody joins an audience by sending a code from where they want to be told.
//!
//! ```text
//!            ┌──────────── asked for again: a new code ───────────┐
//!            ▼                                                    │
//! requested: pending ──the code──▶ confirmed ──STOP, or the firm──▶ ended
//!            │ └──────── five wrong codes ──▶ locked
//!            └──────────── a code, too late ──▶ expired
//! ```
//!
//! On WhatsApp the firm names the phone, and the phone proves itself with a code of four digits. On Telegram the firm hands out a
//! link with a long code, and the chat in which it is followed is the address. Either way nobody is told anything because somebody
//! else typed a number. Only the newest code counts, and only until it expires. A message that comes twice is one guess.

mod code;
mod command;
mod event;
mod invitation;
mod saying;
#[cfg(test)]
mod tests;

use kernel::{Aggregate, Recorded, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ChatId;

pub use code::{CodeDigest, CodeDigestError};
pub use command::{SubscriptionCommand, SubscriptionRefusal};
pub use event::{Asked, By, Place, Subscriber, SubscriptionEvent};
pub use invitation::{Invitation, InvitationError};
pub use saying::{CODE_DIGITS, Saying};

/// How long a code is good, in milliseconds: long enough to walk over to somebody.
pub const CODE_VALID_MS: i64 = 15 * 60_000;
/// How long a link is good, in milliseconds: nobody guesses its code, and it may have to be passed on first.
pub const LINK_VALID_MS: i64 = 24 * 3_600_000;
/// Wrong codes that lock a subscription: of ten thousand, five find the right one once in two thousand times.
pub const MOST_MISSES: usize = 5;

/// Where a subscription stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Its code is waited for.
    Pending,
    /// They are told.
    Confirmed,
    /// Its code came too late.
    Expired,
    /// Too many codes were wrong.
    Locked,
    /// They are told no more.
    Ended,
}

impl State {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::Expired => "expired",
            Self::Locked => "locked",
            Self::Ended => "ended",
        }
    }
}

/// A subscription that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// As what.
    pub asked: Box<Asked>,
    /// When, the last time.
    pub requested_at: Timestamp,
    /// Where it stands.
    pub state: State,
    /// Messages with a wrong code, since it was last asked for.
    pub missed: Vec<String>,
    /// The message that confirmed it.
    pub confirmed_by: Option<String>,
    /// When that was.
    pub confirmed_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// A subscription; `None` inside until it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subscription(Option<Standing>);

impl Subscription {
    /// As it stands, if it was ever asked for.
    #[must_use]
    pub const fn standing(&self) -> Option<&Standing> {
        self.0.as_ref()
    }
}

impl Aggregate for Subscription {
    const KIND: &'static str = "subscription";

    type Command = SubscriptionCommand;
    type Event = SubscriptionEvent;
    type Refusal = SubscriptionRefusal;

    fn decide(&self, command: &SubscriptionCommand) -> Result<Vec<SubscriptionEvent>, SubscriptionRefusal> {
        match (command, &self.0) {
            (SubscriptionCommand::Request(_), Some(Standing { state: State::Confirmed, .. })) => {
                Err(SubscriptionRefusal::Confirmed)
            }
            (SubscriptionCommand::Request(asked), _) => {
                Ok(vec![SubscriptionEvent::SubscriptionRequested { asked: asked.clone() }])
            }
            (_, None) => Err(SubscriptionRefusal::Unknown),
            (SubscriptionCommand::Confirm { said, message, at, chat }, Some(standing)) => {
                Ok(confirm(standing, *said, message, *at, *chat))
            }
            (SubscriptionCommand::End(by), Some(standing)) => Ok(match standing.state {
                State::Pending | State::Confirmed => vec![SubscriptionEvent::SubscriptionEnded { by: *by }],
                State::Expired | State::Locked | State::Ended => vec![],
            }),
        }
    }

    fn evolve(self, recorded: &Recorded<SubscriptionEvent>) -> Self {
        match (&recorded.event, self.0) {
            (SubscriptionEvent::SubscriptionRequested { asked }, _) => {
                Self(Some(Standing::new(asked.clone(), recorded.at)))
            }
            (_, None) => Self(None),
            (_, Some(standing)) => Self(Some(standing.after(recorded))),
        }
    }
}

fn confirm(
    standing: &Standing,
    said: CodeDigest,
    message: &str,
    at: Timestamp,
    chat: Option<ChatId>,
) -> Vec<SubscriptionEvent> {
    let message = message.to_owned();
    let elsewhere = chat.is_some() != matches!(standing.asked.recipient.place, Place::Chat { .. });
    if standing.state != State::Pending || standing.missed.contains(&message) || elsewhere {
        return vec![];
    }
    if at > standing.asked.expires_at {
        return vec![SubscriptionEvent::SubscriptionExpired];
    }
    if said == standing.asked.code {
        return vec![SubscriptionEvent::SubscriptionConfirmed { message, chat }];
    }
    let last = standing.missed.len().saturating_add(1) >= MOST_MISSES;
    let locked = last.then_some(SubscriptionEvent::SubscriptionLocked);
    std::iter::once(SubscriptionEvent::CodeMissed { message }).chain(locked).collect()
}

impl Standing {
    const fn new(asked: Box<Asked>, at: Timestamp) -> Self {
        Self {
            asked,
            requested_at: at,
            state: State::Pending,
            missed: Vec::new(),
            confirmed_by: None,
            confirmed_at: None,
            ended_at: None,
        }
    }

    fn after(mut self, recorded: &Recorded<SubscriptionEvent>) -> Self {
        match &recorded.event {
            SubscriptionEvent::SubscriptionRequested { .. } => {}
            SubscriptionEvent::CodeMissed { message } => self.missed.push(message.clone()),
            SubscriptionEvent::SubscriptionLocked => self.state = State::Locked,
            SubscriptionEvent::SubscriptionExpired => self.state = State::Expired,
            SubscriptionEvent::SubscriptionConfirmed { message, chat } => {
                if chat.is_some() {
                    self.asked.recipient.place = Place::Chat { chat: *chat };
                }
                self.state = State::Confirmed;
                self.confirmed_by = Some(message.clone());
                self.confirmed_at = Some(recorded.at);
            }
            SubscriptionEvent::SubscriptionEnded { .. } => {
                self.state = State::Ended;
                self.ended_at = Some(recorded.at);
            }
        }
        self
    }
}
