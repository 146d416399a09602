//! How messages leave in a digest.
//!
//! ```text
//! news    planned ──▶ gathered ──▶ accepted ──▶ … as the digest
//!            └── every part has left or is full ──▶ planned, to leave by itself
//! digest  planned ──▶ queued ── not before it is due ──▶ sending ──▶ …
//! ```
//!
//! News that are told in a digest are messages like any other, so a fact that comes twice meets them. What they leave by is
//! another message, the digest. Whether a digest still gathers is decided in its own stream, as is whether it is sent, so each
//! news is in one digest or in none, whatever crashes: a digest that has begun to leave gathers nothing more. What a digest refused once
//! it refuses for ever, so that whoever looks for the part that takes some news, and looks again after a crash, ends at the same part.

#[cfg(test)]
mod tests;

use kernel::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{MessageEvent, MessageRefusal, Plan, Planned, State};
use crate::NotificationId;
use crate::template::fits_digest;

/// Position of the event that plans a message the first time.
const FIRST: u64 = 1;

/// Where news are told instead of by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestEntry {
    /// When the digest leaves.
    pub due: Timestamp,
    /// What it says of them, in one line.
    pub line: String,
}

/// What a digest has gathered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct News {
    /// The message that it is told for.
    pub notification: NotificationId,
    /// What is said of it, in one line.
    pub line: String,
}

/// Asked of a digest: begins it as `plan` says when these are its first news.
pub(super) fn gather(
    digest: Option<&Planned>,
    plan: &Plan,
    news: &News,
) -> Result<Vec<MessageEvent>, MessageRefusal> {
    let gathered = MessageEvent::NewsGathered { news: news.clone() };
    let Some(digest) = digest else {
        return Ok(vec![MessageEvent::NotificationPlanned { plan: Box::new(plan.clone()) }, gathered]);
    };
    if digest.news.iter().any(|earlier| earlier.notification == news.notification) {
        return Ok(vec![]);
    }
    // Stopped and sent after all it stands as if it had never left.
    let again = digest.planned_in > FIRST;
    if !matches!(digest.state, State::Planned | State::Queued) || digest.attempts > 0 || again {
        return Err(MessageRefusal::Left);
    }
    if !fits_digest(&with_line(&digest.plan.text, &news.line)) {
        return Err(MessageRefusal::Full);
    }
    Ok(vec![gathered])
}

/// Asked of news: this digest has them.
pub(super) fn gathered(news: &Planned, digest: NotificationId) -> Vec<MessageEvent> {
    if news.awaits_digest() { vec![MessageEvent::NotificationGathered { digest }] } else { vec![] }
}

/// Asked of news: no digest takes them.
pub(super) fn release(news: &Planned) -> Vec<MessageEvent> {
    if news.awaits_digest() { vec![MessageEvent::NotificationReleased] } else { vec![] }
}

/// Asked of news: the digest that has them stands like this. What is said late or again is no news.
pub(super) fn follow(news: &Planned, digest: NotificationId, stands: &DigestStands) -> Vec<MessageEvent> {
    let failed_there = stands.state == State::Failed && news.state == State::Accepted;
    // It may stand there before anybody recorded that these news are in it.
    let mut events = gathered(news, digest);
    let follows = !events.is_empty() || news.digest_id == Some(digest);
    if follows && (stands.state > news.state || failed_there) {
        let (at, reason) = (stands.at, stands.reason.clone());
        events.push(MessageEvent::DigestMoved { state: stands.state, at, reason });
    }
    events
}

/// How a digest stands, as its news follow it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestStands {
    /// Where it stands.
    pub state: State,
    /// Since when, where the provider says.
    pub at: Option<Timestamp>,
    /// Why it failed.
    pub reason: Option<String>,
}

impl DigestStands {
    /// What the news of a digest follow; `None` while it is on its way, and of what is no digest.
    #[must_use]
    pub fn of(digest: &Planned) -> Option<Self> {
        let on_its_way = matches!(digest.state, State::Planned | State::Queued | State::Sending);
        if digest.news.is_empty() || on_its_way {
            return None;
        }
        let status = digest.instants.iter().find(|(status, _)| status.state() == digest.state);
        Some(Self { state: digest.state, at: status.map(|(_, at)| *at), reason: digest.failure.clone() })
    }
}

/// What a digest says with one more line.
pub(super) fn with_line(text: &str, line: &str) -> String {
    format!("{text}\n{line}")
}
