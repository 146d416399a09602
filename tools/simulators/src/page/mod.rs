//! What people see and do in a browser: phones, the sheet, fault switches.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | `index.html` |
//! | `GET /page/{file}` | what it stands on: style sheet, icon, modules |
//!
//! The files are served as they are: no build, no framework, nothing from elsewhere. The page knows what everybody may know, the
//! JSON of `/_sim/…`, and asks for it about once a second while it is seen.

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

/// Nothing from elsewhere, nothing inline, and in nobody's frame.
const POLICY: &str = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SVG: &str = "image/svg+xml";
const JS: &str = "text/javascript; charset=utf-8";

/// Name, content type and text of every file below `/page/`.
const FILES: [(&str, &str, &str); 14] = [
    ("page.css", CSS, include_str!("page.css")),
    ("icon.svg", SVG, include_str!("icon.svg")),
    ("main.js", JS, include_str!("main.js")),
    ("api.js", JS, include_str!("api.js")),
    ("calls.js", JS, include_str!("calls.js")),
    ("cells.js", JS, include_str!("cells.js")),
    ("element.js", JS, include_str!("element.js")),
    ("grid.js", JS, include_str!("grid.js")),
    ("phone.js", JS, include_str!("phone.js")),
    ("phones.js", JS, include_str!("phones.js")),
    ("problems.js", JS, include_str!("problems.js")),
    ("switches.js", JS, include_str!("switches.js")),
    ("values.js", JS, include_str!("values.js")),
    ("watch.js", JS, include_str!("watch.js")),
];

/// The page and its files.
pub(crate) fn router() -> Router {
    Router::new().route("/", get(index)).route("/page/{file}", get(file))
}

async fn index() -> Response {
    served(HTML, include_str!("index.html"))
}

async fn file(Path(asked): Path<String>) -> Response {
    match FILES.iter().find(|(name, _, _)| *name == asked) {
        Some((_, kind, text)) => served(kind, text),
        None => (StatusCode::NOT_FOUND, "the page has no such file").into_response(),
    }
}

fn served(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, text).into_response()
}
