//! What is known about a request before its handler runs.

use std::sync::Arc;

use axum::extract::Request;
use http::request::Parts;
use http::{HeaderMap, HeaderName};
use kernel::{CorrelationId, Timestamp, Traceparent};
use tracing::Span;

use super::{CORRELATION_ID, Edge};
use crate::limits::Limits;
use crate::principal::{AuthorizerContext, Identity};
use crate::problem::{Problem, ProblemKind};

static TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// What ties a request to what led to it and what it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestInfo {
    /// `X-Correlation-Id` of the request, or a new one.
    pub correlation: CorrelationId,
    /// A child of the request's `traceparent`, or a new trace.
    pub traceparent: Traceparent,
    /// When the request arrived. What is decided for one request is decided at one instant.
    pub now: Timestamp,
}

impl RequestInfo {
    /// The 32 digits that all spans of the trace share.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.traceparent.as_str().get(3..35)
    }
}

/// Everything the extractors draw on.
#[derive(Debug)]
pub(crate) struct RequestContext {
    pub(crate) info: RequestInfo,
    pub(crate) identity: Identity,
    pub(crate) limits: Option<Arc<dyn Limits>>,
}

impl RequestContext {
    /// Takes the authorizer's answer out of the request, so that nothing behind can read it differently.
    pub(crate) fn of(request: &mut Request, edge: &Edge) -> Arc<Self> {
        let identity =
            Identity::from_context(request.extensions_mut().remove::<AuthorizerContext>().as_ref());
        let headers = request.headers();
        let info = RequestInfo {
            correlation: header(headers, &CORRELATION_ID).unwrap_or_else(|| new_correlation(edge)),
            traceparent: header(headers, &TRACEPARENT).map_or_else(
                || Traceparent::new(edge.ids.uuid(), edge.ids.uuid()),
                |parent: Traceparent| parent.child(edge.ids.uuid()),
            ),
            now: edge.clock.now(),
        };
        Arc::new(Self { info, identity, limits: edge.limits.clone() })
    }

    /// Notes what the request belongs to on the span of the invocation, so that every line written while it is handled
    /// shows it. A span without these fields stays as it is.
    pub(crate) fn mark(&self, span: &Span) {
        span.record("correlation.id", self.info.correlation.as_str());
        if let Some(trace_id) = self.info.trace_id() {
            span.record("trace.id", trace_id);
        }
    }
}

/// A header that is valid; an invalid one is as good as none.
fn header<T: std::str::FromStr>(headers: &HeaderMap, name: &HeaderName) -> Option<T> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

fn new_correlation(edge: &Edge) -> CorrelationId {
    let uuid = edge.ids.uuid().simple().to_string();
    // 32 hexadecimal digits are a valid correlation id; parsing cannot fail, and recursion would only draw another one.
    uuid.parse().unwrap_or_else(|_| new_correlation(edge))
}

/// The context of a request that came through the edge.
///
/// # Errors
/// 500 when the router was built without [`Routes::into_router`](crate::Routes::into_router).
pub(crate) fn context(parts: &Parts) -> Result<&Arc<RequestContext>, Problem> {
    parts.extensions.get().ok_or_else(|| {
        Problem::new(ProblemKind::Internal, "The correlation id identifies this failure in our logs.")
            .caused_by("the router was not built by Routes::into_router")
    })
}
