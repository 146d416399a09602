//! The calls that a provider got, spoiled or not: when each began and ended, and how many were under way with it.
//!
//! | request | does |
//! |---|---|
//! | `GET /_sim/{provider}/calls?last=` | the last so many, 2,000 at most: `[{method, path, status, beganMs, endedMs, atOnce}]`, in the order they began |
//! | `DELETE /_sim/{provider}/calls` | forgets them |
//!
//! Times are in milliseconds since the simulators started. `status` is `null` while a call is under way, after its connection
//! was broken, and when the caller gave up.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::server::CloseInstead;

/// Calls that are kept.
const KEPT: usize = 2_000;

/// A call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    #[serde(skip)]
    number: u64,
    method: String,
    path: String,
    status: Option<u16>,
    began_ms: u64,
    ended_ms: Option<u64>,
    /// How many were under way when it began, itself included.
    at_once: usize,
}

#[derive(Debug)]
struct Journal {
    started: Instant,
    made: u64,
    calls: VecDeque<Call>,
}

/// What a provider was asked.
#[derive(Debug, Clone)]
pub(crate) struct Calls(Arc<Mutex<Journal>>);

impl Default for Calls {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Journal { started: Instant::now(), made: 0, calls: VecDeque::new() })))
    }
}

/// Ends its call when it is dropped: also when the caller gave up.
struct UnderWay {
    calls: Calls,
    number: u64,
    status: Option<u16>,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut journal = self.calls.lock();
        let now_ms = journal.now_ms();
        if let Some(call) = journal.calls.iter_mut().find(|call| call.number == self.number) {
            (call.status, call.ended_ms) = (self.status, Some(now_ms));
        }
    }
}

impl Journal {
    fn now_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Calls {
    /// Keeps account of what reaches `routes`, and adds the route that shows it.
    pub(crate) fn around(&self, provider: &str, routes: Router) -> Router {
        let shown = get(show).delete(forget).with_state(self.clone());
        routes.layer(from_fn_with_state(self.clone(), note)).route(&format!("/_sim/{provider}/calls"), shown)
    }

    fn begin(&self, method: String, path: String) -> UnderWay {
        let mut journal = self.lock();
        journal.made += 1;
        let (number, began_ms) = (journal.made, journal.now_ms());
        let at_once = 1 + journal.calls.iter().filter(|call| call.ended_ms.is_none()).count();
        journal.calls.push_back(Call {
            number,
            method,
            path,
            status: None,
            began_ms,
            ended_ms: None,
            at_once,
        });
        if journal.calls.len() > KEPT {
            journal.calls.pop_front();
        }
        UnderWay { calls: self.clone(), number, status: None }
    }

    fn lock(&self) -> MutexGuard<'_, Journal> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn note(State(calls): State<Calls>, request: Request, next: Next) -> Response {
    // The switches that lie behind this are no part of the provider.
    if request.uri().path().starts_with("/_sim/") {
        return next.run(request).await;
    }
    let mut under_way = calls.begin(request.method().to_string(), request.uri().path().to_owned());
    let answer = next.run(request).await;
    if answer.extensions().get::<CloseInstead>().is_none() {
        under_way.status = Some(answer.status().as_u16());
    }
    answer
}

/// How many of the calls.
#[derive(Deserialize)]
struct Part {
    /// The last so many; all that are kept when absent.
    last: Option<usize>,
}

async fn show(State(calls): State<Calls>, Query(part): Query<Part>) -> Response {
    let journal = calls.lock();
    let earlier = journal.calls.len().saturating_sub(part.last.unwrap_or(KEPT));
    Json(journal.calls.iter().skip(earlier).collect::<Vec<_>>()).into_response()
}

async fn forget(State(calls): State<Calls>) -> StatusCode {
    calls.lock().calls.clear();
    StatusCode::NO_CONTENT
}
