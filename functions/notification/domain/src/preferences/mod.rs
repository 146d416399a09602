//! When people want to be told: the quiet hours of each audience, and the times of its digest. One stream a firm. News of deals
//! wait until quiet hours are over; an audience with a digest is told of them all at once.

mod digests;
#[cfg(test)]
mod tests;
mod time_of_day;

use kernel::{Aggregate, Recorded, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use digests::{DigestTimes, MOST_TIMES};
pub use time_of_day::{TimeOfDay, TimeOfDayError};

use crate::AudienceName;

/// Longest quiet hours, in minutes: news that wait longer than a day are not sent any more, and nobody shall miss them.
pub const LONGEST_MIN: i64 = 12 * 60;

/// The hours of every day in which an audience is told nothing of deals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuietHours {
    /// Of which audience.
    pub audience: AudienceName,
    /// From when on.
    pub from: TimeOfDay,
    /// Until when; on the next day, when that is earlier.
    pub until: TimeOfDay,
}

impl QuietHours {
    /// How much longer it is quiet, in milliseconds; `None` when it is not.
    #[must_use]
    pub const fn left_ms(&self, now: Timestamp) -> Option<i64> {
        let (time, of_minute) = TimeOfDay::at(now);
        if self.from.until(time) < self.from.until(self.until) {
            return Some(time.until(self.until) * 60_000 - of_minute);
        }
        None
    }
}

/// The preferences of a firm.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preferences {
    quiet_hours: Vec<QuietHours>,
    digests: Vec<DigestTimes>,
}

impl Preferences {
    /// When it is quiet.
    #[must_use]
    pub fn quiet_hours(&self) -> &[QuietHours] {
        &self.quiet_hours
    }

    /// Who is told by digest, and when.
    #[must_use]
    pub fn digests(&self) -> &[DigestTimes] {
        &self.digests
    }

    /// When an audience's next digest leaves; `None` when it is told one by one.
    #[must_use]
    pub fn next_digest(&self, audience: AudienceName, now: Timestamp) -> Option<Timestamp> {
        self.digests.iter().find(|digest| digest.audience == audience)?.next(now)
    }

    /// How much longer an audience wants to hear nothing, in milliseconds; `None` when it may be told.
    #[must_use]
    pub fn quiet_ms(&self, audience: AudienceName, now: Timestamp) -> Option<i64> {
        self.quiet_hours.iter().find(|quiet| quiet.audience == audience)?.left_ms(now)
    }
}

/// What can be asked of the preferences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PreferencesCommand {
    /// Say anew when it is quiet, and who is told by digest.
    Replace {
        /// When it is quiet.
        quiet_hours: Vec<QuietHours>,
        /// Who is told by digest.
        digests: Vec<DigestTimes>,
    },
}

/// What can have happened to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PreferencesEvent {
    /// It was said anew when it is quiet.
    QuietHoursReplaced {
        /// From now on.
        quiet_hours: Vec<QuietHours>,
    },
    /// It was said anew who is told by digest.
    DigestsReplaced {
        /// From now on.
        digests: Vec<DigestTimes>,
    },
}

/// A rule that preferences break. Positions count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PreferencesFault {
    /// An audience has one night.
    #[error("is an audience that has its quiet hours already")]
    Twice(usize),
    /// Empty, or longer than twelve hours.
    #[error("must be a minute to twelve hours after the beginning")]
    Length(usize),
    /// An audience has one list of times.
    #[error("is an audience that has its digest already")]
    DigestTwice(usize),
    /// A digest leaves once at a time: which digest, which time.
    #[error("is a time at which that digest leaves already")]
    TimeTwice(usize, usize),
}

/// Why they are not replaced: all the rules they break.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the preferences break {} rules", .0.len())]
pub struct PreferencesRefusal(pub Vec<PreferencesFault>);

impl Aggregate for Preferences {
    const KIND: &'static str = "preferences";

    type Command = PreferencesCommand;
    type Event = PreferencesEvent;
    type Refusal = PreferencesRefusal;

    fn decide(&self, command: &PreferencesCommand) -> Result<Vec<PreferencesEvent>, PreferencesRefusal> {
        let PreferencesCommand::Replace { quiet_hours, digests } = command;
        let mut faults = faults(quiet_hours);
        faults.extend(digests::faults(digests));
        if !faults.is_empty() {
            return Err(PreferencesRefusal(faults));
        }
        let mut events = Vec::new();
        if *quiet_hours != self.quiet_hours {
            events.push(PreferencesEvent::QuietHoursReplaced { quiet_hours: quiet_hours.clone() });
        }
        if *digests != self.digests {
            events.push(PreferencesEvent::DigestsReplaced { digests: digests.clone() });
        }
        Ok(events)
    }

    fn evolve(self, recorded: &Recorded<PreferencesEvent>) -> Self {
        match &recorded.event {
            PreferencesEvent::QuietHoursReplaced { quiet_hours } => {
                Self { quiet_hours: quiet_hours.clone(), ..self }
            }
            PreferencesEvent::DigestsReplaced { digests } => Self { digests: digests.clone(), ..self },
        }
    }
}

fn faults(quiet_hours: &[QuietHours]) -> Vec<PreferencesFault> {
    let mut faults = Vec::new();
    for (position, quiet) in quiet_hours.iter().enumerate() {
        if quiet_hours.iter().take(position).any(|earlier| earlier.audience == quiet.audience) {
            faults.push(PreferencesFault::Twice(position));
        }
        if !(1..=LONGEST_MIN).contains(&quiet.from.until(quiet.until)) {
            faults.push(PreferencesFault::Length(position));
        }
    }
    faults
}
