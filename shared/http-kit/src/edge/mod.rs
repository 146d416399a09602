//! What happens to every request, whatever its route.
//!
//! From the outside in: compression → context, log line, panic barrier, problem rendering → the size limit →
//! routing → access check → [limits](crate::limits) → handler. One place, so that no router can leave one out.
//!
//! Deliberately absent: brotli. Its encoder adds 1.1 MB to a binary whose budget is 6.5 MB (gzip: 0.13 MB), and saves
//! some hundred bytes on a page.

mod context;
mod log;

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, ETAG, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderName, HeaderValue};
use kernel::{Clock, IdSource};
use tower_http::compression::predicate::SizeAbove;
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tracing::Span;

pub use context::RequestInfo;
pub(crate) use context::{RequestContext, context};

use crate::limits::Limits;
use crate::problem::{Problem, ProblemKind};

/// The largest body that is read, in bytes. (API Gateway itself would let 10 MB pass.)
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// Smaller answers are sent as they are: compressing them costs more than it saves.
const COMPRESS_FROM_BYTES: u64 = 1_024;

pub(crate) static CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");

/// The ports the edge needs.
#[derive(Clone)]
pub struct Edge {
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    limits: Option<Arc<dyn Limits>>,
}

impl std::fmt::Debug for Edge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Edge")
    }
}

impl Edge {
    /// With a clock (durations, `now`) and a source of identifiers (correlation, spans).
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Self {
        Self { clock, ids, limits: None }
    }

    /// Holds callers to `limits`.
    #[must_use]
    pub fn limited(self, limits: Arc<dyn Limits>) -> Self {
        Self { limits: Some(limits), ..self }
    }

    /// With the machine's clock and random identifiers, without limits.
    #[must_use]
    pub fn system() -> Self {
        Self::new(Arc::new(kernel::SystemClock), Arc::new(kernel::RandomIds))
    }

    /// Puts the edge around a router. Called last: layers cover the routes added before them.
    pub(crate) fn around(self, router: Router) -> Router {
        router.layer(from_fn_with_state(self, serve)).layer(
            CompressionLayer::new()
                .quality(CompressionLevel::Fastest)
                .compress_when(SizeAbove::new(COMPRESS_FROM_BYTES)),
        )
    }
}

/// Serves one request: gives it a context, contains a panic, completes a problem, writes the log line.
async fn serve(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let context = RequestContext::of(&mut request, &edge);
    context.mark(&Span::current());
    let line = log::Line::begin(&request);
    let path = request.uri().path().to_owned();
    request.extensions_mut().insert(Arc::clone(&context));
    // Every line of this request shows what ties it together, when the function's entry point made such a span.
    let span = tracing::Span::current();
    span.record("correlation.id", context.info.correlation.as_str());
    span.record("trace.id", context.info.traceparent.as_str().get(3..35));

    let mut response = match refuse_early(&request) {
        Some(problem) => problem.into_response(),
        None => AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|panic| {
            Problem::new(ProblemKind::Internal, "The correlation id identifies this failure in our logs.")
                .caused_by(format!("panic: {}", panic_text(&*panic)))
                .into_response()
        }),
    };

    let problem = response.extensions_mut().remove::<Problem>();
    if let Some(problem) = &problem {
        let body = problem.body(Some((&path, &context.info.correlation)));
        response.headers_mut().remove(CONTENT_LENGTH);
        *response.body_mut() = body.into();
    }
    complete_headers(&mut response, &context);
    line.end(&response, &context, problem.as_ref(), edge.clock.now());
    response
}

/// A body that says it is too large is not read at all.
fn refuse_early(request: &Request) -> Option<Problem> {
    let announced = request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse::<u64>().ok()?;
    (announced > u64::try_from(MAX_BODY_BYTES).ok()?).then(too_large)
}

/// 413.
pub(crate) fn too_large() -> Problem {
    Problem::new(ProblemKind::PayloadTooLarge, format!("A body may have at most {MAX_BODY_BYTES} bytes."))
        .with("maxBytes", MAX_BODY_BYTES)
}

fn complete_headers(response: &mut Response, context: &RequestContext) {
    let tagged = response.headers().contains_key(ETAG);
    let headers = response.headers_mut();
    if let Ok(correlation) = HeaderValue::from_str(context.info.correlation.as_str()) {
        headers.insert(CORRELATION_ID.clone(), correlation);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // What has a tag may be kept by the client that asked, and must be revalidated; the rest is not kept.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static(if tagged {
        "private, no-cache"
    } else {
        "no-store"
    }));
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("not a text")
}

/// 404 for a path no route has.
pub(crate) async fn no_such_path() -> Problem {
    Problem::not_found("path")
}

/// 405 for a method the path's routes do not have; the router adds `Allow`.
pub(crate) async fn no_such_method() -> Problem {
    Problem::new(ProblemKind::MethodNotAllowed, "The Allow header lists the methods of this resource.")
}

/// The route's template, when one matched.
pub(crate) fn route_of(request: &Request) -> Option<MatchedPath> {
    request.extensions().get::<MatchedPath>().cloned()
}
