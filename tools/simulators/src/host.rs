//! Only requests to this machine by a name of its own are answered.
//!
//! The simulators listen on loopback and ask nobody who they are. A page from elsewhere cannot call them, as long as its own name
//! does not lead to 127.0.0.1, too (DNS rebinding): then only `Host` tells it from the page that is served here.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

/// Turns away what names another host. A request without `Host` comes from no browser.
pub(crate) async fn loopback_only(request: Request, next: Next) -> Response {
    if request.headers().get(header::HOST).is_none_or(is_loopback) {
        return next.run(request).await;
    }
    (StatusCode::FORBIDDEN, "only as localhost or 127.0.0.1").into_response()
}

fn is_loopback(host: &HeaderValue) -> bool {
    let Ok(host) = host.to_str() else { return false };
    let is_port = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let name = host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |(name, _)| name);
    let address = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|it| it.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_told_from_others() {
        for own in ["127.0.0.1", "127.0.0.1:8090", "localhost", "LocalHost:8090", "[::1]", "[::1]:8090"] {
            assert!(is_loopback(&HeaderValue::from_static(own)), "{own}");
        }
        for other in ["", "evil.example", "127.0.0.1.evil.example:8090", "localhost.evil.example", "0.0.0.0"]
        {
            assert!(!is_loopback(&HeaderValue::from_static(other)), "{other}");
        }
    }
}
