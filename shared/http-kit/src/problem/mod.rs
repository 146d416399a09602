//! Refusals and failures as `application/problem+json` (RFC 9457).
//!
//! A problem is written for the caller. What went wrong inside travels beside it, as the cause, to the one place that
//! logs it (the [edge](crate::edge)); it is never part of the body.

mod kind;
mod render;

use std::error::Error;
use std::fmt;

use http::header::{ETAG, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value};

pub use kind::ProblemKind;
pub(crate) use render::schema;

use crate::conditional::ETag;
use crate::faults::{Faults, FieldError};

/// The media type of a problem.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Why a request was not served.
#[derive(Debug, Clone)]
pub struct Problem(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    kind: ProblemKind,
    detail: String,
    errors: Vec<FieldError>,
    members: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<String>,
}

impl Problem {
    /// A problem of `kind`, explained to the caller by `detail`.
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            detail: detail.into(),
            errors: Vec::new(),
            members: Map::new(),
            headers: Vec::new(),
            cause: None,
        }))
    }

    /// Everything wrong with a request: 400 when the request itself is malformed (a header, a parameter, the JSON
    /// text), 422 when only its content is not acceptable.
    #[must_use]
    pub fn from_faults(faults: Faults) -> Self {
        let (count, malformed) = (faults.len(), faults.is_malformed());
        let listed = faults.into_listed();
        let kind = match listed.as_slice() {
            [only] if only.code == "syntax" => ProblemKind::InvalidJson,
            _ if malformed => ProblemKind::InvalidRequest,
            _ => ProblemKind::Validation,
        };
        let detail = match (count, listed.len()) {
            (1, _) => "1 fault was found; see errors.".to_owned(),
            (_, all) if all == count => format!("{count} faults were found; see errors."),
            (_, some) => format!("{count} faults were found; errors lists the first {some}."),
        };
        Self::new(kind, detail).with_errors(listed)
    }

    /// 422: fields that are well-formed but not acceptable, found after reading the body (an unknown product, …).
    pub fn validation(errors: impl IntoIterator<Item = FieldError>) -> Self {
        let mut faults = Faults::default();
        errors.into_iter().for_each(|error| faults.push(error));
        Self::from_faults(faults)
    }

    /// 400: a header or parameter that is well-formed in itself cannot be used.
    pub fn invalid_request(error: FieldError) -> Self {
        Self::new(ProblemKind::InvalidRequest, "1 fault was found; see errors.").with_errors(vec![error])
    }

    /// 400: the cursor was not issued for this list, these filters and this firm.
    #[must_use]
    pub fn invalid_cursor() -> Self {
        let fault = FieldError::parameter(
            "cursor",
            "invalid-cursor",
            "was not issued for this list; start without it",
        );
        Self::new(ProblemKind::InvalidCursor, "Cursors are opaque and belong to one list with its filters.")
            .with_errors(vec![fault])
    }

    /// 401, with the challenge of RFC 6750.
    #[must_use]
    pub fn unauthenticated(detail: &'static str) -> Self {
        Self::new(ProblemKind::Unauthenticated, detail)
            .with_header(WWW_AUTHENTICATE, HeaderValue::from_static(r#"Bearer error="invalid_token""#))
    }

    /// 403: names the permission that is missing.
    #[must_use]
    pub fn forbidden(permission: &str) -> Self {
        Self::new(ProblemKind::Forbidden, format!("This needs the permission {permission}."))
            .with("permission", permission)
    }

    /// 404: `what` ("deal", "lot") is unknown, malformed, or another firm's. The caller cannot tell which.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(ProblemKind::NotFound, format!("There is no such {what}."))
    }

    /// 409: the current state forbids it.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::Conflict, detail)
    }

    /// 412: the resource is at another version, which is in the answer's `ETag`.
    #[must_use]
    pub fn precondition_failed(current: &ETag) -> Self {
        Self::new(
            ProblemKind::PreconditionFailed,
            format!("The current version is {current}; read it and try again."),
        )
        .with_header(ETAG, current.to_header())
    }

    /// 422: this `Idempotency-Key` belongs to a request with another body.
    #[must_use]
    pub fn key_reused() -> Self {
        let fault = FieldError::header("Idempotency-Key", "reused", "belongs to a request with another body");
        Self::new(ProblemKind::KeyReused, "Use a new key for a new request.").with_errors(vec![fault])
    }

    /// 429: wait `retry_after_s` seconds.
    #[must_use]
    pub fn too_many_requests(retry_after_s: u32) -> Self {
        Self::new(ProblemKind::TooManyRequests, format!("Try again in {retry_after_s} s."))
            .with_header(RETRY_AFTER, HeaderValue::from(retry_after_s))
    }

    /// 500: a bug, or a dependency that answers nonsense. The error and its causes go to the log only.
    #[must_use]
    pub fn internal(error: &dyn Error) -> Self {
        Self::new(ProblemKind::Internal, "The correlation id identifies this failure in our logs.")
            .caused_by(kernel::error::chain(error))
    }

    /// 503: a dependency is out of reach; the same request may succeed later. The cause goes to the log only.
    #[must_use]
    pub fn unavailable(error: &dyn Error) -> Self {
        Self::new(ProblemKind::Unavailable, "Try again in a moment.")
            .with_header(RETRY_AFTER, HeaderValue::from_static("1"))
            .caused_by(kernel::error::chain(error))
    }

    /// 501: planned, and not there yet.
    pub fn not_implemented(detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::NotImplemented, detail)
    }

    /// Adds a member of its own (RFC 9457 §3.2), such as the shortage per lot. A value that does not serialize is
    /// left out.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Serialize) -> Self {
        if let Ok(value) = serde_json::to_value(value) {
            self.0.members.insert(name.to_owned(), value);
        }
        self
    }

    /// Sets the list of faults.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.0.errors = errors;
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// Notes for the log what the caller must not see.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<String>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// What kind it is.
    #[must_use]
    pub const fn kind(&self) -> ProblemKind {
        self.0.kind
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.0.kind.status()
    }

    /// The explanation for the caller.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// Every fault that is listed.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// What goes to the log only.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.kind.title(), self.0.detail)
    }
}

impl Error for Problem {}

impl From<Faults> for Problem {
    fn from(faults: Faults) -> Self {
        Self::from_faults(faults)
    }
}
