//! Headers that handlers ask for.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::header::{IF_MATCH, IF_NONE_MATCH};
use http::request::Parts;
use http::{HeaderMap, HeaderName};

use crate::conditional::{IfMatch, IfNoneMatch};
use crate::faults::{Faults, FieldError};
use crate::idempotency::IdempotencyKey;
use crate::prefer::Prefer;
use crate::problem::{Problem, ProblemKind};
use crate::routes::{Documented, HeaderParam, Inputs};

static IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
static PREFER: HeaderName = HeaderName::from_static("prefer");

/// Why a header that must be there cannot be used.
pub(super) enum HeaderFault {
    Missing(FieldError),
    Malformed(FieldError),
}

impl HeaderFault {
    pub(super) fn into_fault(self) -> FieldError {
        match self {
            Self::Missing(fault) | Self::Malformed(fault) => fault,
        }
    }
}

/// The header, when it was sent once and is text.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<Result<&'a str, ()>> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    Some(if values.next().is_some() { Err(()) } else { first.to_str().map_err(|_| ()) })
}

impl IdempotencyKey {
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, HeaderFault> {
        const NAME: &str = "Idempotency-Key";
        match single(headers, &IDEMPOTENCY_KEY) {
            None => Err(HeaderFault::Missing(FieldError::header(
                NAME,
                "missing",
                "is required: choose a new one for each new request, and keep it for its retries",
            ))),
            Some(text) => text.ok().and_then(Self::parse).ok_or_else(|| {
                let detail = "must be sent once, with 1 to 128 visible ASCII characters";
                HeaderFault::Malformed(FieldError::header(NAME, "malformed", detail))
            }),
        }
    }
}

impl IfMatch {
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, HeaderFault> {
        const NAME: &str = "If-Match";
        match single(headers, &IF_MATCH) {
            None => Err(HeaderFault::Missing(FieldError::header(
                NAME,
                "missing",
                "is required: send the ETag of the version you changed",
            ))),
            Some(text) => text.ok().and_then(Self::parse).ok_or_else(|| {
                let detail = "must be an ETag as it was received, such as \"7\"; * is not accepted";
                HeaderFault::Malformed(FieldError::header(NAME, "malformed", detail))
            }),
        }
    }
}

/// 428 when the missing `If-Match` is among the faults, whatever else is wrong; the list is complete either way.
pub(super) fn precondition_required(faults: Faults) -> Problem {
    Problem::new(ProblemKind::PreconditionRequired, "Read the resource, then send its ETag in If-Match.")
        .with_errors(faults.into_listed())
}

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::of(&parts.headers).map_err(|fault| Problem::invalid_request(fault.into_fault()))
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Problem> {
        match Self::of(&parts.headers) {
            Ok(key) => Ok(Some(key)),
            Err(HeaderFault::Missing(_)) => Ok(None),
            Err(HeaderFault::Malformed(fault)) => Err(Problem::invalid_request(fault)),
        }
    }
}

impl Documented for IdempotencyKey {
    fn document(inputs: &mut Inputs) {
        inputs.header(HeaderParam::IdempotencyKey, true);
    }
}

impl Documented for Option<IdempotencyKey> {
    fn document(inputs: &mut Inputs) {
        inputs.header(HeaderParam::IdempotencyKey, false);
    }
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::of(&parts.headers).map_err(|fault| match fault {
            HeaderFault::Malformed(fault) => Problem::invalid_request(fault),
            HeaderFault::Missing(fault) => {
                let mut faults = Faults::default();
                faults.push(fault);
                precondition_required(faults)
            }
        })
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Problem> {
        match Self::of(&parts.headers) {
            Ok(tags) => Ok(Some(tags)),
            Err(HeaderFault::Missing(_)) => Ok(None),
            Err(HeaderFault::Malformed(fault)) => Err(Problem::invalid_request(fault)),
        }
    }
}

impl Documented for IfMatch {
    fn document(inputs: &mut Inputs) {
        inputs.header(HeaderParam::IfMatch, true);
    }
}

impl Documented for Option<IfMatch> {
    fn document(inputs: &mut Inputs) {
        inputs.header(HeaderParam::IfMatch, false);
    }
}

impl<S: Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(parts
            .headers
            .get(IF_NONE_MATCH)
            .and_then(|v| v.to_str().ok())
            .map(Self::parse)
            .unwrap_or_default())
    }
}

impl Documented for IfNoneMatch {
    fn document(inputs: &mut Inputs) {
        inputs.header(HeaderParam::IfNoneMatch, false);
    }
}

impl<S: Sync> FromRequestParts<S> for Prefer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let lines = parts.headers.get_all(&PREFER).iter().filter_map(|line| line.to_str().ok());
        Ok(Self { deadline: parts.extensions.get().copied(), ..Self::parse(lines) })
    }
}

impl Documented for Prefer {
    fn document(inputs: &mut Inputs) {
        inputs.header(HeaderParam::Prefer, false);
    }
}
