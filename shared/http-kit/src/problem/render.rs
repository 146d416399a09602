//! A problem as an HTTP answer.

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};
use kernel::CorrelationId;
use schemars::{Schema, json_schema};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{PROBLEM_JSON, Problem};
use crate::faults::{ECHOED_CHARS, FieldError};

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<&'a str>,
    #[serde(rename = "correlationId", skip_serializing_if = "Option::is_none")]
    correlation_id: Option<&'a CorrelationId>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    #[serde(flatten)]
    members: &'a Map<String, Value>,
}

impl Problem {
    /// The body, with what only the edge knows: the path asked for and the correlation id.
    pub(crate) fn body(&self, request: Option<(&str, &CorrelationId)>) -> Bytes {
        let body = Body {
            r#type: self.0.kind.type_uri(),
            title: self.0.kind.title(),
            status: self.status().as_u16(),
            detail: &self.0.detail,
            instance: request.map(|(path, _)| beginning(path)),
            correlation_id: request.map(|(_, correlation)| correlation),
            errors: &self.0.errors,
            members: &self.0.members,
        };
        serde_json::to_vec(&body).unwrap_or_else(|_| b"{}".to_vec()).into()
    }

    pub(crate) fn headers(&self) -> HeaderMap {
        let mut headers: HeaderMap = self.0.headers.iter().cloned().collect();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        headers
    }
}

impl IntoResponse for Problem {
    /// The problem also travels in the extensions of the response, so that the edge can log its cause and complete the
    /// body.
    fn into_response(self) -> Response {
        let mut response = (self.status(), self.headers(), self.body(None)).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// As much of a path as can be echoed; what is left of it is a path, without half an escape at its end (RFC 3986, 2.1).
fn beginning(path: &str) -> &str {
    let Some((end, _)) = path.char_indices().nth(ECHOED_CHARS) else { return path };
    let cut = path.get(..end).unwrap_or_default();
    match cut.rfind('%') {
        Some(escape) if cut.len() - escape < 3 => cut.get(..escape).unwrap_or_default(),
        _ => cut,
    }
}

/// The schema of every problem body.
pub(crate) fn schema() -> Schema {
    json_schema!({
        "type": "object",
        "description": "A problem (RFC 9457). Match on `type`; show `title` and `detail`.",
        "properties": {
            "type": { "type": "string", "format": "uri-reference", "examples": ["/problems/validation"] },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string" },
            "instance": { "type": "string", "format": "uri-reference" },
            "correlationId": { "type": "string", "description": "Quote this when asking for help." },
            "errors": {
                "type": "array",
                "description": "Every fault found in the request.",
                "items": {
                    "type": "object",
                    "description": "One of `pointer`, `parameter` and `header` says where; `nearest` whom an unknown name might mean.",
                    "properties": {
                        "pointer": { "type": "string", "format": "json-pointer" },
                        "parameter": { "type": "string" },
                        "header": { "type": "string" },
                        "code": { "type": "string", "examples": ["missing"] },
                        "detail": { "type": "string" },
                        "nearest": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "properties": { "id": { "type": "string" }, "name": { "type": "string" } }
                            }
                        }
                    },
                    "required": ["code", "detail"]
                }
            }
        },
        "required": ["type", "title", "status", "detail"]
    })
}
