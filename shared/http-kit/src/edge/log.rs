//! One line per request.

use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use http::Method;
use kernel::Timestamp;

use super::{RequestContext, route_of};
use crate::problem::Problem;

/// What the line needs of a request that is about to be consumed. Never bodies, tokens or query strings: those may
/// name people.
pub(super) struct Line {
    method: Method,
    route: Option<MatchedPath>,
}

impl Line {
    pub(super) fn begin(request: &Request) -> Self {
        Self { method: request.method().clone(), route: route_of(request) }
    }

    /// Writes the line: `info` for what was served or refused, `error` with the cause for what failed.
    pub(super) fn end(
        self,
        response: &Response,
        context: &RequestContext,
        problem: Option<&Problem>,
        now: Timestamp,
    ) {
        let method = self.method.as_str();
        let route = self.route.as_ref().map_or("none", MatchedPath::as_str);
        let status = response.status().as_u16();
        let duration_ms = now.since_ms(context.info.now);
        let correlation = context.info.correlation.as_str();
        let trace = context.info.trace_id();
        let principal = context.identity.known().map_or("none", |principal| principal.user_id.as_str());
        let problem_type = problem.map(|problem| problem.kind().type_uri());
        if response.status().is_server_error() {
            let cause = problem.and_then(Problem::cause);
            tracing::error!(
                http.method = method,
                http.route = route,
                http.status = status,
                duration_ms,
                correlation.id = correlation,
                trace.id = trace,
                principal.id = principal,
                problem = problem_type,
                cause,
                "{method} {route} {status}"
            );
        } else {
            tracing::info!(
                http.method = method,
                http.route = route,
                http.status = status,
                duration_ms,
                correlation.id = correlation,
                trace.id = trace,
                principal.id = principal,
                problem = problem_type,
                "{method} {route} {status}"
            );
        }
    }
}
