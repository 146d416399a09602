//! What a client would like (RFC 7240).

use http::HeaderValue;

/// The longest anybody waits, in seconds: functions are given 15 (see infra/README.md), API Gateway gives up after 30.
const LONGEST_WAIT_S: u64 = 12;

/// The `Prefer` header. Only `wait` means anything here; other preferences are ignored, as the RFC asks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Prefer {
    /// How long to wait for the outcome, in seconds, at most 12; `None` when the client did not ask.
    pub wait_s: Option<u64>,
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
        Self { wait_s }
    }

    /// `Preference-Applied` for an answer that honoured the wait.
    #[must_use]
    pub fn applied(&self) -> Option<HeaderValue> {
        let wait_s = self.wait_s?;
        HeaderValue::from_str(&format!("wait={wait_s}")).ok()
    }
}
