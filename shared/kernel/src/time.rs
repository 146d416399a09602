//! Instants and business dates.

use std::fmt;
use std::str::FromStr;

/// India has had one offset and no daylight saving since 1945, so `Asia/Kolkata` is a constant.
const IST_OFFSET_MS: i64 = (5 * 60 + 30) * 60 * 1_000;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// An instant in UTC with millisecond resolution, printed as RFC 3339 with `Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

/// A text that is not an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an instant in RFC 3339 form such as 2026-11-22T09:30:00Z")]
pub struct TimestampError;

impl Timestamp {
    /// From milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_unix_ms(unix_ms: i64) -> Self {
        Self(unix_ms)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix_ms(self) -> i64 {
        self.0
    }

    /// The instant `duration_ms` later.
    #[must_use]
    pub const fn plus_ms(self, duration_ms: i64) -> Self {
        Self(self.0.saturating_add(duration_ms))
    }

    /// The instant `days` × 24 hours later.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(DAY_MS)))
    }

    /// Milliseconds from `earlier` to here; negative when `earlier` is later.
    #[must_use]
    pub const fn since_ms(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The calendar day in `Asia/Kolkata`.
    #[must_use]
    pub fn business_date(self) -> BusinessDate {
        BusinessDate(Self(self.0.saturating_add(IST_OFFSET_MS)).utc().date())
    }

    /// The calendar day in UTC, `YYYY-MM-DD`.
    #[must_use]
    pub fn utc_day(self) -> String {
        self.utc().date().to_string()
    }

    fn utc(self) -> jiff::civil::DateTime {
        jiff::Timestamp::from_millisecond(self.0)
            .map_or(jiff::civil::DateTime::MAX, |instant| jiff::tz::Offset::UTC.to_datetime(instant))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}Z", self.utc())
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let instant: jiff::Timestamp = text.parse().map_err(|_| TimestampError)?;
        Ok(Self(instant.as_millisecond()))
    }
}

crate::text_serde!(Timestamp, r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$");

/// A calendar day in `Asia/Kolkata`, printed `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BusinessDate(jiff::civil::Date);

/// A text that is not a business date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a calendar date of the form YYYY-MM-DD between 2000-01-01 and 2099-12-31")]
pub struct DateError;

impl BusinessDate {
    /// The day `days` later, or earlier with a minus; `None` outside the years 2000 to 2099.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Option<Self> {
        let span = jiff::Span::new().try_days(days).ok()?;
        let date = self.0.checked_add(span).ok()?;
        (2000..=2099).contains(&date.year()).then_some(Self(date))
    }

    /// Days from `earlier` to here; negative when `earlier` is later.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        self.0.since(earlier.0).map_or(0, |span| i64::from(span.get_days()))
    }
}

impl FromStr for BusinessDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let shaped = text.len() == 10
            && text.bytes().enumerate().all(|(i, b)| match i {
                4 | 7 => b == b'-',
                _ => b.is_ascii_digit(),
            });
        let date: jiff::civil::Date = text.parse().map_err(|_| DateError)?;
        if shaped && (2000..=2099).contains(&date.year()) { Ok(Self(date)) } else { Err(DateError) }
    }
}

impl fmt::Display for BusinessDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

crate::text_serde!(BusinessDate, r"^20\d{2}-\d{2}-\d{2}$");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_business_day_starts_at_half_past_six_in_the_evening_utc() {
        let evening: Timestamp = "2026-11-22T18:29:59.999Z".parse().unwrap();
        assert_eq!(evening.business_date().to_string(), "2026-11-22");
        assert_eq!(evening.plus_ms(1).business_date().to_string(), "2026-11-23");
    }

    #[test]
    fn instants_sort_as_text() {
        let instant = Timestamp::from_unix_ms(1_753_499_193_970);
        assert_eq!(instant.to_string(), "2025-07-26T03:06:33.970Z");
        assert_eq!(instant.to_string().parse(), Ok(instant));
        assert_eq!(Timestamp::from_unix_ms(1_753_499_193_000).to_string(), "2025-07-26T03:06:33.000Z");
    }

    #[test]
    fn impossible_and_oddly_written_dates_are_refused() {
        for text in [
            "2025-02-29",
            "2025-13-01",
            "31-07-2025",
            "2025-7-1",
            "20250701",
            "1999-12-31",
            "2025-07-01T00:00",
            "",
        ] {
            assert_eq!(text.parse::<BusinessDate>(), Err(DateError), "{text:?}");
        }
        assert!("2024-02-29".parse::<BusinessDate>().is_ok());
    }

    #[test]
    fn days_are_counted_across_months_and_leap_years() {
        let day = |text: &str| text.parse::<BusinessDate>().unwrap();
        assert_eq!(day("2024-02-28").plus_days(2), Some(day("2024-03-01")));
        assert_eq!(day("2025-01-01").plus_days(-1), Some(day("2024-12-31")));
        assert_eq!(day("2025-03-01").days_since(day("2024-03-01")), 365);
        assert_eq!(day("2024-03-01").days_since(day("2025-03-01")), -365);
    }

    #[test]
    fn days_outside_the_calendar_are_none() {
        let day: BusinessDate = "2026-11-22".parse().unwrap();
        for days in [-36_500, 36_500, i64::MIN, i64::MAX] {
            assert_eq!(day.plus_days(days), None, "{days}");
        }
    }

    #[test]
    fn absurd_instants_do_not_panic() {
        assert!(!Timestamp::from_unix_ms(i64::MAX).plus_days(i64::MAX).to_string().is_empty());
    }
}
