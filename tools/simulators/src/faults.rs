//! Fault switches of a provider: which of its calls go wrong, and how.
//!
//! | request | does |
//! |---|---|
//! | `GET /_sim/{provider}/faults` | the switches, each with the calls it has spoiled |
//! | `GET /_sim/{provider}/faults/active` | those that can still spoil a call, with `secondsLeft` where they end by time |
//! | `POST /_sim/{provider}/faults` | one more, behind the others, which go on as they were |
//! | `PUT /_sim/{provider}/faults` | replaces them all: `[{status?, body?, retryAfterS?, latencyMs?, lateMs?, reset?, percent?, calls?, seconds?, path?}]` |
//! | `DELETE /_sim/{provider}/faults` | all is well again |
//!
//! Nothing is random: of a hundred calls in a row a switch of 30 percent spoils exactly thirty, evenly spread.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::Instant;

use crate::server::CloseInstead;

/// When the connection breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reset {
    /// Nothing has happened yet.
    Before,
    /// Everything has happened, and the caller does not hear of it.
    After,
}

/// A switch: the first one that fits a call spoils it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Fault {
    /// Answers this status instead of doing anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// With this body; a short text when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// With this `Retry-After`, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
    /// Waits so long before anything else, in milliseconds.
    pub latency_ms: u64,
    /// Waits so long after everything has happened and before it answers, in milliseconds.
    pub late_ms: u64,
    /// Breaks the connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reset: Option<Reset>,
    /// Of a hundred calls so many; all when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<u8>,
    /// For so many calls, spoiled or not; for ever when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calls: Option<u64>,
    /// For so many seconds; for ever when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// Only calls whose path contains this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

impl Fault {
    fn is_possible(&self) -> bool {
        self.status.is_none_or(|status| StatusCode::from_u16(status).is_ok())
    }
}

/// A switch and what it has done.
#[derive(Debug)]
struct Switch {
    fault: Fault,
    since: Instant,
    seen: u64,
    spoiled: u64,
}

impl Switch {
    fn new(fault: Fault) -> Self {
        Self { fault, since: Instant::now(), seen: 0, spoiled: 0 }
    }

    /// How long it goes on, if it ends by time.
    fn left(&self) -> Option<Duration> {
        self.fault.seconds.map(|limit| Duration::from_secs(limit).saturating_sub(self.since.elapsed()))
    }

    /// Whether it can still spoil a call.
    fn is_active(&self) -> bool {
        let in_time = self.left().is_none_or(|left| !left.is_zero());
        in_time && self.fault.calls.is_none_or(|limit| self.seen < limit)
    }

    /// Whether this call is spoiled; counts it.
    fn takes(&mut self, path: &str) -> bool {
        let fits = self.fault.path.as_deref().is_none_or(|part| path.contains(part));
        if !(fits && self.is_active()) {
            return false;
        }
        let percent = u64::from(self.fault.percent.unwrap_or(100).min(100));
        let before = self.seen * percent / 100;
        self.seen += 1;
        let spoils = self.seen * percent / 100 > before;
        self.spoiled += u64::from(spoils);
        spoils
    }
}

/// The switches of one provider.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    switches: Arc<Mutex<Vec<Switch>>>,
}

/// A switch as it is shown.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    #[serde(flatten)]
    fault: Fault,
    /// Calls it looked at.
    seen: u64,
    /// Calls it spoiled.
    spoiled: u64,
    /// In how many seconds it ends, rounded up.
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds_left: Option<u64>,
}

impl Shown {
    fn of(switch: &Switch) -> Self {
        Self { fault: switch.fault.clone(), seen: switch.seen, spoiled: switch.spoiled, seconds_left: None }
    }

    fn with_seconds_left(switch: &Switch) -> Self {
        let rounded_up = |left: Duration| u64::try_from(left.as_millis().div_ceil(1_000)).unwrap_or(u64::MAX);
        Self { seconds_left: switch.left().map(rounded_up), ..Self::of(switch) }
    }
}

impl Faults {
    /// Replaces every switch.
    pub fn set(&self, faults: Vec<Fault>) {
        *self.lock() = faults.into_iter().map(Switch::new).collect();
    }

    /// Puts the provider's own routes behind the switches, and adds the routes that set them.
    pub fn around(&self, provider: &str, routes: Router) -> Router {
        let switches = get(show).post(add).put(replace).delete(clear).with_state(self.clone());
        routes
            .layer(from_fn_with_state(self.clone(), spoil))
            .route(&format!("/_sim/{provider}/faults"), switches)
            .route(&format!("/_sim/{provider}/faults/active"), get(show_active).with_state(self.clone()))
    }

    fn take(&self, path: &str) -> Option<Fault> {
        self.lock().iter_mut().find_map(|switch| switch.takes(path).then(|| switch.fault.clone()))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Switch>> {
        self.switches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn show(State(faults): State<Faults>) -> Response {
    Json(faults.lock().iter().map(Shown::of).collect::<Vec<_>>()).into_response()
}

async fn show_active(State(faults): State<Faults>) -> Response {
    let switches = faults.lock();
    let active = switches.iter().filter(|switch| switch.is_active());
    Json(active.map(Shown::with_seconds_left).collect::<Vec<_>>()).into_response()
}

async fn add(State(faults): State<Faults>, Json(fault): Json<Fault>) -> Response {
    if !fault.is_possible() {
        return (StatusCode::UNPROCESSABLE_ENTITY, "the switch has an impossible status").into_response();
    }
    faults.lock().push(Switch::new(fault));
    StatusCode::NO_CONTENT.into_response()
}

async fn replace(State(faults): State<Faults>, Json(wanted): Json<Vec<Fault>>) -> Response {
    for (position, fault) in wanted.iter().enumerate() {
        if !fault.is_possible() {
            return (StatusCode::UNPROCESSABLE_ENTITY, format!("switch {position} has an impossible status"))
                .into_response();
        }
    }
    faults.set(wanted);
    StatusCode::NO_CONTENT.into_response()
}

async fn clear(State(faults): State<Faults>) -> StatusCode {
    faults.set(Vec::new());
    StatusCode::NO_CONTENT
}

async fn spoil(State(faults): State<Faults>, request: Request, next: Next) -> Response {
    let Some(fault) = faults.take(request.uri().path()) else { return next.run(request).await };
    tokio::time::sleep(Duration::from_millis(fault.latency_ms)).await;
    if fault.reset == Some(Reset::Before) {
        return closed();
    }
    let answer = match fault.status.and_then(|status| StatusCode::from_u16(status).ok()) {
        Some(status) => refusal(status, &fault),
        None => next.run(request).await,
    };
    tokio::time::sleep(Duration::from_millis(fault.late_ms)).await;
    if fault.reset == Some(Reset::After) { closed() } else { answer }
}

fn refusal(status: StatusCode, fault: &Fault) -> Response {
    let mut response = match &fault.body {
        Some(body) => (status, Json(body)).into_response(),
        None => (status, "a fault was asked for").into_response(),
    };
    if let Some(seconds) = fault.retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn closed() -> Response {
    let mut response = Response::default();
    response.extensions_mut().insert(CloseInstead);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_the_calls_is_spoiled_evenly() {
        let mut switch = Switch::new(Fault { percent: Some(30), ..Fault::default() });
        let spoiled: Vec<bool> = (0..100).map(|_| switch.takes("/x")).collect();
        assert_eq!(spoiled.iter().filter(|spoiled| **spoiled).count(), 30);
        assert_eq!(spoiled[..10].iter().filter(|spoiled| **spoiled).count(), 3);
    }

    #[test]
    fn a_switch_ends_after_its_calls_and_minds_its_path() {
        let mut switch =
            Switch::new(Fault { calls: Some(2), path: Some("/messages".to_owned()), ..Fault::default() });
        let taken: Vec<bool> =
            ["/token", "/1/messages", "/1/messages", "/1/messages"].map(|path| switch.takes(path)).into();
        assert_eq!(taken, [false, true, true, false]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_switch_ends_after_its_seconds() {
        let mut switch = Switch::new(Fault { seconds: Some(10), ..Fault::default() });
        assert!(switch.takes("/x"));
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(Shown::with_seconds_left(&switch).seconds_left, Some(10));
        tokio::time::advance(Duration::from_secs(10)).await;
        assert!(!switch.is_active());
        assert!(!switch.takes("/x"));
    }
}
