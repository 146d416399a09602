//! Errors as Google words them (<https://cloud.google.com/apis/design/errors>).

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};

/// An error of the Sheets API.
#[derive(Debug)]
pub(super) struct GoogleError {
    status: StatusCode,
    name: &'static str,
    message: String,
    details: Option<Value>,
}

impl GoogleError {
    fn new(status: StatusCode, name: &'static str, message: impl Into<String>) -> Self {
        Self { status, name, message: message.into(), details: None }
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "INVALID_ARGUMENT", message)
    }

    pub(super) fn unauthenticated() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "UNAUTHENTICATED",
            "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid \
             authentication credential.",
        )
    }

    pub(super) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "PERMISSION_DENIED", "The caller does not have permission")
    }

    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", "Requested entity was not found.")
    }

    pub(super) fn not_simulated(what: &str) -> Self {
        Self::new(StatusCode::NOT_IMPLEMENTED, "UNIMPLEMENTED", format!("{what} is not simulated"))
    }

    pub(super) fn quota(writes: bool) -> Self {
        let (kind, limit, metric) = if writes {
            ("Write", "WriteRequestsPerMinutePerUser", "write_requests")
        } else {
            ("Read", "ReadRequestsPerMinutePerUser", "read_requests")
        };
        let message = format!(
            "Quota exceeded for quota metric '{kind} requests' and limit '{kind} requests per minute per user' of service \
             'sheets.googleapis.com' for consumer 'project_number:1'."
        );
        Self {
            details: Some(json!([{
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "RATE_LIMIT_EXCEEDED",
                "domain": "googleapis.com",
                "metadata": {
                    "consumer": "projects/1", "service": "sheets.googleapis.com", "quota_limit": limit,
                    "quota_metric": format!("sheets.googleapis.com/{metric}"),
                },
            }])),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, "RESOURCE_EXHAUSTED", message)
        }
    }
}

impl IntoResponse for GoogleError {
    fn into_response(self) -> Response {
        let mut error = json!({ "code": self.status.as_u16(), "message": self.message, "status": self.name });
        if let Some(details) = self.details {
            error["details"] = details;
        }
        (self.status, Json(json!({ "error": error }))).into_response()
    }
}
