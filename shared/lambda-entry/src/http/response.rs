//! From the router's response to what API Gateway takes.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{HeaderMap, Response, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt as _;
use serde::Serialize;

/// A response in payload format 2.0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpAnswer {
    /// The HTTP status.
    pub status_code: u16,
    /// Headers; values of one name are joined with a comma, as RFC 9110 §5.3 allows for all but cookies.
    pub headers: BTreeMap<String, String>,
    /// `Set-Cookie` values, which must not be joined.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cookies: Vec<String>,
    /// The body: text, or base64 of what is not text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// Whether [`HttpAnswer::body`] is base64.
    pub is_base64_encoded: bool,
}

impl HttpAnswer {
    /// The answer to a request whose handler panicked: says nothing of why.
    pub(crate) fn internal(correlation: Option<&str>) -> Self {
        let mut body = serde_json::json!({
            "type": "about:blank",
            "title": "Internal Server Error",
            "status": 500,
            "detail": "The request failed for a reason on our side. It has been logged.",
        });
        let mut headers =
            BTreeMap::from([("content-type".to_owned(), "application/problem+json".to_owned())]);
        if let Some(correlation) = correlation {
            body["correlationId"] = correlation.into();
            headers.insert("x-correlation-id".to_owned(), correlation.to_owned());
        }
        Self {
            status_code: StatusCode::INTERNAL_SERVER_ERROR.as_u16(),
            headers,
            cookies: Vec::new(),
            body: body.to_string(),
            is_base64_encoded: false,
        }
    }
}

/// Collects `response`. `None` when its body breaks off.
pub(crate) async fn from_response(response: Response<Body>) -> Option<HttpAnswer> {
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.ok()?.to_bytes();
    // A compressed body may happen to be UTF-8; it is bytes all the same.
    let text = if parts.headers.contains_key(header::CONTENT_ENCODING) {
        Err(Vec::from(bytes))
    } else {
        String::from_utf8(Vec::from(bytes)).map_err(std::string::FromUtf8Error::into_bytes)
    };
    let (body, is_base64_encoded) = match text {
        Ok(text) => (text, false),
        Err(bytes) => (STANDARD.encode(bytes), true),
    };
    let (headers, cookies) = split(&parts.headers);
    Some(HttpAnswer { status_code: parts.status.as_u16(), headers, cookies, body, is_base64_encoded })
}

fn split(all: &HeaderMap) -> (BTreeMap<String, String>, Vec<String>) {
    let mut headers = BTreeMap::<String, String>::new();
    let mut cookies = Vec::new();
    for (name, value) in all {
        // HTTP API drops what is not text anyway.
        let value = String::from_utf8_lossy(value.as_bytes());
        if name == header::SET_COOKIE {
            cookies.push(value.into_owned());
        } else {
            headers
                .entry(name.as_str().to_owned())
                .and_modify(|joined| {
                    joined.push_str(", ");
                    joined.push_str(&value);
                })
                .or_insert_with(|| value.into_owned());
        }
    }
    (headers, cookies)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(response: Response<Body>) -> HttpAnswer {
        futures_util::FutureExt::now_or_never(from_response(response)).flatten().unwrap()
    }

    #[test]
    fn text_is_sent_as_text() {
        let answer = answer(Response::builder().status(201).body(Body::from("ä")).unwrap());
        assert_eq!((answer.status_code, answer.body.as_str()), (201, "ä"));
        assert!(!answer.is_base64_encoded);
    }

    #[test]
    fn bytes_and_compressed_text_are_sent_as_base64() {
        let binary = answer(Response::new(Body::from(vec![0xff, 0])));
        assert_eq!(binary.body, "/wA=");
        assert!(binary.is_base64_encoded);
        let compressed =
            Response::builder().header("content-encoding", "gzip").body(Body::from("abc")).unwrap();
        assert_eq!(answer(compressed).body, "YWJj");
    }

    #[test]
    fn headers_of_one_name_are_joined_and_cookies_are_not() {
        let response = Response::builder()
            .header("vary", "accept")
            .header("vary", "origin")
            .header("set-cookie", "a=1")
            .header("set-cookie", "b=2, 3")
            .body(Body::empty())
            .unwrap();
        let answer = answer(response);
        assert_eq!(answer.headers.get("vary").unwrap(), "accept, origin");
        assert_eq!(answer.cookies, ["a=1", "b=2, 3"]);
    }
}
