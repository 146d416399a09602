//! The life of every message, followed event by event by rules of its own: a second set of books that shares no code with the
//! aggregate.

use std::collections::{BTreeMap, BTreeSet};

use event_store::{Commit, StreamId};
use kernel::{Aggregate as _, Timestamp};
use notification_domain::Message;
use serde_json::Value;

use crate::faults::Sight;

/// For how long the provider's word is waited for, in milliseconds, less what the clocks of two machines may differ.
const SETTLED_MS: i64 = 120_000 - 500;

/// The words of a digest, by name.
const DIGEST: &str = "digest";

/// What is told to whom: of which deal, or in which digest by when it is due; in which words; at which number.
pub type Told = (String, String, String);

/// A message.
#[derive(Debug, Clone, Default)]
pub struct Life {
    /// What it tells.
    pub told: Told,
    /// Where it stands, as it is written.
    pub state: String,
    /// Calls so far.
    pub attempts: u64,
    /// Whether its recipient may have got it twice.
    pub possibly_duplicate: bool,
    /// When it was planned.
    pub planned_at: Timestamp,
    /// When it was first known to be taken.
    pub taken_at: Option<Timestamp>,
    /// Whether it is to be told in a digest.
    pub awaits_digest: bool,
    /// The stream of the digest that tells it.
    pub digest: Option<String>,
    /// Of a digest: the streams of what it tells.
    pub news: BTreeSet<String>,
    started_at: Timestamp,
    statuses: BTreeSet<String>,
}

/// All messages.
#[derive(Debug, Default)]
pub struct Lives(BTreeMap<StreamId, Life>);

impl Lives {
    /// By stream.
    #[must_use]
    pub const fn all(&self) -> &BTreeMap<StreamId, Life> {
        &self.0
    }

    /// Follows a commit; gives what there was to see.
    ///
    /// # Errors
    /// When something happens that may not.
    pub fn follow(&mut self, commit: &Commit) -> Result<Vec<Sight>, String> {
        let mut sights = Vec::new();
        if commit.stream.kind() != Message::KIND {
            return Ok(sights);
        }
        for event in &commit.events {
            let kind = event.data.get("type").and_then(Value::as_str).unwrap_or_default();
            let followed = if kind == "notification_planned" {
                self.plan(commit, &event.data, &mut sights)
            } else {
                let life = self.0.get_mut(&commit.stream).ok_or("nothing was planned")?;
                life.after(kind, &event.data, commit.at, &mut sights)
            };
            followed.map_err(|fault| format!("{}: {kind}: {fault}", commit.stream))?;
        }
        Ok(sights)
    }

    fn plan(&mut self, commit: &Commit, event: &Value, sights: &mut Vec<Sight>) -> Result<(), String> {
        let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let is_digest = text("/plan/template").is_some_and(|template| template == DIGEST);
        let of = if is_digest { "/plan/due" } else { "/plan/dealId" };
        let told = (text(of), text("/plan/template"), text("/plan/recipient/phone"));
        let (Some(deal), Some(template), Some(phone)) = told else {
            return Err("the plan lacks a part".into());
        };
        let life = Life {
            told: (deal, template, phone),
            state: "planned".to_owned(),
            planned_at: commit.at,
            awaits_digest: event.pointer("/plan/digest").is_some(),
            ..Life::default()
        };
        if is_digest && self.0.values().any(|earlier| earlier.told == life.told) {
            sights.push(Sight::FurtherPart);
        }
        match self.0.insert(commit.stream.clone(), life) {
            None => Ok(()),
            Some(_) => Err("it was planned before".into()),
        }
    }
}

impl Life {
    /// Whether it tells what others would.
    #[must_use]
    pub fn is_digest(&self) -> bool {
        self.told.1 == DIGEST
    }

    fn after(
        &mut self,
        kind: &str,
        event: &Value,
        at: Timestamp,
        sights: &mut Vec<Sight>,
    ) -> Result<(), String> {
        match (kind, self.state.as_str()) {
            ("news_gathered", "planned" | "queued") if self.is_digest() && self.attempts == 0 => {
                if !self.news.insert(text(event, "/news/notification")) {
                    return Err("it tells that already".into());
                }
                if self.news.len() > 1 {
                    sights.push(Sight::GatheredMore);
                }
            }
            ("notification_gathered", "planned") if self.awaits_digest => {
                self.digest = Some(text(event, "/digest"));
                self.state = "gathered".into();
            }
            ("notification_released", "planned") if self.awaits_digest => {
                self.awaits_digest = false;
            }
            ("digest_moved", before) if self.digest.is_some() => {
                let state = text(event, "/state");
                if rank(&state) <= rank(before) && !(state == "failed" && before == "accepted") {
                    return Err(format!("it follows its digest back from {before} to {state}"));
                }
                self.state = state;
            }
            ("notification_queued", "planned") if self.awaits_digest => {
                return Err("it leaves by itself and in a digest".into());
            }
            ("notification_queued", "planned") | ("sending_failed", "sending") => {
                self.state = "queued".into()
            }
            ("sending_started", _) => self.start(event, at)?,
            ("sending_unsettled", "sending") => {}
            ("text_given_back", "sending" | "accepted") => {
                self.state = "planned".into();
                sights.push(Sight::TemplateFollowed);
            }
            ("channel_given_up", "sending" | "accepted") => {
                self.state = "planned".into();
                sights.push(Sight::ChannelGivenUp);
            }
            ("notification_failed", "sending") => {
                self.state = "failed".into();
                sights.push(Sight::MessageFailed);
            }
            ("notification_accepted", "sending") => self.state = "accepted".into(),
            ("status_reported", _) => self.report(event, sights)?,
            (_, state) => return Err(format!("it was {state}")),
        }
        if rank(&self.state) >= rank("accepted") {
            self.taken_at.get_or_insert(at);
        }
        Ok(())
    }

    /// A call follows once the one before certainly had no effect, or its outcome was waited for.
    fn start(&mut self, event: &Value, at: Timestamp) -> Result<(), String> {
        let attempt = event.get("attempt").and_then(Value::as_u64).unwrap_or_default();
        let marked = event.get("possibly_duplicate").and_then(Value::as_bool).unwrap_or_default();
        let waited_ms = at.since_ms(self.started_at);
        match self.state.as_str() {
            "planned" | "queued" if !marked => {}
            "sending" if !marked => return Err("it is called for again without a word of that".into()),
            "sending" if waited_ms < SETTLED_MS => {
                return Err(format!("its outcome was awaited {waited_ms} ms"));
            }
            "sending" => self.possibly_duplicate = true,
            state => return Err(format!("it was {state}")),
        }
        if attempt != self.attempts + 1 {
            return Err(format!("attempt {attempt} after {}", self.attempts));
        }
        (self.attempts, self.started_at) = (attempt, at);
        self.state = "sending".into();
        Ok(())
    }

    /// The provider's word moves it forward only.
    fn report(&mut self, event: &Value, sights: &mut Vec<Sight>) -> Result<(), String> {
        let status = event.get("status").and_then(Value::as_str).unwrap_or_default();
        if !self.statuses.insert(status.to_owned()) {
            return Err(format!("{status} was reported before"));
        }
        if self.state == "sending" {
            sights.push(Sight::StatusOvertook);
        }
        if status == "failed" {
            if matches!(self.state.as_str(), "sending" | "accepted") {
                self.state = "failed".into();
                sights.push(Sight::MessageFailed);
            }
        } else if rank(status) > rank(&self.state) {
            status.clone_into(&mut self.state);
            if rank(status) >= rank("delivered") {
                sights.push(Sight::MessageArrived);
            }
        } else {
            sights.push(Sight::StatusOutOfOrder);
        }
        Ok(())
    }
}

fn text(event: &Value, pointer: &str) -> String {
    event.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// How far a message is.
fn rank(state: &str) -> usize {
    const STATES: [&str; 9] =
        ["planned", "queued", "gathered", "sending", "failed", "accepted", "sent", "delivered", "read"];
    STATES.iter().position(|known| *known == state).unwrap_or_default()
}
