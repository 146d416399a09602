//! What handlers answer.

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, ETAG, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;

use crate::conditional::{ETag, IfNoneMatch};
use crate::prefer::Prefer;
use crate::problem::Problem;

static IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
static PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// An answer: status, headers, JSON body.
#[derive(Debug, Clone)]
pub struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Reply {
    /// 200 with `body`.
    ///
    /// # Errors
    /// 500 when the body does not serialize, which is a bug.
    pub fn ok<T: Serialize + ?Sized>(body: &T) -> Result<Self, Problem> {
        Self::json(StatusCode::OK, body)
    }

    /// 201 with `body`, which is found at `location`.
    ///
    /// # Errors
    /// 500 when the body does not serialize, which is a bug.
    pub fn created<T: Serialize + ?Sized>(location: &str, body: &T) -> Result<Self, Problem> {
        Ok(Self::json(StatusCode::CREATED, body)?.header(LOCATION, location))
    }

    /// 202 with `body`: it was accepted, and its outcome will be found at `location`.
    ///
    /// # Errors
    /// 500 when the body does not serialize, which is a bug.
    pub fn accepted<T: Serialize + ?Sized>(location: &str, body: &T) -> Result<Self, Problem> {
        Ok(Self::json(StatusCode::ACCEPTED, body)?.header(LOCATION, location))
    }

    /// 302: the browser goes on to `location`.
    #[must_use]
    pub fn found(location: &str) -> Self {
        let empty = Self { status: StatusCode::FOUND, headers: HeaderMap::new(), body: Bytes::new() };
        empty.header(LOCATION, location)
    }

    /// 204.
    #[must_use]
    pub fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, headers: HeaderMap::new(), body: Bytes::new() }
    }

    /// `body` with any status.
    ///
    /// # Errors
    /// 500 when the body does not serialize, which is a bug.
    pub fn json<T: Serialize + ?Sized>(status: StatusCode, body: &T) -> Result<Self, Problem> {
        serde_json::to_vec(body)
            .map(|body| Self::rendered(status, body))
            .map_err(|error| Problem::internal(&error))
    }

    /// A body that is JSON text already, e.g. an entry a view keeps rendered.
    pub fn rendered(status: StatusCode, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self { status, headers, body: body.into() }
    }

    /// Adds the entity tag.
    #[must_use]
    pub fn etag(mut self, etag: &ETag) -> Self {
        self.headers.insert(ETAG, etag.to_header());
        self
    }

    /// Adds the digest of the body as its entity tag: for lists.
    #[must_use]
    pub fn etag_of_content(self) -> Self {
        let etag = ETag::of_content(&self.body);
        self.etag(&etag)
    }

    /// Sends 304 without a body when the client has this tag already.
    #[must_use]
    pub fn unless_known(mut self, known: &IfNoneMatch) -> Self {
        let current = self.headers.get(ETAG).and_then(|tag| tag.to_str().ok()).map(ETag::from_header);
        if self.status == StatusCode::OK && current.is_some_and(|current| known.has(&current)) {
            self.status = StatusCode::NOT_MODIFIED;
            self.headers.remove(CONTENT_TYPE);
            self.body = Bytes::new();
        }
        self
    }

    /// Says that the client's `wait` was honoured.
    #[must_use]
    pub fn preference_applied(mut self, prefer: &Prefer) -> Self {
        if let Some(applied) = prefer.applied() {
            self.headers.insert(PREFERENCE_APPLIED.clone(), applied);
        }
        self
    }

    /// Says that this very request had been answered before.
    #[must_use]
    pub fn replayed(self, replayed: bool) -> Self {
        if replayed { self.header(IDEMPOTENCY_REPLAYED.clone(), "true") } else { self }
    }

    /// Adds a header; a value that is not one is left out.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        (self.status, self.headers, self.body).into_response()
    }
}

/// A page of a list. `T` may be a `Box<serde_json::value::RawValue>` where entries are stored rendered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The entries.
    pub data: Vec<T>,
    /// Continues the list; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}
