use kernel::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PreferencesFault, TimeOfDay};
use crate::AudienceName;

/// Most times a day that a digest leaves.
pub const MOST_TIMES: usize = 6;

/// Milliseconds of a day.
const DAY_MS: i64 = 24 * 3_600_000;

/// The times of every day at which an audience is told of deals, all at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DigestTimes {
    /// Of which audience.
    pub audience: AudienceName,
    /// When.
    pub at: Vec<TimeOfDay>,
}

impl DigestTimes {
    /// When it leaves next: now at the earliest, within a day. `None` when no time is named.
    #[must_use]
    pub fn next(&self, now: Timestamp) -> Option<Timestamp> {
        let (time, of_minute) = TimeOfDay::at(now);
        let until = |at: &TimeOfDay| (time.until(*at) * 60_000 - of_minute).rem_euclid(DAY_MS);
        Some(now.plus_ms(self.at.iter().map(until).min()?))
    }
}

pub(super) fn faults(digests: &[DigestTimes]) -> Vec<PreferencesFault> {
    let mut faults = Vec::new();
    for (position, digest) in digests.iter().enumerate() {
        if digests.iter().take(position).any(|earlier| earlier.audience == digest.audience) {
            faults.push(PreferencesFault::DigestTwice(position));
        }
        for (of_digest, time) in digest.at.iter().enumerate() {
            if digest.at.iter().take(of_digest).any(|earlier| earlier == time) {
                faults.push(PreferencesFault::TimeTwice(position, of_digest));
            }
        }
    }
    faults
}
