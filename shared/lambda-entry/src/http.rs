//! HTTP API events as `http` requests, and answers back.
//!
//! `lambda_http`'s own adapter is not used: it unwraps on hosts and bodies it cannot parse, normalises the path, copies
//! each body twice and brings the `url` crate's Unicode tables. Its event types are.

mod request;
mod response;

pub use request::HttpOrigin;
pub(crate) use request::from_event;
pub use response::HttpAnswer;
pub(crate) use response::from_response;
