//! The registry of problem types.

use http::StatusCode;

macro_rules! kinds {
    ($($(#[doc = $doc:expr])* $name:ident = $status:ident, $slug:literal, $title:literal;)+) => {
        /// Every kind of problem the API answers with. The slug is stable: clients match on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ProblemKind { $($(#[doc = $doc])* $name),+ }

        impl ProblemKind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The `type` of the problem: a URI reference relative to the API.
            #[must_use]
            pub const fn type_uri(self) -> &'static str {
                match self { $(Self::$name => concat!("/problems/", $slug)),+ }
            }

            /// What it is in a few words; the same for every occurrence.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }

            /// The HTTP status it is answered with.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status),+ }
            }
        }
    };
}

kinds! {
    /// The body is not JSON.
    InvalidJson = BAD_REQUEST, "invalid-json", "The body is not valid JSON";
    /// A header, a query parameter or the request as a whole is malformed.
    InvalidRequest = BAD_REQUEST, "invalid-request", "The request is malformed";
    /// A cursor was not issued for this list.
    InvalidCursor = BAD_REQUEST, "invalid-cursor", "The cursor is not valid for this list";
    /// Nobody is signed in, or the token is expired or invalid.
    Unauthenticated = UNAUTHORIZED, "unauthenticated", "Authentication is required";
    /// The caller may not do this.
    Forbidden = FORBIDDEN, "forbidden", "The permission for this is missing";
    /// There is no such resource, or it belongs to somebody else.
    NotFound = NOT_FOUND, "not-found", "There is no such resource";
    /// The resource has no such method.
    MethodNotAllowed = METHOD_NOT_ALLOWED, "method-not-allowed", "The resource does not support this method";
    /// The current state forbids it.
    Conflict = CONFLICT, "conflict", "The current state does not allow this";
    /// The resource changed since the version in `If-Match`.
    PreconditionFailed = PRECONDITION_FAILED, "precondition-failed", "The resource has changed in the meantime";
    /// The body is too large.
    PayloadTooLarge = PAYLOAD_TOO_LARGE, "payload-too-large", "The body is too large";
    /// The body is of another media type than the resource reads.
    UnsupportedMediaType = UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "The media type is not supported";
    /// Fields of the body are not acceptable; `errors` lists all of them.
    Validation = UNPROCESSABLE_ENTITY, "validation", "Some fields are not acceptable";
    /// The `Idempotency-Key` was used for another request.
    KeyReused = UNPROCESSABLE_ENTITY, "idempotency-key-reused", "The idempotency key was used for another request";
    /// A change needs `If-Match`.
    PreconditionRequired = PRECONDITION_REQUIRED, "precondition-required", "The request must be conditional";
    /// The caller sends too much.
    TooManyRequests = TOO_MANY_REQUESTS, "too-many-requests", "Too many requests";
    /// Something failed that is not the caller's fault.
    Internal = INTERNAL_SERVER_ERROR, "internal", "Something failed on our side";
    /// The feature does not exist yet.
    NotImplemented = NOT_IMPLEMENTED, "not-implemented", "This is not implemented yet";
    /// Something needed is out of reach for the moment; the same request may succeed later.
    Unavailable = SERVICE_UNAVAILABLE, "unavailable", "The service is unavailable for the moment";
}
