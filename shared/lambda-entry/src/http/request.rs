//! From an HTTP API event to a request the router takes.

use std::net::IpAddr;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Request, Uri, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_kit::AuthorizerContext;
use lambda_http::aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpRequestContext};

use crate::error::EventError;

/// Where a request came from, as API Gateway saw it. An extension of every request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HttpOrigin {
    /// The caller's address; the proxy's when the caller used one.
    pub source_ip: Option<IpAddr>,
    /// API Gateway's name for the request, as in its access log.
    pub request_id: Option<String>,
    /// What the caller's program calls itself.
    pub user_agent: Option<String>,
    /// The host the caller used.
    pub domain_name: Option<String>,
}

/// The request in `event`, with [`HttpOrigin`] and, behind an authorizer, [`AuthorizerContext`] among its extensions.
///
/// # Errors
/// When the body is not the base64 it is said to be, or the path cannot be part of a URI.
pub(crate) fn from_event(event: ApiGatewayV2httpRequest) -> Result<Request<Body>, EventError> {
    let bad = |member| EventError::Member { kind: "http", member };
    let context = event.request_context;
    let uri = uri(
        context.stage.as_deref(),
        event.raw_path.as_deref().unwrap_or("/"),
        event.raw_query_string.as_deref().unwrap_or_default(),
    )
    .ok_or(bad("rawPath"))?;
    let body = match event.body {
        None => Body::empty(),
        Some(text) if event.is_base64_encoded => Body::from(STANDARD.decode(text).map_err(|_| bad("body"))?),
        Some(text) => Body::from(text),
    };
    let mut request = Request::new(body);
    *request.method_mut() = context.http.method.clone();
    *request.uri_mut() = uri;
    *request.headers_mut() = with_cookies(event.headers, event.cookies);
    request.extensions_mut().insert(origin(&context));
    if let Some(authorizer) = context.authorizer
        && !authorizer.fields.is_empty()
    {
        request.extensions_mut().insert(AuthorizerContext(authorizer.fields.into_iter().collect()));
    }
    Ok(request)
}

fn origin(context: &ApiGatewayV2httpRequestContext) -> HttpOrigin {
    HttpOrigin {
        source_ip: context.http.source_ip.as_deref().and_then(|ip| ip.parse().ok()),
        request_id: context.request_id.clone(),
        user_agent: context.http.user_agent.clone(),
        domain_name: context.domain_name.clone(),
    }
}

/// API Gateway takes cookies out of the headers; RFC 6265 wants them in one header.
fn with_cookies(mut headers: HeaderMap, cookies: Option<Vec<String>>) -> HeaderMap {
    let cookies = cookies.unwrap_or_default().join("; ");
    if !cookies.is_empty()
        && let Ok(value) = HeaderValue::from_str(&cookies)
    {
        headers.insert(header::COOKIE, value);
    }
    headers
}

/// The path without its stage (a stage other than `$default` stands in front of the path), and the query.
fn uri(stage: Option<&str>, raw_path: &str, raw_query: &str) -> Option<Uri> {
    let path = match stage {
        Some(stage) if stage != "$default" => raw_path
            .strip_prefix('/')
            .and_then(|path| path.strip_prefix(stage))
            .filter(|rest| rest.is_empty() || rest.starts_with('/'))
            .unwrap_or(raw_path),
        _ => raw_path,
    };
    let mut target = String::with_capacity(path.len() + raw_query.len() + 2);
    if !path.starts_with('/') {
        target.push('/');
    }
    encode(path, b"!$&'()*+,;=:@/", &mut target);
    if !raw_query.is_empty() {
        target.push('?');
        encode(raw_query, b"!$&'()*+,;=:@/?", &mut target);
    }
    target.parse().ok()
}

/// Writes `text` with every byte percent-encoded that is neither unreserved, nor in `allowed`, nor part of an encoding
/// that is already there: the platform hands over some paths decoded, and `%2F` must stay what it is.
fn encode(text: &str, allowed: &[u8], into: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let bytes = text.as_bytes();
    for (at, &byte) in bytes.iter().enumerate() {
        let encoded = || matches!(bytes.get(at + 1..at + 3), Some([a, b]) if a.is_ascii_hexdigit() && b.is_ascii_hexdigit());
        let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || allowed.contains(&byte);
        if plain || (byte == b'%' && encoded()) {
            into.push(char::from(byte));
        } else {
            into.push('%');
            for digit in [byte >> 4, byte & 0xf] {
                into.push(HEX.get(usize::from(digit)).copied().map_or('0', char::from));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(stage: &str, path: &str, query: &str) -> String {
        uri(Some(stage), path, query).map(|uri| uri.to_string()).unwrap_or_default()
    }

    #[test]
    fn the_default_stage_is_not_part_of_the_path() {
        assert_eq!(target("$default", "/v1/things", ""), "/v1/things");
        assert_eq!(target("v1", "/v1/things", ""), "/things");
        assert_eq!(target("v", "/v1/things", ""), "/v1/things");
        assert_eq!(target("v1", "/v1", ""), "/");
    }

    #[test]
    fn an_encoded_slash_stays_encoded() {
        assert_eq!(target("$default", "/v1/a%2Fb", ""), "/v1/a%2Fb");
    }

    #[test]
    fn a_decoded_path_is_encoded_again() {
        assert_eq!(target("$default", "/v1/a b?c#d%", ""), "/v1/a%20b%3Fc%23d%25");
        assert_eq!(target("$default", "/v1/é", ""), "/v1/%C3%A9");
    }

    #[test]
    fn the_query_is_kept_as_sent() {
        assert_eq!(target("$default", "/", "a=1&a=2&b=%20x+y"), "/?a=1&a=2&b=%20x+y");
        assert_eq!(target("$default", "", r#"q="x""#), "/?q=%22x%22");
    }
}
