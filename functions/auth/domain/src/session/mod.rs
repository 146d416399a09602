//! A session: one login on one device, kept alive by refresh tokens that are traded one for the next.
//!
//! ```text
//!          open                 refresh            end, or a token that
//! (none) ────────▶ open ──────────────────▶ open ─────────────────────▶ ended
//!                            (next token)         comes back too late
//! ```
//!
//! Rotation with detection of reuse follows RFC 9700, section 4.14.2: a token is good for one trade. Tabs that trade the same
//! token at the same moment all get one of their own, for [`GRACE_MS`]; later a traded token can only be a copy, and the session
//! ends. A token proves that it once belonged to the session by what all its tokens have in common (`family`), so that the old
//! ones need not be remembered to be recognized.

mod command;
mod error;
mod event;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use kernel::{Aggregate, Recorded, Timestamp};
use serde::{Deserialize, Serialize};

pub use command::{Command, Device, Presented};
pub use error::Refusal;
pub use event::{EndReason, Event};

use crate::{Fingerprint, UserId};

/// For how long a token may be traded again after it was traded, in milliseconds: tabs and lost answers.
pub const GRACE_MS: i64 = 10_000;
/// A session that is not used for so long is over, in milliseconds: a week.
pub const IDLE_MS: i64 = 7 * 24 * 60 * 60 * 1_000;
/// The longest a session lives, in milliseconds: thirty days.
pub const LONGEST_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
/// Tokens of one session that are good at the same time, tabs that were closed included; the oldest goes first.
pub const MOST_TOKENS: usize = 64;

/// The state of a session's stream.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    open: Option<Open>,
}

/// A session that was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// Whose it is.
    pub user_id: UserId,
    /// On what device it was opened.
    pub device: Device,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was last used.
    pub used_at: Timestamp,
    /// Why and since when it is over, if it is.
    pub ended: Option<(EndReason, Timestamp)>,
    family: Fingerprint,
    /// By generation: tokens that are good, and those that were traded a moment ago.
    tokens: BTreeMap<u32, Token>,
    generations: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Token {
    secret: Fingerprint,
    traded_at: Option<Timestamp>,
}

impl Session {
    /// The session; `None` before it is opened.
    #[must_use]
    pub const fn opened(&self) -> Option<&Open> {
        self.open.as_ref()
    }
}

impl Open {
    /// Which token was issued last, from 1.
    #[must_use]
    pub const fn generation(&self) -> u32 {
        self.generations
    }

    /// Whether a token with this in common belongs to it.
    #[must_use]
    pub fn is_family(&self, family: &Fingerprint) -> bool {
        self.family == *family
    }

    /// When it is over unless it is used before.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.used_at.plus_ms(IDLE_MS).min(self.opened_at.plus_ms(LONGEST_MS))
    }

    /// Whether it can still be used.
    #[must_use]
    pub fn is_live(&self, at: Timestamp) -> bool {
        self.ended.is_none() && at < self.expires_at()
    }

    fn refresh(&self, presented: &Presented, next: &Fingerprint, at: Timestamp) -> Result<Event, Refusal> {
        if presented.family != self.family || !(1..=self.generations).contains(&presented.generation) {
            return Err(Refusal::Unknown);
        }
        if self.ended.is_some() {
            return Err(Refusal::Ended);
        }
        if !self.is_live(at) {
            return Err(Refusal::Expired);
        }
        let refreshed = Event::Refreshed { presented: presented.generation, secret: next.clone() };
        match self.tokens.get(&presented.generation) {
            Some(token) if token.secret != presented.secret => Err(Refusal::Unknown),
            Some(token) if !token.is_past(at) => Ok(refreshed),
            // It had been traded, or so many came after it that it was forgotten.
            Some(_) | None => Ok(Event::Ended { reason: EndReason::Reused }),
        }
    }

    fn refreshed(&mut self, presented: u32, secret: &Fingerprint, at: Timestamp) {
        if let Some(token) = self.tokens.get_mut(&presented) {
            token.traded_at.get_or_insert(at);
        }
        self.tokens.retain(|_, token| !token.is_past(at));
        self.generations += 1;
        self.tokens.insert(self.generations, Token { secret: secret.clone(), traded_at: None });
        while self.tokens.len() > MOST_TOKENS {
            self.tokens.pop_first();
        }
        self.used_at = at;
    }
}

impl Token {
    /// Whether it was traded so long ago that whoever presents it has a copy.
    fn is_past(&self, at: Timestamp) -> bool {
        self.traded_at.is_some_and(|traded_at| at.since_ms(traded_at) > GRACE_MS)
    }
}

impl Aggregate for Session {
    const KIND: &'static str = "session";
    const SNAPSHOT_SCHEMA: Option<&'static str> = Some("session-1");

    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn decide(&self, command: &Command) -> Result<Vec<Event>, Refusal> {
        match (command, &self.open) {
            (Command::Open { user_id, family, secret, device }, None) => Ok(vec![Event::Opened {
                user_id: *user_id,
                family: family.clone(),
                secret: secret.clone(),
                device: device.clone(),
            }]),
            (Command::Open { .. }, Some(_)) => Err(Refusal::AlreadyOpen),
            (Command::Refresh { .. } | Command::End { .. }, None) => Err(Refusal::Unknown),
            (Command::Refresh { presented, next, at }, Some(open)) => {
                Ok(vec![open.refresh(presented, next, *at)?])
            }
            (Command::End { reason }, Some(open)) => {
                Ok(if open.ended.is_some() { Vec::new() } else { vec![Event::Ended { reason: *reason }] })
            }
        }
    }

    fn evolve(mut self, recorded: &Recorded<Event>) -> Self {
        let at = recorded.at;
        match (&mut self.open, &recorded.event) {
            (open, Event::Opened { user_id, family, secret, device }) => {
                *open = Some(Open {
                    user_id: *user_id,
                    device: device.clone(),
                    opened_at: at,
                    used_at: at,
                    ended: None,
                    family: family.clone(),
                    tokens: BTreeMap::from([(1, Token { secret: secret.clone(), traded_at: None })]),
                    generations: 1,
                });
            }
            (Some(open), Event::Refreshed { presented, secret }) => open.refreshed(*presented, secret, at),
            (Some(open), Event::Ended { reason }) => open.ended = Some((*reason, at)),
            // `decide` lets nothing happen to a session before it is opened.
            (None, _) => {}
        }
        self
    }

    fn to_snapshot(&self) -> Option<serde_json::Value> {
        serde_json::to_value(self).ok()
    }

    fn from_snapshot(snapshot: serde_json::Value) -> Option<Self> {
        serde_json::from_value(snapshot).ok()
    }
}
