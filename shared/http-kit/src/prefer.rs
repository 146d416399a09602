//! What a client would like (RFC 7240).

use http::HeaderValue;
use kernel::Timestamp;

/// The longest anybody waits, in seconds: functions are given 15 (see infra/README.md), API Gateway gives up after 30.
const LONGEST_WAIT_S: u64 = 12;

/// What is kept of an invocation's time for a last look and the answer, in milliseconds.
const ANSWERING_MS: i64 = 3_000;

/// When the platform ends the invocation that serves a request, answered or not. An extension of requests that come from
/// Lambda.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline(pub Timestamp);

/// The `Prefer` header. Only `wait` means anything here; other preferences are ignored, as the RFC asks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Prefer {
    /// How long to wait for the outcome, in seconds, at most 12; `None` when the client did not ask.
    pub wait_s: Option<u64>,
    /// When the platform ends the invocation, where it does.
    pub deadline: Option<Deadline>,
}

impl Prefer {
    /// Reads the header's lines. What is not understood is ignored; of a repeated preference the first counts.
    pub fn parse<'a>(lines: impl IntoIterator<Item = &'a str>) -> Self {
        let wait_s = lines.into_iter().flat_map(|line| line.split(',')).find_map(|preference| {
            let value = preference.split(';').next().unwrap_or_default();
            let (name, value) = value.split_once('=')?;
            let seconds = value.trim().trim_matches('"').parse::<u64>().ok()?;
            name.trim().eq_ignore_ascii_case("wait").then(|| seconds.min(LONGEST_WAIT_S))
        });
        Self { wait_s, deadline: None }
    }

    /// Until when to wait for the outcome; `None` when the client did not ask. That is `now` and the time asked for, but never
    /// so late that the invocation ends before it has answered: what it did by `now`, on a cold start or a slow day, counts.
    #[must_use]
    pub fn until(&self, now: Timestamp) -> Option<Timestamp> {
        let wait_ms = i64::try_from(self.wait_s?).ok()?.saturating_mul(1_000);
        let asked = now.plus_ms(wait_ms);
        Some(self.deadline.map_or(asked, |Deadline(end)| asked.min(end.plus_ms(-ANSWERING_MS))))
    }

    /// `Preference-Applied` for an answer that honoured the wait.
    #[must_use]
    pub fn applied(&self) -> Option<HeaderValue> {
        let wait_s = self.wait_s?;
        HeaderValue::from_str(&format!("wait={wait_s}")).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long an invocation of 15 s waits that is `spent_ms` old when it begins to wait, asked to wait `wait_s` seconds.
    fn waits_ms(wait_s: u64, spent_ms: i64) -> Option<i64> {
        let began = Timestamp::from_unix_ms(1_700_000_000_000);
        let now = began.plus_ms(spent_ms);
        let deadline = Some(Deadline(began.plus_ms(15_000)));
        let prefer = Prefer { deadline, ..Prefer::parse([format!("wait={wait_s}").as_str()]) };
        prefer.until(now).map(|until| until.since_ms(now))
    }

    #[test]
    fn the_wait_ends_while_the_invocation_can_still_answer() {
        assert_eq!(waits_ms(5, 200), Some(5_000));
        assert_eq!(waits_ms(20, 0), Some(12_000));
        assert_eq!(waits_ms(20, 4_000), Some(8_000));
        assert_eq!(waits_ms(20, 14_000), Some(-2_000), "there is no time to wait");
    }

    #[test]
    fn without_a_deadline_the_wait_is_as_long_as_asked() {
        let now = Timestamp::from_unix_ms(0);
        assert_eq!(Prefer::parse(["wait=5"]).until(now), Some(now.plus_ms(5_000)));
        assert_eq!(Prefer::parse(["return=minimal"]).until(now), None);
    }
}
