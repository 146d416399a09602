//! A function: its handlers, and the dispatch of events to them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::http::HeaderMap;
use http_kit::Deadline;
use kernel::{CorrelationId, Timestamp, Traceparent};
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use serde::Serialize;
use serde_json::{Value, json};
use telemetry::Stopwatch;
use tower::ServiceExt as _;
use tracing::{Instrument as _, Span, debug, error, info};

use crate::batch::BatchAnswer;
use crate::error::{EventError, InvocationError};
use crate::event::{self, Event};
use crate::handlers::{
    AuthorizerHandler, DirectHandler, InboxHandler, InboxRecord, StreamHandler, StreamRecord,
};
use crate::http::{self, HttpAnswer};
use crate::isolate::{Panicked, isolated};

/// The header that carries the correlation id, in and out.
const CORRELATION_HEADER: &str = "x-correlation-id";

/// A function, built from the handlers of the kinds of events it serves.
#[derive(Clone)]
pub struct App {
    service: &'static str,
    router: Option<Router>,
    inbox: Option<Arc<dyn InboxHandler>>,
    stream: Option<Arc<dyn StreamHandler>>,
    authorizer: Option<Arc<dyn AuthorizerHandler>>,
    direct: Option<Arc<dyn DirectHandler>>,
    warm: Arc<AtomicBool>,
}

impl App {
    /// A function that serves nothing yet. `service` names it in logs and errors.
    #[must_use]
    pub fn new(service: &'static str) -> Self {
        Self {
            service,
            router: None,
            inbox: None,
            stream: None,
            authorizer: None,
            direct: None,
            warm: Arc::default(),
        }
    }

    /// Serves HTTP requests.
    #[must_use]
    pub fn http(mut self, router: Router) -> Self {
        self.router = Some(router);
        self
    }

    /// Serves SQS batches.
    #[must_use]
    pub fn inbox(mut self, handler: Arc<dyn InboxHandler>) -> Self {
        self.inbox = Some(handler);
        self
    }

    /// Serves stream batches.
    #[must_use]
    pub fn stream(mut self, handler: Arc<dyn StreamHandler>) -> Self {
        self.stream = Some(handler);
        self
    }

    /// Serves authorizer requests.
    #[must_use]
    pub fn authorizer(mut self, handler: Arc<dyn AuthorizerHandler>) -> Self {
        self.authorizer = Some(handler);
        self
    }

    /// Serves direct invocations.
    #[must_use]
    pub fn direct(mut self, handler: Arc<dyn DirectHandler>) -> Self {
        self.direct = Some(handler);
        self
    }

    /// Handles one event as the platform would have it handled, without the platform. For tests and simulation.
    ///
    /// # Errors
    /// When the event cannot be read or served, or an authorizer or direct handler panics.
    pub async fn handle(&self, payload: impl AsRef<str>) -> Result<Value, InvocationError> {
        let answer = self.respond(payload.as_ref(), "local", None).await?;
        serde_json::to_value(answer).map_err(InvocationError::Answer)
    }

    /// Handles one event; logs one line about a batch or a direct invocation, and the reason when an event fails. The line
    /// about a request is the router's, which knows its route and its caller. `deadline` is when the platform ends the
    /// invocation, answered or not.
    pub(crate) async fn respond(
        &self,
        payload: &str,
        request_id: &str,
        deadline: Option<Timestamp>,
    ) -> Result<Answer, InvocationError> {
        let event = event::classify(payload);
        let kind = event.as_ref().map_or("unknown", Event::kind);
        let cold_start = !self.warm.swap(true, Ordering::Relaxed);
        let span = telemetry::invocation_span(kind, request_id, cold_start);
        async {
            let outcome = match event {
                Ok(event) => self.dispatch(event, deadline.map(Deadline)).await,
                Err(error) => Err(error.into()),
            };
            if let Err(error) = &outcome {
                error!(error = kernel::error::chain(error), "invocation failed");
            }
            outcome
        }
        .instrument(span)
        .await
    }

    async fn dispatch(&self, event: Event, deadline: Option<Deadline>) -> Result<Answer, InvocationError> {
        let kind = event.kind();
        let unserved = InvocationError::Unserved { service: self.service, kind };
        match event {
            Event::Http(event) => {
                let router = self.router.as_ref().ok_or(unserved)?;
                Ok(Answer::Http(Self::serve_http(router.clone(), *event, deadline).await?))
            }
            Event::Inbox(records) => {
                let handler = self.inbox.as_ref().ok_or(unserved)?;
                Ok(Answer::Batch(Self::serve_inbox(handler.as_ref(), records).await))
            }
            Event::Stream(records) => {
                let handler = self.stream.as_ref().ok_or(unserved)?;
                Ok(Answer::Batch(Self::serve_stream(handler.as_ref(), records).await))
            }
            Event::Authorizer(token) => {
                let handler = self.authorizer.as_ref().ok_or(unserved)?;
                let context = isolated(async { handler.authorize(token.as_deref()).await })
                    .await
                    .map_err(|Panicked| InvocationError::Panicked { kind })?;
                debug!("authorizer answered");
                Ok(Answer::Json(json!({ "isAuthorized": true, "context": context })))
            }
            Event::Direct { kind: asked, payload } => {
                let handler = self.direct.as_ref().ok_or(unserved)?;
                let stopwatch = Stopwatch::start();
                let outcome = isolated(async { handler.handle(&asked, payload).await })
                    .await
                    .map_err(|Panicked| InvocationError::Panicked { kind })?;
                let refusal = outcome.as_ref().err().map(|refusal| refusal.code.as_str());
                info!(
                    direct.kind = asked,
                    direct.refusal = refusal,
                    duration_ms = stopwatch.elapsed_ms(),
                    "direct invocation handled"
                );
                Ok(Answer::Json(match outcome {
                    Ok(answer) => json!({ "ok": answer }),
                    Err(refusal) => json!({ "error": refusal }),
                }))
            }
        }
    }

    async fn serve_http(
        router: Router,
        event: ApiGatewayV2httpRequest,
        deadline: Option<Deadline>,
    ) -> Result<HttpAnswer, EventError> {
        let mut request = http::from_event(event)?;
        if let Some(deadline) = deadline {
            request.extensions_mut().insert(deadline);
        }
        let sent = correlation(request.headers());
        if let Some(sent) = &sent {
            telemetry::correlate(&Span::current(), sent, traceparent(request.headers()).as_ref());
        }
        let answer = isolated(async {
            let response = match router.oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            http::from_response(response).await
        })
        .await;
        let internal = || HttpAnswer::internal(sent.as_ref().map(CorrelationId::as_str));
        Ok(answer.ok().flatten().unwrap_or_else(internal))
    }

    async fn serve_inbox(handler: &dyn InboxHandler, records: Vec<InboxRecord>) -> BatchAnswer {
        let stopwatch = Stopwatch::start();
        let all: Vec<String> = records.iter().map(|record| record.message_id.clone()).collect();
        let count = all.len();
        let outcome = isolated(async { handler.handle(records).await }).await;
        log_batch(count, BatchAnswer::of(all, outcome), stopwatch)
    }

    async fn serve_stream(handler: &dyn StreamHandler, records: Vec<StreamRecord>) -> BatchAnswer {
        let stopwatch = Stopwatch::start();
        let all: Vec<String> = records.iter().map(|record| record.sequence_number.clone()).collect();
        let count = all.len();
        let outcome = isolated(async { handler.handle(records).await }).await;
        log_batch(count, BatchAnswer::of(all, outcome), stopwatch)
    }
}

fn log_batch(records: usize, answer: BatchAnswer, stopwatch: Stopwatch) -> BatchAnswer {
    info!(
        batch.records = records,
        batch.failed = answer.failed(),
        duration_ms = stopwatch.elapsed_ms(),
        "batch handled"
    );
    answer
}

/// What an invocation answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// To API Gateway.
    Http(HttpAnswer),
    /// To the poller of a queue or a stream.
    Batch(BatchAnswer),
    /// To API Gateway's authorizer, or to whoever invoked the function.
    Json(Value),
}

fn correlation(headers: &HeaderMap) -> Option<CorrelationId> {
    headers.get(CORRELATION_HEADER)?.to_str().ok()?.parse().ok()
}

fn traceparent(headers: &HeaderMap) -> Option<Traceparent> {
    headers.get("traceparent")?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use axum::extract::Extension;
    use axum::routing::any;

    use super::*;

    #[tokio::test]
    async fn a_request_knows_when_its_invocation_ends() {
        let told = async |Extension(Deadline(end)): Extension<Deadline>| end.to_string();
        let app = App::new("svc").http(Router::new().fallback(any(told)));
        let event = include_str!("../tests/it/events/http-get.json");
        let end = Timestamp::from_unix_ms(1_795_327_215_000);
        let answer = serde_json::to_value(app.respond(event, "r-1", Some(end)).await.unwrap()).unwrap();
        assert_eq!(answer["body"], end.to_string());
    }
}
