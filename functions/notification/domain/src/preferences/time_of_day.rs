use std::fmt;
use std::str::FromStr;

use kernel::Timestamp;

/// Minutes of a day.
const DAY_MIN: i64 = 24 * 60;
/// India has had one offset and no daylight saving since 1945: five hours and a half.
const IST_MIN: i64 = 5 * 60 + 30;

/// A time of day in `Asia/Kolkata`, to the minute, printed `HH:MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(i64);

/// A text that is no time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a time of day such as 21:30")]
pub struct TimeOfDayError;

impl TimeOfDay {
    /// How many minutes later `other` comes next: 0 to 1,439.
    #[must_use]
    pub const fn until(self, other: Self) -> i64 {
        (other.0 - self.0).rem_euclid(DAY_MIN)
    }

    /// At which time of day an instant lies, and how many milliseconds of its minute are over.
    #[must_use]
    pub const fn at(instant: Timestamp) -> (Self, i64) {
        let ms = instant.unix_ms();
        let minutes = ms.div_euclid(60_000).saturating_add(IST_MIN);
        (Self(minutes.rem_euclid(DAY_MIN)), ms.rem_euclid(60_000))
    }
}

impl FromStr for TimeOfDay {
    type Err = TimeOfDayError;

    fn from_str(text: &str) -> Result<Self, TimeOfDayError> {
        let (hours, minutes) = text.split_once(':').ok_or(TimeOfDayError)?;
        let number = |digits: &str, below: i64| {
            let shaped = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
            digits.parse().ok().filter(|number: &i64| shaped && *number < below).ok_or(TimeOfDayError)
        };
        Ok(Self(number(hours, 24)? * 60 + number(minutes, 60)?))
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

kernel::text_serde!(TimeOfDay, r"^([01]\d|2[0-3]):[0-5]\d$");
